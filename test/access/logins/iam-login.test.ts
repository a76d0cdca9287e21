import { describe, expect, it } from 'vitest';
import { createIamLogin } from '../../../functions/access/logins/iam-login.ts';
import type { Get, IamNames } from '../../../functions/access/ports.ts';
import type { Admins } from '../../../functions/identity/types.ts';
import { createFakeSts, iamToken, refusal, type TokenOptions } from '../../support/sts.ts';

const NOW = Date.parse('2026-11-24T20:23:00Z');
/** AWS's own example of a pair of keys. */
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
/** Made by aws-cli 1.45.11: `aws eks get-token --cluster-name image-streams --region eu-central-1`, at 20:22:56. */
const RECORDED =
  'k8s-aws-v1.aHR0cHM6Ly9zdHMuZXUtY2VudHJhbC0xLmFtYXpvbmF3cy5jb20vP0FjdGlvbj1HZXRDYWxsZXJJZGVudGl0eSZWZXJzaW9uPTIwMTEtMDYtMTUmWC1BbXotQWxnb3JpdGhtPUFXUzQtSE1BQy1TSEEyNTYmWC1BbXotQ3JlZGVudGlhbD1BS0lERVhBTVBMRSUyRjIwMjYxMTI0JTJGZXUtY2VudHJhbC0xJTJGc3RzJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjExMjRUMjAyMjU2WiZYLUFtei1FeHBpcmVzPTYwJlgtQW16LVNpZ25lZEhlYWRlcnM9aG9zdCUzQngtazhzLWF3cy1pZCZYLUFtei1TZWN1cml0eS1Ub2tlbj1hYmMlMkYlMkIlM0RkZWYmWC1BbXotU2lnbmF0dXJlPWY4MmJiM2VhM2ViNzQwYzExZDBhYmU0MmVkNTBhZTU4MjdjMDQwMWJiOTljMTNmMTNiNDY5ZTY3ZTljYTg1NjA';

const ROLE = 'arn:aws:iam::111122223333:role/Dev';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/Dev/alice@example.com';

function setUp(more: { mappings?: Record<string, IamNames>; admins?: Admins; get?: Get } = {}) {
  const sts = createFakeSts({
    AKIDEXAMPLE: { secretAccessKey: SECRET, arn: SESSION, userId: 'AROAEXAMPLE:alice@example.com' },
    AKIDBOB: { secretAccessKey: SECRET, arn: 'arn:aws:iam::111122223333:user/ops/Bob', userId: 'AIDABOB' },
    AKIDODD: { secretAccessKey: SECRET, arn: 'arn:aws:iam::111122223333:group/x', userId: 'x' },
  });
  const state = { now: NOW, reads: [] as string[] };
  const mappings: Record<string, IamNames> = more.mappings ?? {
    [ROLE]: { mapping: 'devs', username: 'dev:{{SessionName}}', groups: ['developers', 'account:{{AccountID}}'] },
  };
  const login = createIamLogin({
    clusterName: 'image-streams',
    region: 'eu-central-1',
    get: more.get ?? sts.get,
    admins: more.admins ?? {},
    clock: () => state.now,
    mappings: {
      async findMapping(arn) {
        state.reads.push(arn);
        return mappings[arn] ?? null;
      },
    },
  });
  return { login, sts, state, mappings };
}

const signed = (more: Partial<TokenOptions> = {}) => iamToken({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, now: NOW, ...more });

