import { describe, expect, it } from 'vitest';
import { readCaller, readPrincipal } from '../../functions/identity/iam-arn.ts';

const ROLE = { kind: 'role', account: '111122223333', arn: 'arn:aws:iam::111122223333:role/Dev' };

describe('who calls', () => {
  it.each([
    ['arn:aws:sts::111122223333:assumed-role/Dev/alice@example.com', { ...ROLE, sessionName: 'alice@example.com' }],
    ['arn:aws-cn:sts::111122223333:assumed-role/Dev/i-0a', { ...ROLE, arn: 'arn:aws-cn:iam::111122223333:role/Dev', sessionName: 'i-0a' }],
    ['arn:aws:iam::111122223333:user/Bob', { kind: 'user', account: '111122223333', arn: 'arn:aws:iam::111122223333:user/Bob' }],
    ['arn:aws:iam::111122223333:user/a/b/Bob', { kind: 'user', account: '111122223333', arn: 'arn:aws:iam::111122223333:user/a/b/Bob' }],
    ['arn:aws:iam::111122223333:root', { kind: 'root', account: '111122223333', arn: 'arn:aws:iam::111122223333:root' }],
    [
      'arn:aws-us-gov:sts::111122223333:federated-user/Bob',
      { kind: 'federated-user', account: '111122223333', arn: 'arn:aws-us-gov:sts::111122223333:federated-user/Bob' },
    ],
  ])('is told by %s', (arn, principal) => {
    expect(readCaller(arn)).toEqual(principal);
  });

  it.each([
    '',
    'arn:aws:iam::111122223333:role/Dev',
    'arn:aws:sts::111122223333:assumed-role/Dev',
    'arn:aws:sts::111122223333:assumed-role/a/b/c',
    'arn:aws:iam::111122223333:assumed-role/Dev/x',
    'arn:aws:sts::111122223333:user/Bob',
    'arn:aws:sts::11112222333:assumed-role/Dev/x',
    'arn:evil:sts::111122223333:assumed-role/Dev/x',
    'arn:aws:iam::111122223333:group/x',
    'arn:aws:iam::111122223333:rootx',
    'arn:aws:iam::111122223333:user/a b',
    'arn:aws:iam::111122223333:user/Bob\n',
    'arn:aws:sts::111122223333:assumed-role/Dev/x\nevil',
  ])('is nobody by %j', (arn) => {
    expect(readCaller(arn)).toBeNull();
  });
});

describe('whom a mapping names', () => {
  it.each(['role/Dev', 'role/team/Dev', 'role/aws-reserved/sso.amazonaws.com/eu-west-1/Dev'])('is a role without its path: %s', (role) => {
    expect(readPrincipal(`arn:aws:iam::111122223333:${role}`)).toEqual(ROLE);
  });

  it.each(['arn:aws:iam::111122223333:user/a/Bob', 'arn:aws:iam::111122223333:root', 'arn:aws:sts::111122223333:federated-user/Bob'])(
    'is %s as it is',
    (arn) => expect(readPrincipal(arn)?.arn).toBe(arn),
  );

  it.each([
    'arn:aws:sts::111122223333:assumed-role/Dev/alice', // would be all sessions of the role
    'arn:aws:iam::111122223333:role/*',
    'arn:aws:iam::111122223333:role/team-*/Dev',
    'arn:aws:iam::*:role/Dev',
    'arn:aws:iam::111122223333:user/?',
    'arn:*:iam::111122223333:role/Dev',
    'arn:aws:iam::111122223333:role/',
    '111122223333',
  ])('is nobody by %j', (arn) => {
    expect(readPrincipal(arn)).toBeNull();
  });
});
