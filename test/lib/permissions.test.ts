import { describe, expect, it } from 'vitest';
import { functionNamed, functionsOf, type LambdaFunction, ofType, targetOf, template } from './template.ts';

const [state, secrets] = ['State', 'Secrets'].map((name) => {
  const found = ofType('AWS::DynamoDB::Table').find(({ id }) => id.includes(name));
  if (!found) throw new Error(`no table ${name}`);
  return found;
}) as [ReturnType<typeof ofType>[number], ReturnType<typeof ofType>[number]];

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
    ['mappings', TRANSACTIONS],
    ['imports', TRANSACTIONS],
    ['access', ['GetItem', 'PutItem', 'Query']],
    ['triggers', TRANSACTIONS],
    ['authorize', ['GetItem']],
    ['queue-imports', STREAM],
    ['publish-changes', [...STREAM.slice(0, 1), 'GetItem', ...STREAM.slice(1)]],
    ['sweep-streams', ['BatchWriteItem', 'GetItem', 'PutItem', 'Query']],
    ['schedule-imports', ['PutItem', 'Query']],
    ['run-imports', TRANSACTIONS],
    ['match-triggers', ['BatchGetItem', 'Query']],
    ['fire-triggers', ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query']],
  ])('lets %s do what it does', (entry, actions) => {
    expect(actionsOn(functionNamed(entry), state.id)).toEqual(actions);
  });
});

describe('the secrets table', () => {
  it.each(functionsOf())('is closed to $entry unless it signs, or is about secrets', (found) => {
    const allowed: Record<string, string[]> = {
      triggers: ['DeleteItem', 'PutItem'],
      'fire-triggers': ['GetItem'],
      access: ['GetItem', 'PutItem', 'Query'],
      imports: ['Query'],
      'run-imports': ['Query'],
      'sweep-streams': ['BatchWriteItem', 'PutItem', 'Query'],
    };
    expect(actionsOn(found, secrets.id)).toEqual(allowed[found.entry] ?? []);
    const key = targetOf(secrets.properties['SSESpecification'].KMSMasterKeyId);
    expect(actionsOn(found, key, 'kms:').length > 0).toBe(found.entry in allowed);
  });

  it.each(functionsOf())('is opened by $entry only if it handles secrets', (found) => {
    const allowed: Record<string, string[]> = { access: ['Decrypt', 'GenerateDataKey'], imports: ['Decrypt'], 'run-imports': ['Decrypt'] };
    const sealing = ofType('AWS::KMS::Key').find(({ id }) => id.includes('SealingKey'));
    expect(actionsOn(found, sealing?.id ?? '', 'kms:')).toEqual(allowed[found.entry] ?? []);
  });

  it.each(functionsOf())('lets $entry sign tokens only if it is access', (found) => {
    const { id, properties } = ofType('AWS::KMS::Key').find(({ id }) => id.includes('Tokens')) ?? { id: '', properties: {} };
    expect(properties).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    expect(actionsOn(found, id, 'kms:')).toEqual(found.entry === 'access' ? ['GetPublicKey', 'Sign'] : []);
  });

  it('has a key of its own and no stream', () => {
    expect(targetOf(secrets.properties['SSESpecification'].KMSMasterKeyId)).not.toBe(
      targetOf(state.properties['SSESpecification'].KMSMasterKeyId),
    );
    expect(secrets.properties['StreamSpecification']).toBeUndefined();
  });
});

describe.each(functionsOf())('the role of $entry', ({ statements, resource }) => {
  it('names its actions', () => {
    expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  });

  it('names its resources, but for tracing and the list of streams', () => {
    const wild = statements.filter(({ resources }) => resources.some((entry) => JSON.stringify(entry).includes('*')));
    for (const { actions } of wild)
      expect(['xray:PutTraceSegments,xray:PutTelemetryRecords', 'dynamodb:ListStreams']).toContain(actions.join());
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
  expect(senders('TriggerQueue')).toEqual(['match-triggers']);
  expect(senders('Unpublished')).toEqual(['publish-changes']);
});
