import { describe, expect, it } from 'vitest';
import { DECRYPT_ACTIONS, ENCRYPT_ACTIONS } from '../../../lib/key-actions.ts';
import { loadStack } from '../../../lib/local/cloudformation.ts';
import { createReadNeeds } from '../../../lib/local/iam/api-actions.ts';

const KeySchema = [{ AttributeName: 'pk', KeyType: 'HASH' }];
const SSESpecification = { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } };
const resources = {
  Plain: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema, AttributeDefinitions: [] } },
  Locked: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema, AttributeDefinitions: [], SSESpecification } },
  Key: { Type: 'AWS::KMS::Key', Properties: {} },
};
const needs = createReadNeeds(loadStack({ Resources: resources }, { region: 'r', accountId: '1', awsEndpoint: 'http://127.0.0.1:1' }));

/** As `service:Action resource`, ARNs without their beginning. */
function needsOf(service: string, operation: string, input: object): readonly string[] | undefined {
  return needs({ service, operation, input })?.map(({ action, resource }) => `${action} ${resource.replace(/^arn:aws:\w+:r:1:/, '')}`);
}
const dynamoDb = (operation: string, input: object) => needsOf('DynamoDB_20120810', operation, input);

describe('permissions of a call to DynamoDB', () => {
  it.each<[string, object, string[]]>([
    ['GetItem', { TableName: 'Plain' }, ['dynamodb:GetItem table/Plain']],
    ['GetItem', { TableName: 'arn:aws:dynamodb:r:1:table/Plain' }, ['dynamodb:GetItem table/Plain']],
    ['Query', { TableName: 'Plain' }, ['dynamodb:Query table/Plain']],
    ['Query', { TableName: 'Plain', IndexName: 'x' }, ['dynamodb:Query table/Plain/index/x']],
    ['Scan', { TableName: 'Plain', IndexName: 'x' }, ['dynamodb:Scan table/Plain/index/x']],
    [
      'BatchGetItem',
      { RequestItems: { Plain: {}, Other: {} } },
      ['dynamodb:BatchGetItem table/Plain', 'dynamodb:BatchGetItem table/Other'],
    ],
    ['BatchWriteItem', { RequestItems: { Plain: [] } }, ['dynamodb:BatchWriteItem table/Plain']],
    ['TransactGetItems', { TransactItems: [{ Get: { TableName: 'Plain' } }] }, ['dynamodb:GetItem table/Plain']],
    [
      'TransactWriteItems',
      { TransactItems: ['Put', 'Update', 'Delete', 'ConditionCheck'].map((part) => ({ [part]: { TableName: 'Plain' } })) },
      ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map((action) => `dynamodb:${action} table/Plain`),
    ],
  ])('%s %j', (operation, input, expected) => {
    expect(dynamoDb(operation, input)).toEqual(expected);
  });

  it('covers the key of the table', () => {
    const reading = DECRYPT_ACTIONS.map((action) => `${action} key/Key`);
    const writing = [...DECRYPT_ACTIONS, ...ENCRYPT_ACTIONS].map((action) => `${action} key/Key`);
    expect(dynamoDb('Query', { TableName: 'Locked' })).toEqual(['dynamodb:Query table/Locked', ...reading]);
    expect(dynamoDb('PutItem', { TableName: 'Locked' })).toEqual(['dynamodb:PutItem table/Locked', ...writing]);
    expect(dynamoDb('TransactWriteItems', { TransactItems: [{ Delete: { TableName: 'Locked' } }] })).toContain('kms:Encrypt key/Key');
  });

  it.each(['ExecuteStatement', 'CreateTable', 'DescribeTable'])('is not known of %s', (operation) => {
    expect(dynamoDb(operation, { TableName: 'Plain' })).toBeUndefined();
  });
});

describe('permissions of a call to other services', () => {
  const QueueUrl = 'http://127.0.0.1:1/1/q.fifo';
  it.each<[string, string, object, string[] | undefined]>([
    ['AmazonSQS', 'SendMessage', { QueueUrl }, ['sqs:SendMessage q.fifo']],
    ['AmazonSQS', 'SendMessageBatch', { QueueUrl }, ['sqs:SendMessage q.fifo']],
    ['AmazonSQS', 'ChangeMessageVisibilityBatch', { QueueUrl }, ['sqs:ChangeMessageVisibility q.fifo']],
    ['AmazonSQS', 'PurgeQueue', { QueueUrl }, undefined],
    ['AWSEvents', 'PutEvents', { Entries: [{ EventBusName: 'b' }, { EventBusName: 'b' }] }, ['events:PutEvents event-bus/b']],
    ['AWSEvents', 'PutEvents', { Entries: [{}] }, ['events:PutEvents event-bus/default']],
    ['AWSEvents', 'PutRule', {}, undefined],
    ['TrentService', 'Decrypt', {}, undefined],
  ])('%s %s', (service, operation, input, expected) => {
    expect(needsOf(service, operation, input)).toEqual(expected);
  });
});
