import { describe, expect, it } from 'vitest';
import { functionNamed, functionsOf, type LambdaFunction, ofType, targetOf, template } from './template.ts';

const state = ofType('AWS::DynamoDB::Table').find(({ id }) => id.includes('State'));

/** Actions a role has on a resource with this logical id, itself or a part of it, without the service's prefix. */
function actionsOn({ statements }: LambdaFunction, id: string, prefix = 'dynamodb:'): string[] {
  const found = statements.filter(({ resources }) => resources.some((resource) => JSON.stringify(resource).includes(`"${id}"`)));
  return [...new Set(found.flatMap(({ actions }) => actions))]
    .filter((action) => action.startsWith(prefix))
    .map((action) => action.slice(prefix.length))
    .sort();
}

const TRANSACTIONS = ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query'];
const STREAM = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];

describe('the state table', () => {
  it.each<[string, string[]]>([
    ['discovery', []],
    ['streams', TRANSACTIONS],
    ['tags', TRANSACTIONS],
    ['mappings', ['BatchGetItem', 'GetItem', 'PutItem', 'Query']],
    ['imports', [...TRANSACTIONS, 'UpdateItem']],
    ['access', ['GetItem', 'PutItem', 'Query']],
    ['triggers', ['DeleteItem', 'GetItem', 'PutItem', 'Query']],
    ['admission', ['BatchGetItem', 'GetItem', 'Query']],
    ['authorize', ['GetItem']],
    ['queue-imports', STREAM],
    ['publish-changes', [...STREAM.slice(0, 1), 'GetItem', ...STREAM.slice(1)]],
    ['sweep-streams', ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query']],
    ['schedule-imports', ['PutItem', 'Query']],
    ['run-imports', TRANSACTIONS],
    ['match-triggers', ['BatchGetItem', 'Query']],
    ['fire-triggers', ['BatchGetItem', 'GetItem', 'PutItem', 'Query']],
    ['sweep-triggers', ['BatchGetItem', 'GetItem', 'PutItem', 'Query']],
    ['settle-deliveries', ['BatchGetItem', 'GetItem', 'PutItem', 'Query']],
  ])('lets %s do what it does', (entry, actions) => {
    expect(actionsOn(functionNamed(entry), state?.id ?? '')).toEqual(actions);
  });
});

it.each(functionsOf())('$entry signs tokens only if it is access', (found) => {
  const { id, properties } = ofType('AWS::KMS::Key').find(({ id }) => id.includes('Tokens')) ?? { id: '', properties: {} };
  expect(properties).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  expect(actionsOn(found, id, 'kms:')).toEqual(found.entry === 'access' ? ['GetPublicKey', 'Sign'] : []);
});

/** Actions on `*` or a pattern, each with the reason; there are no others. */
const WILD: Readonly<Record<string, string>> = {
  'xray:PutTraceSegments': 'knows no resource',
  'xray:PutTelemetryRecords': 'knows no resource',
  'dynamodb:ListStreams': 'asked before the stream is known: on streams of the one table',
};

describe.each(functionsOf())('the role of $entry', ({ statements, resource }) => {
  it('names its actions', () => {
    expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  });

  it('names its resources, but where it cannot', () => {
    const wild = statements.filter(({ resources }) => resources.some((entry) => JSON.stringify(entry).includes('*')));
    expect(wild.flatMap(({ actions }) => actions).filter((action) => !(action in WILD))).toEqual([]);
  });

  it('has no managed policy', () => {
    const role = template.Resources[targetOf(resource.Properties?.['Role'])];
    expect(role?.Properties?.['ManagedPolicyArns']).toBeUndefined();
  });

  it('needs no more than its queues for SQS', () => {
    const queueActions = statements.flatMap(({ actions }) => actions).filter((action) => action.startsWith('sqs:'));
    const known = ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ChangeMessageVisibility'];
    for (const action of queueActions) expect(known).toContain(action.slice('sqs:'.length));
  });
});

it('who sends to which queue', () => {
  const senders = (part: string) => {
    const queue = ofType('AWS::SQS::Queue').find(({ id }) => id.includes(part) && !id.includes('DeadLetters'));
    return functionsOf()
      .filter((found) => actionsOn(found, queue?.id ?? '', 'sqs:').includes('SendMessage'))
      .map(({ entry }) => entry)
      .sort();
  };
  expect(senders('ImportQueue')).toEqual(['queue-imports', 'schedule-imports']);
  expect(senders('SweepQueue')).toEqual(['queue-imports']);
  expect(senders('TriggerQueue')).toEqual(['match-triggers', 'sweep-triggers']);
  expect(senders('Unpublished')).toEqual(['publish-changes']);
});
