import { TransactionCanceledException, TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamState } from '../../functions/image/stream-state.ts';
import type { StreamStore } from '../../functions/resources/ports.ts';
import { StoreError } from '../../functions/store/errors.ts';
import { retryOnConflict } from '../../functions/store/retry-on-conflict.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { failWith, loseFirstAnswer } from '../support/spoilt-client.ts';
import { allItems, violations } from './stored-stream.ts';
import { CONTEXT, event, moved, stream, tag } from './streams.ts';

let dynamoDb: TestTable;

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());

const settings = { importInterval: '15m' };

async function seeded(tags: readonly string[]): Promise<{ readonly table: string; readonly state: StreamState }> {
  const table = await dynamoDb.addTable();
  const store = createStreamStore({ client: dynamoDb.client, table, settings });
  const after = stream(tags.map((name) => tag(name, [1])));
  return { table, state: await store.commit({ ...CONTEXT, now: Date.now(), before: null, after }) };
}

async function retag(store: StreamStore, name: string, number: number): Promise<void> {
  const before = await store.readTags('team', 'app', [name]);
  if (before === null) throw new Error('stream is missing');
  await store.commit({ ...CONTEXT, now: Date.now(), before, after: moved(before, name, number) });
}

function cancelled(...codes: readonly string[]): TransactionCanceledException {
  return new TransactionCanceledException({ message: 'cancelled', $metadata: {}, CancellationReasons: codes.map((Code) => ({ Code })) });
}

describe('32 writers of 32 tags of one stream', () => {
  it('all get through, and nothing is lost', async () => {
    const names = Array.from({ length: 32 }, (_, index) => `t${index}`);
    const { table } = await seeded(names);
    const writers = names.map((name) => ({ name, store: createStreamStore({ client: dynamoDb.client, table, settings }) }));
    await Promise.all(writers.map(({ name, store }) => retryOnConflict(() => retag(store, name, 2))));
    const state = await writers[0]?.store.readStream('team', 'app');
    expect(names.map((name) => state?.tags.get(name)?.items)).toEqual(names.map(() => [event(2), event(1)]));
    expect(violations(await allItems(dynamoDb.client, table))).toEqual([]);
  });
});

describe('writers of one tag', () => {
  it('append to one history without gaps', async () => {
    const { table } = await seeded(['latest']);
    const stores = Array.from({ length: 8 }, () => createStreamStore({ client: dynamoDb.client, table, settings }));
    await Promise.all(stores.map((store, index) => retryOnConflict(() => retag(store, 'latest', 10 + index))));
    const latest = (await stores[0]?.readStream('team', 'app'))?.tags.get('latest');
    expect(latest?.total).toBe(9);
    expect(new Set(latest?.items.map(({ image }) => image)).size).toBe(9);
    expect(violations(await allItems(dynamoDb.client, table))).toEqual([]);
  });
});

