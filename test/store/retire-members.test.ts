/** Images that only a deleted or pruned history held leave the stream with the sweep, and no commit relies on one that is just leaving. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StreamState } from '../../functions/image/stream-state.ts';
import type { CommitRequest, StreamStore } from '../../functions/resources/ports.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { createSweeper } from '../../functions/store/sweep.ts';
import { meterCapacity } from '../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { crashAt } from '../support/spoilt-client.ts';
import { allItems, violations } from './stored-stream.ts';
import { CONTEXT, digestOf, moved, stream, tag, withoutTags, withTags } from './streams.ts';

let dynamoDb: TestTable;
let table: string;
let store: StreamStore;

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  table = await dynamoDb.addTable();
  store = openStore();
});

function openStore(client = dynamoDb.client): StreamStore {
  return createStreamStore({ client, table, settings: { importInterval: '15m' } });
}

function commit(before: StreamState | null, after: StreamState, over: Partial<CommitRequest> = {}): Promise<StreamState> {
  return store.commit({ ...CONTEXT, now: Date.now(), before, after, ...over });
}

function sweep({ incarnation }: StreamState, name: string, base: number, client = dynamoDb.client) {
  const swept = { namespace: 'team', stream: 'app', incarnation, tag: name, base };
  return createSweeper({ client, table, budgetMs: 60_000 }).sweepTag(swept);
}

async function members(state: StreamState): Promise<readonly string[]> {
  return (await store.listMembers(state)).filter(({ inHistory }) => inHistory).map(({ digest }) => digest);
}

describe('images of a history that is gone', () => {
  it('leave unless another tag holds them', async () => {
    const created = await commit(null, stream([tag('a', [3, 2, 1]), tag('b', [2])]));
    await commit(created, withoutTags(created, 'a'));
    expect(await sweep(created, 'a', 3)).toBe('done');
    expect(await members(created)).toEqual([digestOf(2)]);
  });

  it('leave when the history was cut', async () => {
    const created = await commit(null, stream([tag('a', [3, 2, 1])]));
    await commit(created, withTags(created, tag('a', [3])));
    expect(await sweep(created, 'a', 2)).toBe('done');
    expect(await members(created)).toEqual([digestOf(3)]);
  });

  it('stay where older events of other tags hold them, loaded or not', async () => {
    let state = await commit(null, stream([tag('a', [1]), tag('b', [1])]));
    for (let number = 2; number <= 60; number++) state = await commit(state, moved(state, 'b', number));
    await commit(state, withoutTags(state, 'a'));
    expect(await sweep(state, 'a', 1)).toBe('done');
    expect(await store.findMembers(state, digestOf(1))).toHaveLength(1);
  });

  it('stay as children of an index, out of history', async () => {
    const children = [{ digest: digestOf(1), dockerImageReference: 'child', inHistory: false }];
    const created = await commit(null, stream([tag('a', [1])]), { children });
    await commit(created, withoutTags(created, 'a'));
    await sweep(created, 'a', 1);
    expect(await store.listMembers(created)).toMatchObject([{ digest: digestOf(1), inHistory: false }]);
  });

  it('leave by hundreds, and the revision clients see stays', async () => {
    const numbers = Array.from({ length: 250 }, (_, index) => 250 - index);
    const created = await commit(null, stream([tag('a', numbers), tag('b', [1])]));
    const removed = await commit(created, withoutTags(created, 'a'));
    expect(await sweep(created, 'a', 250)).toBe('done');
    const found = await store.readStream('team', 'app');
    expect(found?.revision).toBe(removed.revision);
    expect(await members(created)).toEqual([digestOf(1)]);
    if (found !== null) await commit(found, moved(found, 'b', 5));
    expect(violations(await allItems(dynamoDb.client, table))).toEqual([]);
  });

  it('go on leaving after a crash at any call', async () => {
    for (let call = 0; call < 12; call++) {
      table = await dynamoDb.addTable();
      store = openStore();
      const created = await commit(null, stream([tag('a', [3, 2, 1]), tag('b', [2])]));
      await commit(created, withoutTags(created, 'a'));
      const client = dynamoDb.connect();
      crashAt(client, call, 'after');
      await sweep(created, 'a', 3, client).catch(() => undefined);
      expect(await sweep(created, 'a', 3)).toBe('done');
      expect(await members(created)).toEqual([digestOf(2)]);
    }
  });

  it('are looked at again when somebody writes meanwhile', async () => {
    const created = await commit(null, stream([tag('a', [1]), tag('b', [2])]));
    let state = await commit(created, withoutTags(created, 'a'));
    const client = dynamoDb.connect();
    let wrote = false;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'TransactWriteItemsCommand' && !wrote) {
          wrote = true;
          state = await commit(state, moved(state, 'b', 1));
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    expect(await sweep(created, 'a', 1, client)).toBe('more');
    expect(await sweep(created, 'a', 1, client)).toBe('done');
    expect(await members(created)).toEqual([digestOf(1), digestOf(2)]);
  });
});

describe('a commit that relied on an image which is just leaving', () => {
  it('does not pass', async () => {
    const created = await commit(null, stream([tag('a', [1]), tag('b', [2])]));
    const before = await commit(created, withoutTags(created, 'a'));
    const client = dynamoDb.connect();
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'TransactWriteItemsCommand') await sweep(created, 'a', 1);
        return next(args);
      },
      { step: 'initialize' },
    );
    const write = openStore(client).commit({ ...CONTEXT, now: Date.now(), before, after: moved(before, 'b', 1) });
    await expect(write).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    const again = await store.readTags('team', 'app', ['b']);
    if (again === null) throw new Error('stream is missing');
    await commit(again, moved(again, 'b', 1));
    expect(await members(created)).toEqual([digestOf(1), digestOf(2)]);
    expect(violations(await allItems(dynamoDb.client, table))).toEqual([]);
  });
});

it.each([10, 1_000])('deleting one of %i tags costs the same', async (count) => {
  const tags = Array.from({ length: count }, (_, index) => tag(`v${index}`, [index + 3, index + 2, index + 1]));
  await commit(null, stream(tags));
  const client = dynamoDb.connect();
  const { reads, writes } = meterCapacity(client);
  const metered = openStore(client);
  const before = await metered.readTags('team', 'app', ['v1']);
  if (before === null) throw new Error('stream is missing');
  await metered.commit({ ...CONTEXT, now: Date.now(), before, after: withoutTags(before, 'v1') });
  expect({ reads: reads.units, writes: writes.units }).toEqual({ reads: 3, writes: 4 });
});
