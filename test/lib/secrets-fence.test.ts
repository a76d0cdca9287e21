/** Who can reach secrets in any way, read from the synthesized template with the local runtime's own reading of policies. */
import { describe, expect, it } from 'vitest';
import { synthesizeTemplate, type Template } from '../../lib/app.ts';
import { loadStack } from '../../lib/local/cloudformation.ts';
import { labelOf } from '../../lib/local/functions.ts';
import { coversArn } from '../../lib/local/iam/patterns.ts';
import { readPolicies } from '../../lib/local/iam/roles.ts';
import { nameFromArn } from '../../lib/local/physical-names.ts';
import { functionsOf, ofType, template } from './template.ts';

const PLACE = { region: 'us-east-1', accountId: '000000000000', awsEndpoint: 'http://127.0.0.1:1' };
const ACCOUNT = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] };

type Reach = Readonly<Record<string, readonly string[]>>;

/**
 * By function (or role that is no function's), the actions on `arn` or a part of it, with the conditions they are under: whether it is named,
 * covered by a wildcard, in a policy of the role's own, an attached or a managed one.
 */
function reach(arn: string, from: Template = template): Reach {
  const stack = loadStack(from, PLACE);
  const labels = new Map(stack.ofType('AWS::Lambda::Function').map((fn) => [nameFromArn(fn.properties.Role ?? ''), labelOf(fn)]));
  const found: Record<string, string[]> = {};
  for (const { name, grants } of readPolicies(stack).roles.values()) {
    const touching = grants.filter(
      ({ effect, action, resource }) =>
        effect === 'Allow' &&
        (coversArn(resource, arn) || coversArn(resource, `${arn}/index/x`) || resource.startsWith(arn)) &&
        (action.startsWith(`${arn.split(':')[2]}:`) || action.startsWith('*')),
    );
    const lines = touching.map(({ action, conditions }) => [
      action,
      ...Object.keys(conditions).map((it) => JSON.stringify(conditions[it])),
    ]);
    if (lines.length > 0) found[labels.get(name) ?? name] = [...new Set(lines.map((line) => line.join(' ')))].sort();
  }
  return found;
}

function find(type: string, part: string, from: Template = template) {
  const found = ofType(type, from).filter(({ id }) => id.includes(part));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} of ${type} are named ${part}`);
  return found[0];
}

const table = find('AWS::DynamoDB::Table', 'Secrets');
const tableArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${table.id}`;
const keyArn = (id: string) => `arn:aws:kms:us-east-1:000000000000:key/${id}`;
const tableKey = find('AWS::KMS::Key', 'SecretsKey');
const sealingKey = find('AWS::KMS::Key', 'SealingKey');