describe('a commit', () => {
  it('succeeds when its answer is lost and the SDK sends it again', async () => {
    const { table, state } = await seeded(['latest']);
    const client = dynamoDb.connect();
    const lost = loseFirstAnswer(client, 'TransactWriteItemsCommand');
    const store = createStreamStore({ client, table, settings });
    const after = moved(state, 'latest', 2);
    const committed = await store.commit({ ...CONTEXT, now: Date.now(), before: state, after });
    expect(lost.calls).toBe(2);
    expect((await store.readStream('team', 'app'))?.revision).toBe(committed.revision);
  });

  it('repeats the same transaction while others hold its items', async () => {
    const { table, state } = await seeded(['latest']);
    const client = dynamoDb.connect();
    const errors = [cancelled('TransactionConflict', 'None'), new TransactionInProgressException({ message: 'busy', $metadata: {} }), null];
    const spoilt = failWith(client, 'TransactWriteItemsCommand', (attempt) => errors[attempt] ?? null);
    const waits: number[] = [];
    const store = createStreamStore({ client, table, settings, random: () => 1, sleep: (ms) => Promise.resolve(void waits.push(ms)) });
    await store.commit({ ...CONTEXT, now: Date.now(), before: state, after: moved(state, 'latest', 2) });
    expect(spoilt.calls).toBe(3);
    expect(waits).toEqual([10, 20]);
  });

  it('gives up after 5 s of that', async () => {
    const { table, state } = await seeded(['latest']);
    const client = dynamoDb.connect();
    failWith(client, 'TransactWriteItemsCommand', () => cancelled('TransactionConflict'));
    let now = Date.now();
    const start = now;
    const sleep = (ms: number) => Promise.resolve(void (now += ms));
    const store = createStreamStore({ client, table, settings, clock: () => now, sleep });
    const failing = store.commit({ ...CONTEXT, now, before: state, after: moved(state, 'latest', 2) });
    await expect(failing).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    expect(now - start).toBeLessThanOrEqual(5_000);
    expect(now - start).toBeGreaterThan(4_500);
  });

  it.each([
    ['ERR_STORE_THROTTLED', cancelled('None', 'ThrottlingError')],
    ['ERR_STORE_THROTTLED', cancelled('ProvisionedThroughputExceeded', 'None')],
    ['ERR_STORE_THROTTLED', Object.assign(new Error('slow down'), { name: 'ThrottlingException' })],
    ['ERR_STORE_THROTTLED', Object.assign(new Error('too late'), { name: 'TimeoutError' })],
    ['ERR_STORE_TOO_LARGE', Object.assign(new Error('Item size has exceeded the maximum allowed size'), { name: 'ValidationException' })],
    ['ERR_STORE_CONFLICT', cancelled('TransactionConflict', 'ConditionalCheckFailed')],
  ])('tells %s', async (code, error) => {
    const { table, state } = await seeded(['latest']);
    const client = dynamoDb.connect();
    failWith(client, 'TransactWriteItemsCommand', () => error);
    const store = createStreamStore({ client, table, settings });
    const failing = store.commit({ ...CONTEXT, now: Date.now(), before: state, after: moved(state, 'latest', 2) });
    await expect(failing).rejects.toMatchObject({ name: 'StoreError', code });
  });

  it('passes on what it does not know', async () => {
    const { table, state } = await seeded(['latest']);
    const client = dynamoDb.connect();
    const unknown = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    failWith(client, 'TransactWriteItemsCommand', () => unknown);
    const store = createStreamStore({ client, table, settings });
    await expect(store.commit({ ...CONTEXT, now: Date.now(), before: state, after: moved(state, 'latest', 2) })).rejects.toBe(unknown);
  });

  it('of something too large writes nothing', async () => {
    const { table, state } = await seeded(['latest']);
    const store = createStreamStore({ client: dynamoDb.client, table, settings });
    const tags = Array.from({ length: 300 }, (_, index) => tag(`t${index}`, [1]));
    const large = { ...stream(tags), ...state, annotations: { text: 'x'.repeat(500_000) } };
    const commit = (after: StreamState) => store.commit({ ...CONTEXT, now: Date.now(), before: state, after });
    await expect(commit(large)).rejects.toMatchObject({ code: 'ERR_STORE_TOO_LARGE' });
    const longName = { ...state, tags: new Map([...state.tags, ['x', tag('#'.repeat(400), [1])] as const]) };
    await expect(commit(longName)).rejects.toMatchObject({ code: 'ERR_STORE_TOO_LARGE' });
    expect((await store.readStream('team', 'app'))?.revision).toBe(state.revision);
  });
});

describe('retryOnConflict', () => {
  const conflict = new StoreError('ERR_STORE_CONFLICT', 'lost');
  const sleep = () => Promise.resolve();

  it('ends with the last conflict', async () => {
    let calls = 0;
    const attempt = () => {
      calls++;
      return Promise.reject(conflict);
    };
    await expect(retryOnConflict(attempt, { attempts: 3, sleep })).rejects.toBe(conflict);
    expect(calls).toBe(3);
  });

  it('passes on other failures at once', async () => {
    const other = new StoreError('ERR_STORE_EXISTS', 'exists');
    let calls = 0;
    const attempt = () => {
      calls++;
      return Promise.reject(other);
    };
    await expect(retryOnConflict(attempt, { sleep })).rejects.toBe(other);
    expect(calls).toBe(1);
  });

  it('waits at most maxMs', async () => {
    const waits: number[] = [];
    const options = { attempts: 12, maxMs: 100, random: () => 1, sleep: (ms: number) => Promise.resolve(void waits.push(ms)) };
    await expect(retryOnConflict(() => Promise.reject(conflict), options)).rejects.toBe(conflict);
    expect(Math.max(...waits)).toBe(100);
    expect(waits).toHaveLength(11);
  });
});
