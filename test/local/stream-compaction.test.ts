import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDynamoDbCall, type DynamoDbCall } from '../../lib/local/dynamodb-api.ts';
import { type LocalDynamoDb, startDynamoDb } from '../../lib/local/dynamodb-process.ts';
import { createDynamoDbProxy } from '../../lib/local/dynamodb-proxy.ts';
import { compactStreams } from '../../lib/local/stream-compaction.ts';

let directory: string;
let database: LocalDynamoDb | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'compaction-'));
});
afterEach(async () => {
  await database?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<DynamoDbCall> {
  database = await startDynamoDb({ directory });
  return createDynamoDbCall(createDynamoDbProxy(database.endpoint));
}
const put = (call: DynamoDbCall, id: number) => call('PutItem', { TableName: 'things', Item: { id: { N: String(id) } } });
const sqlite = () => new DatabaseSync(join(directory, 'dynamodb.sqlite'));
function sequences(): number[] {
  const file = sqlite();
  const rows = file.prepare('SELECT CAST(sequence_number AS INTEGER) AS n FROM _stream_records ORDER BY n').all();
  file.close();
  return rows.map(({ n }) => Number(n));
}

it('drops what every reader has passed, but never the record that numbers go on from', async () => {
  const call = await start();
  await call('CreateTable', {
    TableName: 'things',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  });
  for (let id = 1; id <= 5; id++) await put(call, id);
  await database?.stop();
  compactStreams(directory, new Map([['things', 3]]));
  expect(sequences()).toEqual([4, 5]);
  compactStreams(
    directory,
    new Map([
      ['things', 5],
      ['gone', 9],
    ]),
  );
  expect(sequences()).toEqual([5]);
  await put(await start(), 6);
  expect(sequences()).toEqual([5, 6]);
});

it('makes the emulator number and read records by index, also while it runs', async () => {
  await start();
  compactStreams(directory, new Map());
  const file = sqlite();
  const plan = (sql: string) => JSON.stringify(file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  // The two statements of dynoxide 1.2 that would otherwise scan every earlier record on each write and each read.
  const number = plan("SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = 'a'");
  const read = plan(
    "SELECT event_name FROM _stream_records WHERE table_name = 'a' AND shard_id = 's' AND CAST(sequence_number AS INTEGER) > 5 ORDER BY CAST(sequence_number AS INTEGER) LIMIT 9",
  );
  file.close();
  expect(number).toContain('USING COVERING INDEX image_streams_numbering');
  expect(read).toContain('USING INDEX image_streams_reading');
  expect(read).not.toContain('TEMP B-TREE');
});

it('does nothing where there is no such database', () => {
  compactStreams(join(directory, 'nowhere'), new Map([['things', 3]]));
});
