import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StreamState } from '../../functions/image/stream-state.ts';
import type { StreamStore } from '../../functions/resources/ports.ts';
import { mapParallel } from '../../functions/store/parallel.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { Crash, crashAt } from '../support/spoilt-client.ts';
import { allItems, orphanEvents, violations } from './stored-stream.ts';
import { contentOf, CONTEXT, event, specTag, stream, tag, tracking, withoutTags } from './streams.ts';

vi.setConfig({ testTimeout: 60_000 }); // thousands of items per case

const TAGS = 500;
const SETTINGS = { importInterval: '15m' };

let dynamoDb: TestTable;

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());

function open(table: string, client = dynamoDb.client): StreamStore {
  return createStreamStore({ client, table, settings: SETTINGS });
}

/** Every tenth tag follows its predecessor; five tags in a row share an image, so that members and tags cross the parts' borders. */
function wanted(from: number, annotations: Record<string, string>): StreamState {
  const tags = Array.from({ length: TAGS }, (_, index) => {
    const name = `t${index}`;
    const spec = index % 10 === 9 ? tracking(name, `t${index - 1}`) : specTag(name);
    return tag(name, [from + Math.floor(index / 5)], spec);
  });
  return stream(tags, { annotations });
}

/** What a client that repeats its request asks for, given what it finds. */
function repeat(found: StreamState, target: StreamState): StreamState {
  const tags = [...target.tags.values()].map((want) => {
    const have = found.tags.get(want.name);
    if (have === undefined || have.items[0]?.image === want.items[0]?.image) return have ?? want;
    return { ...have, spec: want.spec, items: [...want.items.slice(0, 1), ...have.items], total: have.total + 1 };
  });
  const generation = found.generation + 1;
  return { ...found, generation, annotations: target.annotations, tags: new Map(tags.map((each) => [each.name, each])) };
}

async function read(store: StreamStore): Promise<StreamState | null> {
  return store.readStream('team', 'app');
}

async function finish(table: string, target: StreamState): Promise<void> {
  const store = open(table);
  const found = await read(store);
  const after = found === null ? target : repeat(found, target);
  await store.commit({ ...CONTEXT, now: Date.now(), before: found, after });
  const items = await allItems(dynamoDb.client, table);
  expect(violations(items)).toEqual([]);
  expect(orphanEvents(items)).toEqual([]);
  const state = await read(store);
  expect(state?.annotations).toEqual(target.annotations);
  const newest = Object.fromEntries([...(state?.tags.values() ?? [])].map(({ name, items: [first] }) => [name, first?.image]));
  expect(newest).toEqual(Object.fromEntries([...target.tags.values()].map(({ name, items: [first] }) => [name, first?.image])));
}

/** Dying before a write is dying after the one before it; only the first makes a difference. */
function crashes(writes: number): [number, 'before' | 'after'][] {
  return [[0, 'before'], ...Array.from({ length: writes }, (_, call): [number, 'after'] => [call, 'after'])];
}

/** Runs `work` on a client that crashes; answers how many writes it got to. */
async function crash(table: string, at: number, when: 'before' | 'after', work: (store: StreamStore) => Promise<unknown>): Promise<void> {
  const client = dynamoDb.connect();
  crashAt(client, at, when, ['TransactWriteItemsCommand']);
  await expect(work(open(table, client))).rejects.toBeInstanceOf(Crash);
  expect(violations(await allItems(dynamoDb.client, table))).toEqual([]);
}

async function countWrites(table: string, work: (store: StreamStore) => Promise<unknown>): Promise<number> {
  const client = dynamoDb.connect();
  const counted = crashAt(client, Infinity, 'before', ['TransactWriteItemsCommand']);
  await work(open(table, client));
  return counted.calls;
}

describe('a create of 500 tags that breaks off', () => {
  const target = wanted(1_000, { applied: 'all of it' });
  const create = (store: StreamStore) => store.commit({ ...CONTEXT, now: Date.now(), before: null, after: target });

  it('leaves a valid stream at every write, and a repeat completes it', async () => {
    const writes = await countWrites(await dynamoDb.addTable(), create);
    expect(writes).toBeGreaterThan(5);
    await mapParallel(crashes(writes), 2, async ([call, when]) => {
      const table = await dynamoDb.addTable();
      await crash(table, call, when, create);
      const found = await read(open(table));
      expect(found === null).toBe(when === 'before');
      expect(found?.generation ?? 1).toBe(1);
      if (call < writes - 1) expect(found?.annotations ?? {}).toEqual({});
      await finish(table, target);
    });
  });
});

