import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConditions, type Conditions, type Context, holds } from '../../../lib/local/iam/conditions.ts';
import { decide } from '../../../lib/local/iam/decide.ts';
import { readGrants } from '../../../lib/local/iam/policy-document.ts';
import { StartError } from '../../../lib/local/start-error.ts';

const QUEUE = 'arn:aws:sqs:r:1:q';
const allow = { Effect: 'Allow' as const, Action: 'sqs:SendMessage', Resource: QUEUE };
const deny = { Effect: 'Deny' as const, Action: 'sqs:*', Resource: '*' };
const overPlainHttp = { Bool: { 'aws:SecureTransport': 'false' } };
const send = { action: 'sqs:SendMessage', resource: QUEUE, context: { 'aws:SecureTransport': 'true' } };

function outcome(statements: Parameters<typeof readGrants>[0]['Statement'], principal?: string) {
  const { allowed, denied } = decide(readGrants({ Statement: statements }), send, principal);
  return allowed ? 'allowed' : denied ? 'denied' : 'not allowed';
}

describe('a decision', () => {
  it.each([
    ['nobody allows', [], 'not allowed'],
    ['a statement allows', [allow], 'allowed'],
    ['another action', [{ ...allow, Action: ['sqs:DeleteMessage', 'sqs:ReceiveMessage'] }], 'not allowed'],
    ['one of several actions', [{ ...allow, Action: ['sqs:DeleteMessage', 'sqs:SendMessage'] }], 'allowed'],
    ['another resource', [{ ...allow, Resource: [`${QUEUE}2`] }], 'not allowed'],
    ['one of several resources', [{ ...allow, Resource: [`${QUEUE}2`, QUEUE] }], 'allowed'],
    ['denied as well', [allow, deny], 'denied'],
    ['denied on a condition that does not hold', [allow, { ...deny, Condition: overPlainHttp }], 'allowed'],
    ['allowed on a condition that does not hold', [{ ...allow, Condition: overPlainHttp }], 'not allowed'],
    ['allowed to a service', [{ ...allow, Principal: { Service: 'events.amazonaws.com' } }], 'not allowed'],
    ['allowed to everybody', [{ ...allow, Principal: { AWS: '*' as const } }], 'allowed'],
  ])('%s', (_, statements, expected) => {
    expect(outcome(statements)).toBe(expected);
  });

  it.each([
    ['events.amazonaws.com', 'allowed'],
    ['sns.amazonaws.com', 'not allowed'],
  ])('is for the service it names: %s', (service, expected) => {
    expect(outcome([{ ...allow, Principal: { Service: ['events.amazonaws.com'] } }], service)).toBe(expected);
  });

  it('does not depend on the order of statements, and a deny wins over any of them', () => {
    const statements = fc.shuffledSubarray([allow, deny, { ...allow, Resource: '*' }, { ...allow, Action: 'sqs:DeleteMessage' }]);
    fc.assert(
      fc.property(statements, (some) => {
        expect(outcome(some)).toBe(outcome([...some].reverse()));
        if (some.includes(deny)) expect(outcome(some)).toBe('denied');
      }),
    );
  });
});

describe('conditions', () => {
  const arn = 'arn:aws:events:r:1:rule/x';
  it.each<[Conditions, Context, boolean]>([
    [{ StringEquals: { 'aws:SourceAccount': '1' } }, { 'aws:SourceAccount': '1' }, true],
    [{ StringEquals: { 'aws:SourceAccount': ['2', '1'] } }, { 'aws:SourceAccount': '1' }, true],
    [{ StringEquals: { 'aws:SourceAccount': '1' } }, {}, false],
    [{ StringEquals: { 'kms:EncryptionContext:entity': 'x' } }, { 'kms:EncryptionContext:entity': 'x' }, true],
    [{ Null: { 'kms:EncryptionContext:entity': 'true' } }, {}, true],
    [{ Null: { 'kms:EncryptionContext:entity': 'true' } }, { 'kms:EncryptionContext:entity': 'x' }, false],
    [{ Null: { 'kms:EncryptionContext:entity': 'false' } }, { 'kms:EncryptionContext:entity': 'x' }, true],
    [{ ArnEquals: { 'aws:SourceArn': arn } }, { 'aws:SourceArn': arn }, true],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:events:r:1:rule/*' } }, { 'aws:SourceArn': arn }, true],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:events:r:2:rule/*' } }, { 'aws:SourceArn': arn }, false],
    [{ Bool: { 'aws:SecureTransport': 'TRUE' } }, { 'aws:SecureTransport': 'true' }, true],
    [{ Bool: { 'aws:SecureTransport': 'true' }, Null: { 'aws:SourceArn': 'false' } }, { 'aws:SecureTransport': 'true' }, false],
  ])('%j with %j: %s', (conditions, context, expected) => {
    expect(holds(conditions, context)).toBe(expected);
  });

  it.each<[Conditions, string]>([
    [{ NumericLessThan: { 'aws:MultiFactorAuthAge': '1' } }, 'NumericLessThan'],
    [{ StringEquals: { 'aws:PrincipalTag/team': 'a' } }, 'aws:PrincipalTag/team'],
    [{ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'a' } }, 'ForAllValues:StringEquals'],
  ])('that are not hosted stop the start: %j', (conditions, name) => {
    expect(() => checkConditions(conditions)).toThrow(StartError);
    expect(() => checkConditions(conditions)).toThrow(name);
  });
});
