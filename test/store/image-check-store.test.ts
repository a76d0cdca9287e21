import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImageCheckStore, TagPointer } from '../../functions/importing/ports.ts';
import type { StreamStore } from '../../functions/resources/ports.ts';
import { createImageCheckStore } from '../../functions/store/image-check-store.ts';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { createScheduleReader } from '../../functions/store/schedule-reader.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { CONTEXT, digestOf, stream, tag, withoutTags, withTags } from './streams.ts';

let dynamoDb: TestTable;
let table: string;
let streams: StreamStore;
let imageChecks: ImageCheckStore;

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  table = await dynamoDb.addTable();
  const options = { client: dynamoDb.client, table };
  streams = createStreamStore({ ...options, settings: { importInterval: '15m' } });
  imageChecks = createImageCheckStore(options);
  const namespaces = createNamespaceStore(options);
  for (const name of ['team', 'other', 'empty']) await namespaces.createNamespace({ name, labels: {}, annotations: {} }, 1);
});

/** All pages from a position; positions in between. */
async function walk(position: string | null = null) {
  const pointers: TagPointer[] = [];
  const positions: (string | null)[] = [];
  for await (const page of imageChecks.listPointers(position)) {
    pointers.push(...page.pointers);
    positions.push(page.position);
  }
  return { pointers, positions };
}

describe('listPointers', () => {
  it('walks all tags that point to something, of all namespaces, from any position', async () => {
    const created = await streams.commit({
      ...CONTEXT,
      now: 1,
      before: null,
      after: stream([tag('a', [5, 4]), tag('b', []), tag('c', [6])]),
    });
    await streams.commit({ ...CONTEXT, now: 2, before: created, after: withoutTags(created, 'c') });
    await streams.commit({ ...CONTEXT, now: 3, before: null, after: stream([tag('x', [7])], { namespace: 'other' }) });
    const { pointers, positions } = await walk();
    expect(pointers.map(({ namespace, tag: name, newest }) => [namespace, name, newest.image])).toEqual([
      ['other', 'x', digestOf(7)],
      ['team', 'a', digestOf(5)],
    ]);
    expect(pointers[1]).toMatchObject({ stream: 'app', incarnation: created.incarnation });
    expect(positions).toHaveLength(4);
    expect(positions.at(-1)).toBeNull();
    expect((await walk(positions[2] ?? null)).pointers.map(({ tag: name }) => name)).toEqual(['a']);
  });

  it('tells what is missing', async () => {
    const image = tag('a', [5]);
    const [newest] = image.items;
    if (newest === undefined) throw new Error('no event');
    const missing = { image: newest.image, dockerImageReference: newest.dockerImageReference, since: 'then', message: 'gone' };
    const created = await streams.commit({ ...CONTEXT, now: 1, before: null, after: stream([{ ...image, missing }]) });
    expect((await walk()).pointers[0]?.missing).toEqual(missing);
    expect((await streams.readStream('team', 'app'))?.tags.get('a')?.missing).toEqual(missing);
    await streams.commit({ ...CONTEXT, now: 2, before: created, after: withTags(created, { ...tag('a', [6, 5]), missing }) });
    expect((await walk()).pointers[0]?.missing).toBeUndefined();
  });

  it('goes on behind a namespace that is gone', async () => {
    await streams.commit({ ...CONTEXT, now: 1, before: null, after: stream([tag('a', [5])]) });
    expect((await walk(JSON.stringify({ namespace: 'gone', key: null }))).pointers).toHaveLength(1);
    expect(await walk(JSON.stringify({ namespace: 'zzz', key: null }))).toEqual({ pointers: [], positions: [null] });
  });
});

describe('progress', () => {
  it('is kept per shard, with the position of a pass that is not through', async () => {
    const reader = createScheduleReader({ client: dynamoDb.client, table, importInterval: '15m' });
    expect(await imageChecks.readProgress()).toEqual([]);
    expect(await reader.readImageCheck(3)).toBeNull();
    await imageChecks.saveProgress({ shard: 3, lastPass: 0, checked: 0, position: 'here' });
    expect(await imageChecks.readProgress()).toEqual([{ shard: 3, lastPass: 0, checked: 0, position: 'here' }]);
    expect(await reader.readImageCheck(3)).toMatchObject({ checked: 0 });
    await imageChecks.saveProgress({ shard: 3, lastPass: 5, checked: 7 });
    expect(await imageChecks.readProgress()).toEqual([{ shard: 3, lastPass: 5, checked: 7 }]);
    expect(await reader.readImageCheck(3)).toEqual({ shard: 3, lastPass: 5, checked: 7 });
  });
});