describe('an AWS token', () => {
  it('as the AWS CLI makes it stands for whom its role is mapped to', async () => {
    const { login, sts } = setUp();
    expect(login.recognizes(RECORDED)).toBe(true);
    expect(await login.verify(RECORDED)).toEqual({
      user: 'dev:alice-example.com',
      groups: ['developers', 'account:111122223333'],
      uid: 'aws-iam-authenticator:111122223333:AROAEXAMPLE',
      expiresAt: Date.parse('2026-11-24T20:37:56Z'),
    });
    expect(sts.requests).toMatchObject([
      {
        url: { hostname: 'sts.eu-central-1.amazonaws.com', protocol: 'https:', pathname: '/' },
        headers: { accept: 'application/json', 'x-k8s-aws-id': 'image-streams' },
        timeout: 7_000,
        maxBytes: 16_384,
      },
    ]);
  });

  it('is of the ARN that STS tells where the mapping names nobody', async () => {
    const { login } = setUp({ mappings: { [ROLE]: { mapping: 'devs', groups: [] } } });
    expect(await login.verify(signed())).toMatchObject({ user: SESSION, groups: [] });
  });

  it('of a user has the path of the user', async () => {
    const { login, state } = setUp();
    expect(await login.verify(signed({ accessKeyId: 'AKIDBOB' }))).toEqual({
      refused: 'AWS token: no mapping for arn:aws:iam::111122223333:user/ops/Bob',
    });
    expect(state.reads).toEqual(['arn:aws:iam::111122223333:user/ops/Bob']);
  });

  it('of nobody that is mapped says whom to map, without the session', async () => {
    expect(await setUp({ mappings: {} }).login.verify(signed())).toEqual({ refused: `AWS token: no mapping for ${ROLE}` });
  });

  it('asks STS again after a minute, and for the mapping each time', async () => {
    const { login, sts, state, mappings } = setUp();
    const token = signed();
    for (let second = 0; second < 60; second += 10) {
      state.now = NOW + second * 1000;
      await login.verify(token);
    }
    expect([sts.requests.length, state.reads.length]).toEqual([1, 6]);
    delete mappings[ROLE];
    expect(await login.verify(token)).toHaveProperty('refused');
    state.now = NOW + 60_000;
    await login.verify(token);
    expect(sts.requests).toHaveLength(2);
  });

  it('that STS was asked about ends with its own time', async () => {
    const { login, state, sts } = setUp();
    const token = signed();
    state.now = NOW + 14.9 * 60_000;
    expect(await login.verify(token)).toHaveProperty('user');
    state.now = NOW + 15 * 60_000;
    expect(await login.verify(token)).toEqual({ refused: 'AWS token: it is expired' });
    expect(sts.requests).toHaveLength(1);
  });
});

describe('admins of the settings', () => {
  it.each([ROLE, 'arn:aws:iam::111122223333:role/team/Dev'])('need no mapping: %s', async (arn) => {
    const { login, state } = setUp({ admins: { iamArns: [arn] } });
    expect(await login.verify(signed())).toMatchObject({ user: SESSION, groups: ['system:masters'] });
    expect(state.reads).toEqual([]);
  });

  it('are no others', async () => {
    const { login } = setUp({ admins: { iamArns: ['arn:aws:iam::999999999999:role/Dev'] }, mappings: {} });
    expect(await login.verify(signed())).toHaveProperty('refused');
  });
});

describe('an AWS token is refused', () => {
  it.each([
    ['for another cluster', signed({ cluster: 'production' }), 'refused by STS SignatureDoesNotMatch'],
    ['signed with other keys', signed({ secretAccessKey: 'guess' }), 'refused by STS SignatureDoesNotMatch'],
    ['of keys nobody has', signed({ accessKeyId: 'AKIDNOBODY' }), 'refused by STS InvalidClientTokenId'],
    ['whose signature is cut', `${signed()}`.slice(0, -4), 'refused by STS SignatureDoesNotMatch'],
    ['of somebody who cannot be mapped', signed({ accessKeyId: 'AKIDODD' }), 'it is of no user or role'],
  ])('%s', async (_, token, why) => {
    const { login, sts } = setUp();
    expect(await login.verify(token)).toEqual({ refused: `AWS token: ${why}` });
    expect(sts.requests).toHaveLength(1);
  });

  it.each([
    ['before the day', 'sys', 'tem:masters', []],
    ['for a group', 'dev:x', 'ok', ['system:masters']],
  ])('when a mapping gives a name of Kubernetes all the same: %s', async (_, start, rest, groups) => {
    const { login } = setUp({ mappings: { [ROLE]: { mapping: 'devs', username: start + rest, groups } } });
    expect(await login.verify(signed())).toEqual({ refused: 'AWS token: names that mapping devs gives must not begin with system:' });
  });
});

describe('while STS cannot tell', () => {
  const failing = (get: Get) => setUp({ get }).login.verify(signed());

  it.each([
    ['throttles', refusal(400, 'Throttling'), 'sts.eu-central-1.amazonaws.com answered 400 Throttling'],
    ['throttles otherwise', refusal(429, 'x y'), 'sts.eu-central-1.amazonaws.com answered 429'],
    ['fails', refusal(503, 'ServiceUnavailable'), 'sts.eu-central-1.amazonaws.com answered 503 ServiceUnavailable'],
    ['redirects', { status: 302, body: Buffer.alloc(0) }, 'sts.eu-central-1.amazonaws.com answered 302'],
    ['talks nonsense', { status: 200, body: Buffer.from('<html>') }, 'sts.eu-central-1.amazonaws.com did not answer who is calling'],
    ['leaves out who', { status: 200, body: Buffer.from('{}') }, 'sts.eu-central-1.amazonaws.com did not answer who is calling'],
  ])('nobody is refused: it %s', async (_, answer, message) => {
    await expect(failing(async () => answer)).rejects.toMatchObject({ name: 'LoginUnavailableError', message });
  });
});
