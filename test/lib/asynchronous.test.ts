import { describe, expect, it } from 'vitest';
import { IMPORT_TRIES } from '../../functions/importing/import-worker.ts';
import { OUTCOME_READERS } from '../../functions/triggers/outcomes/registry.ts';
import { synthesizeTemplate } from '../../lib/app.ts';
import { STATE_TABLE_SCHEMA } from '../../functions/store/table-schema.ts';
import { functionNamed, functionsOf, ofType, targetOf, template } from './template.ts';

const queues = ofType('AWS::SQS::Queue');
const mappings = ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);
const consumed = new Set(mappings.map(({ EventSourceArn }) => targetOf(EventSourceArn)));

function alarmedQueues(metric: string): string[] {
  return ofType('AWS::CloudWatch::Alarm')
    .filter(({ properties }) => properties['MetricName'] === metric && properties['Namespace'] === 'AWS/SQS')
    .map(({ properties }) => (properties['Dimensions'] as { Value: unknown }[])[0])
    .map((dimension) => JSON.stringify(dimension))
    .map((text) => queues.find(({ id }) => text.includes(`"${id}"`))?.id ?? '');
}

describe.each(queues)('queue $id', ({ id, properties }) => {
  it('is encrypted and refuses plain HTTP', () => {
    expect(properties['SqsManagedSseEnabled']).toBe(true);
    const policies = ofType('AWS::SQS::QueuePolicy').filter((policy) => JSON.stringify(policy.properties['Queues']).includes(`"${id}"`));
    expect(JSON.stringify(policies)).toContain('"aws:SecureTransport":"false"');
  });

  it('has dead letters where a function works it off, an alarm where nobody does', () => {
    if (consumed.has(id)) {
      const deadLetters = targetOf(properties['RedrivePolicy'].deadLetterTargetArn);
      expect(properties['RedrivePolicy'].maxReceiveCount).toBeGreaterThanOrEqual(3);
      expect(template.Resources[deadLetters]?.Properties?.['FifoQueue']).toBe(properties['FifoQueue']);
      expect(alarmedQueues('ApproximateNumberOfMessagesVisible')).toContain(deadLetters);
      expect(alarmedQueues('ApproximateAgeOfOldestMessage')).toContain(id);
    } else {
      expect(alarmedQueues('ApproximateNumberOfMessagesVisible')).toContain(id);
      expect(properties['MessageRetentionPeriod']).toBe(14 * 24 * 3600);
    }
  });
});

describe('queue mappings', () => {
  it.each(mappings.filter(({ StartingPosition }) => StartingPosition === undefined))(
    '$FunctionName: bounded, and failures come back alone',
    (mapping) => {
      const queue = template.Resources[targetOf(mapping['EventSourceArn'])]?.Properties;
      const timeout = template.Resources[targetOf(mapping['FunctionName'])]?.Properties?.['Timeout'] as number;
      expect(mapping['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
      expect(mapping['ScalingConfig'].MaximumConcurrency).toBeGreaterThanOrEqual(2);
      expect(mapping['BatchSize']).toBeLessThanOrEqual(10);
      expect(queue?.['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * timeout);
    },
  );

  it('a message of the import queue gets its last try before the queue gives it up', () => {
    const queue = queues.find(({ id }) => id.includes('ImportQueue') && consumed.has(id))?.properties;
    expect(queue?.['RedrivePolicy'].maxReceiveCount).toBeGreaterThan(IMPORT_TRIES);
  });

  it('the trigger queue keeps order per target and takes many targets at once', () => {
    expect(queues.find(({ id }) => id.includes('TriggerQueue') && consumed.has(id))?.properties).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
  });
});

describe('stream mappings', () => {
  const streams = mappings.filter(({ StartingPosition }) => StartingPosition !== undefined);

  it('are the two that a DynamoDB stream takes', () => {
    const readers = streams.map(({ FunctionName }) => functionsOf().find(({ id }) => id === targetOf(FunctionName))?.entry);
    expect(readers.sort()).toEqual(['publish-changes', 'queue-imports']);
  });

  it.each(streams)('$FunctionName: bounded, in order, with a place for what failed', (mapping) => {
    expect(mapping).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      ParallelizationFactor: 1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 6 * 3600,
    });
    expect(queues.map(({ id }) => id)).toContain(targetOf(mapping['DestinationConfig'].OnFailure.Destination));
    const patterns = (mapping['FilterCriteria'].Filters as { Pattern: string }[]).map(({ Pattern }) => Pattern);
    expect(patterns.length).toBeLessThanOrEqual(5);
    for (const pattern of patterns) expect(pattern.length).toBeLessThanOrEqual(4096);
  });

  it('each have an alarm on their age', () => {
    const alarmed = ofType('AWS::CloudWatch::Alarm').filter(({ properties }) => properties['MetricName'] === 'IteratorAge');
    for (const { FunctionName } of streams) expect(JSON.stringify(alarmed)).toContain(`"${targetOf(FunctionName)}"`);
    expect(alarmed).toHaveLength(streams.length);
  });
});

it('what a service invokes without waiting has a failure destination', () => {
  const configured = ofType('AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties);
  expect(configured.map(({ FunctionName }) => targetOf(FunctionName)).sort()).toEqual(
    ['match-triggers', 'schedule-imports', 'settle-deliveries', 'sweep-triggers'].map((entry) => functionNamed(entry).id).sort(),
  );
  for (const config of configured) {
    expect(queues.map(({ id }) => id)).toContain(targetOf(config['DestinationConfig'].OnFailure.Destination));
    expect(config['MaximumEventAgeInSeconds']).toBeLessThanOrEqual(6 * 3600);
  }
});

it('scheduled imports and waiting triggers are looked for every minute', () => {
  const schedules = ofType('AWS::Scheduler::Schedule').map(({ properties }) => properties);
  expect(schedules.map(({ Target }) => targetOf(Target.Arn)).sort()).toEqual(
    ['schedule-imports', 'sweep-triggers'].map((entry) => functionNamed(entry).id).sort(),
  );
  for (const schedule of schedules)
    expect(schedule).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { DeadLetterConfig: {}, RetryPolicy: { MaximumRetryAttempts: 0 } },
    });
});

it('changes on the bus reach match-triggers, bounded', () => {
  const rules = ofType('AWS::Events::Rule')
    .map(({ properties }) => properties)
    .filter(({ EventBusName }) => EventBusName !== 'default');
  expect(rules).toMatchObject([
    {
      EventPattern: { source: ['image-streams'], 'detail-type': ['Image Stream Tag Changed', 'Image Trigger Changed'] },
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 30, MaximumEventAgeInSeconds: 6 * 3600 }, DeadLetterConfig: {} }],
    },
  ]);
  expect(targetOf(rules[0]?.['Targets'][0].Arn)).toBe(functionNamed('match-triggers').id);
});

