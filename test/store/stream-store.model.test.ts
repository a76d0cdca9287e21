/** Any sequence of changes reads back as it was written and leaves a sound table. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StreamState, TagState } from '../../functions/image/stream-state.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { allItems, violations } from './stored-stream.ts';
import { contentOf, CONTEXT, event, specTag, stream, tag, tracking, withoutTags, withTags } from './streams.ts';

let dynamoDb: TestTable;

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());

const NAMES = ['a', 'a#1', ''] as const;
const nameOf = fc.constantFrom(...NAMES);
const image = fc.integer({ min: 1, max: 6 });

type Change = (state: StreamState) => StreamState;

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(nameOf, fc.array(image, { minLength: 1, maxLength: 3 })).map(([name, images]) => prepend(name, images)),
  fc.tuple(nameOf, image).map(([name, generation]) => correct(name, generation)),
  fc.tuple(nameOf, fc.array(image, { maxLength: 4 })).map(
    ([name, images]) =>
      (state: StreamState) =>
        withTags(state, { ...existing(state, name), ...counted(images) }),
  ),
  fc.tuple(nameOf, fc.nat(3)).map(([name, count]) => trim(name, count)),
  nameOf.map((name) => (state: StreamState) => withoutTags(state, name)),
  fc.tuple(nameOf, nameOf).map(
    ([name, followed]) =>
      (state: StreamState) =>
        withTags(state, { ...existing(state, name), spec: tracking(name, followed) }),
  ),
  nameOf.map((name) => (state: StreamState) => withTags(state, { ...existing(state, name), spec: specTag(name) })),
  fc.dictionary(fc.constantFrom('x', 'y'), fc.string()).map((annotations) => (state: StreamState) => ({ ...state, annotations })),
  fc.integer({ min: 1, max: 5 }).map((generation) => (state: StreamState) => ({ ...state, generation })),
);

function existing(state: StreamState, name: string): TagState {
  return state.tags.get(name) ?? tag(name, []);
}

function counted(images: readonly number[]): Pick<TagState, 'items' | 'total'> {
  return { items: images.map((number) => event(number)), total: images.length };
}

function prepend(name: string, images: readonly number[]): Change {
  return (state) => {
    const old = existing(state, name);
    return withTags(state, { ...old, items: [...images.map((number) => event(number)), ...old.items], total: old.total + images.length });
  };
}

function correct(name: string, generation: number): Change {
  return (state) => {
    const [newest, ...older] = existing(state, name).items;
    return newest === undefined ? state : withTags(state, { ...existing(state, name), items: [{ ...newest, generation }, ...older] });
  };
}

function trim(name: string, count: number): Change {
  return (state) => {
    const items = existing(state, name).items.slice(0, count);
    return withTags(state, { ...existing(state, name), items, total: items.length });
  };
}

it('keeps what it is given, whatever happened before', async () => {
  const history = fc.asyncProperty(fc.array(fc.tuple(change, fc.boolean()), { minLength: 1, maxLength: 12 }), async (changes) => {
    const table = await dynamoDb.addTable();
    const store = createStreamStore({ client: dynamoDb.client, table, settings: { importInterval: '15m' } });
    let state = await store.commit({ ...CONTEXT, now: Date.now(), before: null, after: stream([]) });
    for (const [apply, reread] of changes) {
      const before = reread ? await store.readStream('team', 'app') : state;
      if (before === null) throw new Error('stream is missing');
      const wanted = apply(before);
      const committed = await store.commit({ ...CONTEXT, now: Date.now(), before, after: wanted });
      expect(contentOf(committed)).toEqual(contentOf(wanted));
      expect(committed.revision).toBeGreaterThanOrEqual(state.revision);
      state = committed;
    }
    expect(contentOf(await store.readStream('team', 'app'))).toEqual(contentOf(state));
    expect(violations(await allItems(dynamoDb.client, table))).toEqual([]);
  });
  await fc.assert(history, { numRuns: 60 });
});
