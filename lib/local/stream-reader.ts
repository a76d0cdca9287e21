/** Reads a table's stream shard by shard, from stored positions: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
import { type DynamoDbCall, DynamoDbRefusal } from './dynamodb-api.ts';

export interface StreamRecord {
  readonly eventName: string;
  readonly dynamodb: { readonly SequenceNumber: string; readonly ApproximateCreationDateTime: number };
}

/** Last sequence number that is done, by shard; 'closed' when the shard has ended. */
export type ShardPositions = Record<string, string>;

interface Shard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
}

interface ReaderDeps {
  readonly call: DynamoDbCall;
  readonly streamArn: string;
  readonly positions: ShardPositions;
  readonly limit: number;
  /** Must have dealt with all records when it resolves; the position then moves behind them. */
  readonly deliver: (records: readonly StreamRecord[], shardId: string) => Promise<void>;
  readonly moved: () => void;
}

/**
 * One pass over the stream: delivers what is new, parents before children, in order. Resolves to whether there was anything. A position
 * that was trimmed away (the stream keeps 24 h) starts over at the oldest record: repeats are legal, gaps are not.
 */
export function createStreamReader({ call, streamArn, positions, limit, deliver, moved }: ReaderDeps): () => Promise<boolean> {
  const iterators = new Map<string, string>();
  let shards: readonly Shard[] = [];

  async function openShard(shardId: string): Promise<string> {
    const after = positions[shardId];
    const from = after ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after } : { ShardIteratorType: 'TRIM_HORIZON' };
    const answer = await call<{ ShardIterator: string }>('GetShardIterator', { StreamArn: streamArn, ShardId: shardId, ...from });
    return answer.ShardIterator;
  }

  async function readShard(shardId: string): Promise<boolean> {
    const iterator = iterators.get(shardId) ?? (await openShard(shardId));
    const answer = await call<{ Records: StreamRecord[]; NextShardIterator?: string }>('GetRecords', {
      ShardIterator: iterator,
      Limit: limit,
    });
    const last = answer.Records.at(-1);
    if (last) {
      await deliver(answer.Records, shardId);
      positions[shardId] = last.dynamodb.SequenceNumber;
    }
    if (answer.NextShardIterator) iterators.set(shardId, answer.NextShardIterator);
    else {
      positions[shardId] = 'closed';
      shards = [];
    }
    if (last || !answer.NextShardIterator) moved();
    return last !== undefined;
  }

  return async function readOnce() {
    if (shards.length === 0)
      shards = (await call<{ StreamDescription: { Shards: Shard[] } }>('DescribeStream', { StreamArn: streamArn })).StreamDescription
        .Shards;
    let found = false;
    const isOpen = (shard: Shard) => positions[shard.ShardId] !== 'closed';
    const open = shards.filter(isOpen);
    for (const shard of open.filter(({ ParentShardId: parent }) => !open.some(({ ShardId }) => ShardId === parent))) {
      try {
        found = (await readShard(shard.ShardId)) || found;
      } catch (error) {
        iterators.delete(shard.ShardId);
        if (error instanceof DynamoDbRefusal && error.code === 'TrimmedDataAccessException') delete positions[shard.ShardId];
        else if (!(error instanceof DynamoDbRefusal && error.code === 'ExpiredIteratorException')) throw error;
      }
    }
    return found;
  };
}
