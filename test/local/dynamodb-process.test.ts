import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { tableInput } from '../support/dynamodb.ts';
import { type LocalDynamoDb, startDynamoDb } from '../../lib/local/dynamodb-process.ts';

const started: LocalDynamoDb[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.stop()));
});

async function start(directory?: string): Promise<LocalDynamoDb> {
  const dynamoDb = await startDynamoDb({ directory });
  started.push(dynamoDb);
  return dynamoDb;
}

function connect({ endpoint }: LocalDynamoDb): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 });
}

describe('startDynamoDb', () => {
  it('answers several at once, each on a port of its own, until it is stopped', async () => {
    const both = await Promise.all([start(), start(), start()]);
    expect(new Set(both.map(({ endpoint }) => endpoint)).size).toBe(3);
    for (const each of both) expect((await connect(each).send(new ListTablesCommand())).TableNames).toEqual([]);
    const [first] = both;
    await first?.stop();
    await expect(fetch(first?.endpoint ?? '')).rejects.toThrow();
    await first?.stop();
  });

  it('keeps its data in a directory', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'dynamodb-'));
    const before = await start(join(directory, 'new'));
    await connect(before).send(new CreateTableCommand(tableInput('kept', true)));
    await before.stop();
    const after = await start(join(directory, 'new'));
    expect((await connect(after).send(new ListTablesCommand())).TableNames).toEqual(['kept']);
    await after.stop();
    await rm(directory, { recursive: true });
  });
});