describe('how deployments ended', () => {
  const heard = (from: typeof template, isFrom: (bus: unknown) => boolean) =>
    ofType('AWS::Events::Rule', from)
      .map(({ properties }) => properties)
      .filter(
        ({ Targets, EventBusName }) => targetOf(Targets[0].Arn) === functionNamed('settle-deliveries', from).id && isFrom(EventBusName),
      );
  const patterns = OUTCOME_READERS.map(({ source, detailType, detail }) => ({
    source: [source],
    'detail-type': [detailType],
    ...(detail === undefined ? {} : { detail }),
  }));

  it('is heard on the bus of the account, bounded, and nothing else is', () => {
    const rules = heard(template, (bus) => bus === 'default');
    expect(rules).toMatchObject(patterns.map((EventPattern) => ({ EventPattern })));
    for (const { Targets } of rules)
      expect(Targets).toMatchObject([
        { RetryPolicy: { MaximumRetryAttempts: 30, MaximumEventAgeInSeconds: 6 * 3600 }, DeadLetterConfig: {} },
      ]);
    expect(heard(template, (bus) => bus !== 'default')).toEqual([]);
  });

  it('is heard from other accounts on a bus of its own, once they are named', () => {
    const from = synthesizeTemplate({ outcomeAccounts: ['111122223333', '444455556666'] });
    const rules = heard(from, (bus) => bus !== 'default');
    expect(rules).toMatchObject(patterns.map((EventPattern) => ({ EventPattern })));
    const [policy] = ofType('AWS::Events::EventBusPolicy', from);
    expect(policy?.properties['Statement']).toMatchObject({
      Effect: 'Allow',
      Principal: { AWS: ['111122223333', '444455556666'] },
      Action: 'events:PutEvents',
    });
    expect(targetOf(policy?.properties['EventBusName'])).toBe(targetOf(rules[0]?.['EventBusName']));
    expect(targetOf(from.Outputs?.['OutcomeBusArn']?.Value)).toBe(targetOf(rules[0]?.['EventBusName']));
    expect(() => synthesizeTemplate({ outcomeAccounts: ['*'] })).toThrow('outcomeAccounts must hold accounts of 12 digits, not "*"');
  });
});

it('the state table is what the store expects', () => {
  const table = ofType('AWS::DynamoDB::Table').find(({ properties }) => properties['StreamSpecification'])?.properties;
  expect(table).toMatchObject({
    BillingMode: 'PAY_PER_REQUEST',
    DeletionProtectionEnabled: true,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    StreamSpecification: { StreamViewType: STATE_TABLE_SCHEMA.streamView },
    TimeToLiveSpecification: { AttributeName: STATE_TABLE_SCHEMA.ttlAttribute, Enabled: true },
    KeySchema: [
      { AttributeName: STATE_TABLE_SCHEMA.partitionKey.name, KeyType: 'HASH' },
      { AttributeName: STATE_TABLE_SCHEMA.sortKey.name, KeyType: 'RANGE' },
    ],
  });
  expect(table?.['GlobalSecondaryIndexes']).toEqual(
    STATE_TABLE_SCHEMA.indexes.map(({ name, partitionKey, sortKey, include }) => ({
      IndexName: name,
      KeySchema: [
        { AttributeName: partitionKey.name, KeyType: 'HASH' },
        { AttributeName: sortKey.name, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: include },
    })),
  );
});

it('tables, keys and nothing else outlive the stack', () => {
  const kept = Object.values(template.Resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
  expect(new Set(kept.map(({ Type }) => Type))).toEqual(new Set(['AWS::DynamoDB::Table', 'AWS::KMS::Key']));
  expect(kept).toHaveLength(6);
});