const OF_SECRETS = '{"kms:EncryptionContext:entity":"true"}'; // under Null: absent
const OF_SIGNING_KEYS = '{"kms:EncryptionContext:entity":"signing-key"}';
const READS = ['kms:Decrypt', 'kms:DescribeKey'];
const WRITES = [
  ...READS,
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

describe('secrets', () => {
  it('are reached in their table by those alone that must', () => {
    expect(reach(tableArn)).toEqual({
      access: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      imports: ['dynamodb:Query'],
      'run-imports': ['dynamodb:Query'],
      triggers: ['dynamodb:DeleteItem', 'dynamodb:PutItem'],
      'fire-triggers': ['dynamodb:GetItem'],
      'sweep-streams': ['dynamodb:BatchWriteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    });
  });

  it('are decrypted by DynamoDB for those alone', () => {
    expect(reach(keyArn(tableKey.id))).toEqual({
      access: WRITES,
      imports: READS,
      'run-imports': READS,
      triggers: WRITES,
      'fire-triggers': READS,
      'sweep-streams': WRITES,
    });
  });

  it('are opened by fewer: pull secrets by what pulls, signing keys by what signs', () => {
    expect(reach(keyArn(sealingKey.id))).toEqual({
      access: [`kms:Decrypt ${OF_SECRETS}`, `kms:GenerateDataKey ${OF_SECRETS}`],
      imports: [`kms:Decrypt ${OF_SECRETS}`],
      'run-imports': [`kms:Decrypt ${OF_SECRETS}`],
      triggers: [`kms:GenerateDataKey ${OF_SIGNING_KEYS}`],
      // Secrets, too: by name, since it may not query, for targets that authenticate with one.
      'fire-triggers': [`kms:Decrypt ${OF_SECRETS}`, `kms:Decrypt ${OF_SIGNING_KEYS}`].sort(),
    });
  });

  it('are named to no other function', () => {
    const told = functionsOf().filter(({ properties }) => 'SECRETS_TABLE' in (properties['Environment']?.Variables ?? {}));
    expect(told.map(({ entry }) => entry).sort()).toEqual(Object.keys(reach(tableArn)).sort());
  });

  it('leave their table in no other way', () => {
    expect(table.properties).not.toHaveProperty('StreamSpecification');
    for (const open of ['ResourcePolicy', 'KinesisStreamSpecification', 'GlobalSecondaryIndexes', 'ImportSourceSpecification'])
      expect(table.properties).not.toHaveProperty(open);
    expect(ofType('AWS::DynamoDB::GlobalTable')).toEqual([]);
  });

  it.each(ofType('AWS::KMS::Key'))('$id gives nobody anything but through a role of the account', ({ properties }) => {
    expect(properties['KeyPolicy'].Statement).toEqual([{ Effect: 'Allow', Action: 'kms:*', Principal: { AWS: ACCOUNT }, Resource: '*' }]);
  });

  it('have keys that rotate, and stay when the stack goes', () => {
    expect(ofType('AWS::KMS::Grant')).toEqual([]);
    for (const { id, properties, resource } of ofType('AWS::KMS::Key')) {
      if (properties['KeyUsage'] !== 'SIGN_VERIFY') expect(properties, id).toMatchObject({ EnableKeyRotation: true });
      expect(resource, id).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });
});

describe('a key that is replaced', () => {
  const replaced = synthesizeTemplate({ sealingKeys: 2 });
  const newest = find('AWS::KMS::Key', 'SealingKey2', replaced);

  it('stays, and opens what it sealed', () => {
    expect(replaced.Resources[sealingKey.id]).toEqual(template.Resources[sealingKey.id]);
    const opening = Object.fromEntries(
      Object.entries(reach(keyArn(sealingKey.id))).map(([name, lines]) => [name, lines.filter((line) => line.includes('Decrypt'))]),
    );
    const { triggers: _, ...opens } = opening;
    expect(reach(keyArn(sealingKey.id), replaced)).toEqual(opens);
  });

  it('is followed by one that seals', () => {
    expect(reach(keyArn(newest.id), replaced)).toEqual(reach(keyArn(sealingKey.id)));
    for (const { properties } of functionsOf(replaced)) {
      const { SECRETS_KEY: key, PREVIOUS_SECRETS_KEYS: previous } = properties['Environment']?.Variables ?? {};
      if (key === undefined) continue;
      expect([key, previous]).toEqual([{ 'Fn::GetAtt': [newest.id, 'Arn'] }, { 'Fn::GetAtt': [sealingKey.id, 'Arn'] }]);
    }
  });
});

describe('the fence', () => {
  const role = find('AWS::IAM::Role', 'HttpDiscovery');
  const allow = (Action: string, Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
  const withHole = (Type: string, statement: object, more: object = {}): Template => {
    const Properties = { PolicyDocument: { Statement: [statement] }, Roles: [{ Ref: role.id }], ...more };
    return { ...template, Resources: { ...template.Resources, Hole: { Type, Properties } } };
  };
  const withPolicy = (statement: object) => withHole('AWS::IAM::Policy', statement, { PolicyName: 'Hole' });

  it.each<[string, Template, string]>([
    ['an action', withPolicy(allow('dynamodb:Scan', tableArn)), tableArn],
    ['every action', withPolicy(allow('*', '*')), tableArn],
    ['a pattern of tables', withPolicy(allow('dynamodb:GetItem', 'arn:aws:dynamodb:*:*:table/*')), tableArn],
    ['a part of the table', withPolicy(allow('dynamodb:Query', `${tableArn}/index/*`)), tableArn],
    ['a managed policy', withHole('AWS::IAM::ManagedPolicy', allow('dynamodb:*', '*')), tableArn],
    ['every key', withPolicy(allow('kms:Decrypt', 'arn:aws:kms:*:*:key/*')), keyArn(sealingKey.id)],
    ['actions of keys', withPolicy(allow('kms:*', keyArn(tableKey.id))), keyArn(tableKey.id)],
  ])('would notice %s', (_, open, arn) => {
    expect(Object.keys(reach(arn, open))).toContain('discovery');
    expect(Object.keys(reach(arn))).not.toContain('discovery');
  });
});
