import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversAction, coversArn } from '../../../lib/local/iam/patterns.ts';

const part = fc.stringMatching(/^[\w.+$()[\]{}^|\\/-]{0,8}$/);
const arn = fc.array(part, { minLength: 6, maxLength: 7 }).map((parts) => ['arn', ...parts].join(':'));

describe('a pattern of actions', () => {
  it.each([
    ['dynamodb:GetItem', 'dynamodb:GetItem', true],
    ['dynamodb:getitem', 'DynamoDB:GetItem', true],
    ['dynamodb:Get*', 'dynamodb:GetRecords', true],
    ['dynamodb:*', 'dynamodb:Query', true],
    ['*', 'sqs:SendMessage', true],
    ['dynamodb:?etItem', 'dynamodb:GetItem', true],
    ['dynamodb:Get', 'dynamodb:GetItem', false],
    ['dynamodb:*', 'dynamodbx:GetItem', false],
    ['dynamodb.GetItem', 'dynamodb:GetItem', false],
  ])('%s covers %s: %s', (pattern, action, expected) => {
    expect(coversAction(pattern, action)).toBe(expected);
  });
});

describe('a pattern of ARNs', () => {
  const table = 'arn:aws:dynamodb:r:1:table/a';
  it.each([
    [table, table, true],
    [table, `${table}/index/x`, false],
    [`${table}/*`, `${table}/index/x`, true],
    [`${table}/index/?`, `${table}/index/x`, true],
    [`${table}/stream/*`, `${table}/stream/2026-01-01T00:00:00.000`, true],
    ['arn:aws:dynamodb:*:1:table/a', table, true],
    ['arn:aws:dynamodb:r:1:t*e/a', table, true],
    ['arn:aws:*:1:table/a', table, true], // a `*` that ends a part goes on
    ['arn:aws:d*b:1:table/a', table, false], // any other does not
    ['*', table, true],
    [table.toUpperCase(), table, false],
  ])('%s covers %s: %s', (pattern, text, expected) => {
    expect(coversArn(pattern, text)).toBe(expected);
  });

  it('without wildcards is equality', () => {
    fc.assert(fc.property(arn, arn, (a, b) => coversArn(a, a) && coversArn(a, b) === (a === b)));
  });

  it('with wildcards, takes everything else as it is', () => {
    fc.assert(fc.property(arn, arn, (a, b) => coversArn(`${a}*`, a) && coversArn(`?${a}`, `x${b}`) === (a === b)));
  });

  it('covers what is longer, if it ends in `*`', () => {
    fc.assert(fc.property(arn, fc.string(), (a, more) => coversArn(`${a}*`, a + more.replaceAll(/[\r\n\u2028\u2029]/g, ''))));
  });
});
