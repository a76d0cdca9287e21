/** Reads the stream of a test table. */
import type { DynamoDBRecord } from 'aws-lambda';
import { createDynamoDbCall } from '../../lib/local/dynamodb-api.ts';
import { createDynamoDbProxy } from '../../lib/local/dynamodb-proxy.ts';

export interface StreamRecords {
  /** What was written since the last call, as a function gets it. */
  next(): Promise<DynamoDBRecord[]>;
  close(): void;
}

export async function openStream(endpoint: string, table: string): Promise<StreamRecords> {
  const proxy = createDynamoDbProxy(endpoint);
  const call = createDynamoDbCall(proxy);
  const described = await call<{ Table: { LatestStreamArn: string } }>('DescribeTable', { TableName: table });
  const StreamArn = described.Table.LatestStreamArn;
  const { StreamDescription } = await call<{ StreamDescription: { Shards: { ShardId: string }[] } }>('DescribeStream', { StreamArn });
  const iterators = await Promise.all(
    StreamDescription.Shards.map(async ({ ShardId }) => {
      const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
      return (await call<{ ShardIterator: string }>('GetShardIterator', from)).ShardIterator;
    }),
  );
  return {
    async next() {
      const records: DynamoDBRecord[] = [];
      for (const [index, iterator] of iterators.entries()) {
        const page = await call<{ Records: DynamoDBRecord[]; NextShardIterator?: string }>('GetRecords', { ShardIterator: iterator });
        records.push(...page.Records);
        iterators[index] = page.NextShardIterator ?? iterator;
      }
      return records;
    },
    close: () => proxy.close(),
  };
}
