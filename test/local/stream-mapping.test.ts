import { beforeEach, describe, expect, it } from 'vitest';
import type { DynamoDbCall } from '../../lib/local/dynamodb-api.ts';
import { createStreamMapping } from '../../lib/local/stream-mapping.ts';
import type { ShardPositions } from '../../lib/local/stream-reader.ts';

const NOW = Date.now() / 1000;
const record = (n: number, age = 0) => ({
  eventName: 'INSERT',
  dynamodb: { SequenceNumber: String(n), ApproximateCreationDateTime: NOW - age },
});

/** A stream of two shards, the second the child of the first; hands out at most `limit` records at a time. */
function fakeStream(shards: Record<string, ReturnType<typeof record>[]>): DynamoDbCall {
  const names = Object.keys(shards);
  const answers: Record<string, (input: Record<string, string>) => unknown> = {
    DescribeStream: () => ({
      StreamDescription: { Shards: names.map((ShardId, index) => ({ ShardId, ParentShardId: names[index - 1] })) },
    }),
    GetShardIterator: ({ ShardId = '', SequenceNumber = '0' }) => ({ ShardIterator: `${ShardId}/${SequenceNumber}` }),
    GetRecords({ ShardIterator = '', Limit }) {
      const [shard = '', after] = ShardIterator.split('/');
      const rest = (shards[shard] ?? []).filter(({ dynamodb }) => Number(dynamodb.SequenceNumber) > Number(after));
      const Records = rest.slice(0, Number(Limit));
      const isClosed = shard !== names.at(-1) && Records.length === rest.length;
      return { Records, ...(isClosed ? {} : { NextShardIterator: `${shard}/${Records.at(-1)?.dynamodb.SequenceNumber ?? after}` }) };
    },
  };
  return async <T>(operation: string, input: object) => answers[operation]?.(input as Record<string, string>) as T;
}

let batches: string[][];
let parked: { DDBStreamBatchInfo: { startSequenceNumber: string; batchSize: number } }[];
let positions: ShardPositions;
beforeEach(() => {
  batches = [];
  parked = [];
  positions = {};
});

interface Setup {
  readonly records?: readonly ReturnType<typeof record>[];
  readonly call?: DynamoDbCall;
  readonly properties?: object;
  readonly answer?: (batch: readonly string[], times: number) => unknown;
}

function setUp({ records = [1, 2, 3, 4].map((n) => record(n)), call, properties, answer = () => null }: Setup) {
  return createStreamMapping({
    mapping: {
      logicalId: 'M',
      name: 'M',
      arn: 'M',
      metadata: {},
      properties: {
        EventSourceArn: 'source',
        FunctionName: 'arn:aws:lambda:r:a:function:f',
        DestinationConfig: { OnFailure: { Destination: 'q' } },
        ...properties,
      },
    },
    streamArn: 'stream',
    place: { region: 'r', accountId: 'a', awsEndpoint: 'e' },
    call: call ?? fakeStream({ s: [...records] }),
    positions,
    moved: () => undefined,
    async invoke(name, event) {
      expect(name).toBe('f');
      const batch = (event as { Records: typeof records }).Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
      batches.push(batch);
      return answer(batch, batches.length);
    },
    sendTo: (_, body) => parked.push(body as (typeof parked)[number]),
    aborted: () => false,
    backoff: async () => undefined,
  });
}
const fail = () => {
  throw new Error('on purpose');
};
const report = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
const reporting = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

describe('createStreamMapping', () => {
  it('delivers in batches and remembers where it is', async () => {
    const pass = setUp({ properties: { BatchSize: 3 } });
    expect([await pass(), await pass(), await pass()]).toEqual([true, true, false]);
    expect(batches).toEqual([['1', '2', '3'], ['4']]);
    expect(positions).toEqual({ s: '4' });
  });

  it('starts after its position', async () => {
    positions['s'] = '2';
    await setUp({})();
    expect(batches).toEqual([['3', '4']]);
  });

  it('reads parents to their end before children', async () => {
    const pass = setUp({ call: fakeStream({ parent: [record(1), record(2)], child: [record(3)] }), properties: { BatchSize: 1 } });
    for (let passes = 0; passes < 5; passes++) await pass();
    expect(batches).toEqual([['1'], ['2'], ['3']]);
    expect(positions).toEqual({ parent: 'closed', child: '3' });
  });

  it('filters, and moves on over what nobody wants', async () => {
    const pass = setUp({
      properties: {
        FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"SequenceNumber":["2"]}}' }, { Pattern: '{"eventName":["x"]}' }] },
      },
    });
    await pass();
    expect(batches).toEqual([['2']]);
    expect(positions).toEqual({ s: '4' });
  });

  it('goes on from the first failure that is reported', async () => {
    await setUp({ properties: reporting, answer: (_, times) => (times === 1 ? report('4', '3') : report()) })();
    expect(batches).toEqual([
      ['1', '2', '3', '4'],
      ['3', '4'],
    ]);
  });

  it.each([[report('unknown')], [{ batchItemFailures: [{}] }]])('repeats the whole batch after the report %j', async (answer) => {
    await setUp({ properties: reporting, answer: (_, times) => (times === 1 ? answer : null) })();
    expect(batches).toEqual([
      ['1', '2', '3', '4'],
      ['1', '2', '3', '4'],
    ]);
  });

  it('repeats a failed batch as often as the template says, parks it, and goes on', async () => {
    const pass = setUp({ properties: { MaximumRetryAttempts: 2, BatchSize: 2 }, answer: (batch) => (batch.includes('1') ? fail() : null) });
    await pass();
    await pass();
    expect(batches).toEqual([
      ['1', '2'],
      ['1', '2'],
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(parked).toHaveLength(1);
    expect(parked[0]?.DDBStreamBatchInfo).toMatchObject({ startSequenceNumber: '1', batchSize: 2 });
  });

  it('splits a failed batch, so that one bad record takes no other with it', async () => {
    await setUp({
      properties: { MaximumRetryAttempts: 0, BisectBatchOnFunctionError: true },
      answer: (batch) => (batch.includes('2') ? fail() : null),
    })();
    expect(batches).toEqual([['1', '2', '3', '4'], ['1', '2'], ['1'], ['2'], ['3', '4']]);
    expect(parked.map(({ DDBStreamBatchInfo }) => DDBStreamBatchInfo.startSequenceNumber)).toEqual(['2']);
  });

  it('gives old records up', async () => {
    await setUp({ records: [record(1, 3600)], properties: { MaximumRecordAgeInSeconds: 60 }, answer: fail })();
    expect([batches.length, parked.length]).toEqual([1, 1]);
  });
});