describe('an update of 500 tags that breaks off', () => {
  const prepared = async () => {
    const table = await dynamoDb.addTable();
    await open(table).commit({ ...CONTEXT, now: Date.now(), before: null, after: wanted(1_000, { applied: 'old' }) });
    return table;
  };
  const update = (target: StreamState) => async (store: StreamStore) => {
    const before = await read(store);
    if (before === null) throw new Error('stream is missing');
    return store.commit({ ...CONTEXT, now: Date.now(), before, after: repeat(before, target) });
  };

  it('leaves a valid stream at every write, and a repeat completes it', async () => {
    const target = wanted(2_000, { applied: 'new' });
    const writes = await countWrites(await prepared(), update(target));
    expect(writes).toBeGreaterThan(10);
    await mapParallel(crashes(writes), 2, async ([call, when]) => {
      const table = await prepared();
      await crash(table, call, when, update(target));
      const found = await read(open(table));
      const moved = [...(found?.tags.values() ?? [])].filter(({ total }) => total === 2).length;
      expect(found?.generation).toBe(when === 'before' ? 1 : 2);
      expect(moved === 0).toBe(when === 'before');
      if (call < writes - 1) expect(found?.annotations).toEqual({ applied: 'old' });
      await finish(table, target);
    });
  }, 180_000);

  it('changes nothing while it only reads', async () => {
    const table = await prepared();
    const before = await allItems(dynamoDb.client, table);
    for (const call of [0, 1]) {
      const client = dynamoDb.connect();
      crashAt(client, call, 'after', ['QueryCommand', 'BatchGetItemCommand']);
      await expect(update(wanted(2_000, {}))(open(table, client))).rejects.toBeInstanceOf(Crash);
    }
    expect(await allItems(dynamoDb.client, table)).toEqual(before);
  });

  it('moves followers no later than the tag they follow', async () => {
    const table = await dynamoDb.addTable();
    const chain = Array.from({ length: 150 }, (_, index) =>
      tag(`c${index}`, [1], index === 0 ? specTag('c0') : tracking(`c${index}`, `c${index - 1}`)),
    );
    const before = await open(table).commit({ ...CONTEXT, now: Date.now(), before: null, after: stream(chain) });
    const tags = new Map([...before.tags].map(([name, each]) => [name, { ...each, items: [event(2), event(1)], total: 2 }]));
    const client = dynamoDb.connect();
    crashAt(client, 1, 'before', ['TransactWriteItemsCommand']);
    const spoilt = open(table, client);
    const reread = await read(spoilt);
    if (reread === null) throw new Error('stream is missing');
    await expect(spoilt.commit({ ...CONTEXT, now: Date.now(), before: reread, after: { ...reread, tags } })).rejects.toBeInstanceOf(Crash);
    const found = await read(open(table));
    const movedTags = chain.map(({ name }) => found?.tags.get(name)?.total === 2);
    expect(movedTags.at(0)).toBe(false);
    expect(movedTags.at(-1)).toBe(true);
    expect(movedTags).toEqual([...movedTags].sort((a, b) => Number(a) - Number(b)));
  });
});

describe('a removal of many tags that breaks off', () => {
  it('leaves a valid stream', async () => {
    const old = wanted(1_000, {});
    const names = [...old.tags.keys()].slice(0, 250);
    for (const call of [0, 3, 5]) {
      const table = await dynamoDb.addTable();
      await open(table).commit({ ...CONTEXT, now: Date.now(), before: null, after: old });
      const client = dynamoDb.connect();
      crashAt(client, call, 'after', ['TransactWriteItemsCommand']);
      const store = open(table, client);
      const before = await read(store);
      if (before === null) throw new Error('stream is missing');
      const result = await store.commit({ ...CONTEXT, now: Date.now(), before, after: withoutTags(before, ...names) }).catch(() => null);
      const items = await allItems(dynamoDb.client, table);
      expect(violations(items)).toEqual([]);
      if (result !== null) expect(contentOf(await read(open(table)))).toEqual(contentOf(result));
    }
  });
});
