import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StreamState } from '../../functions/image/stream-state.ts';
import type { StreamStore } from '../../functions/resources/ports.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { contentOf, CONTEXT, digestOf, event, moved, specTag, stream, tag, tracking, withoutTags, withTags } from './streams.ts';

let dynamoDb: TestTable;
let store: StreamStore;
let now = Date.now();

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  const table = await dynamoDb.addTable();
  store = createStreamStore({ client: dynamoDb.client, table, settings: { importInterval: '15m' }, clock: () => now });
  now = Date.now();
});

function commit(before: StreamState | null, after: StreamState, children = {}): Promise<StreamState> {
  return store.commit({ ...CONTEXT, now, before, after, ...children });
}

async function read(): Promise<StreamState> {
  const state = await store.readStream('team', 'app');
  if (state === null) throw new Error('stream is missing');
  return state;
}

describe('create', () => {
  it('stores everything a read answers', async () => {
    const wanted = stream([tag('latest', [3, 2, 1], specTag('latest')), tag('', [], specTag('')), tag('a/b c#1%', [7])], {
      labels: { team: 'a' },
      annotations: { note: 'x' },
      lookupPolicy: { local: true },
      dockerImageRepository: 'registry.example.com/team/app',
      repositoryCheck: '2026-11-21T00:00:00Z',
    });
    const created = await commit(null, wanted);
    const stored = await read();
    expect(contentOf(stored)).toEqual(contentOf(wanted));
    expect(contentOf(created)).toEqual(contentOf(wanted));
    expect(stored.revision).toBe(created.revision);
    expect(stored.revision).toBe(now * 1000);
    expect(stored.incarnation).toBe(String(stored.revision));
  });

  it('refuses a live stream of the same name and tells its revision', async () => {
    const { revision } = await commit(null, stream([]));
    await expect(commit(null, stream([]))).rejects.toMatchObject({ code: 'ERR_STORE_EXISTS', storedRevision: revision });
  });

  it('starts anew over a tombstone, above its revision, even if the clock went back', async () => {
    const first = await commit(null, stream([tag('latest', [2, 1], specTag('latest'))], { annotations: { old: 'yes' } }));
    await store.deleteStream(first, { ...CONTEXT, now });
    now -= 60_000;
    const second = await commit(null, stream([tag('other', [9])], { uid: 'another' }));
    expect(second.revision).toBeGreaterThan(first.revision + 1);
    expect(second.incarnation).not.toBe(first.incarnation);
    expect(contentOf(await read())).toEqual(contentOf(stream([tag('other', [9])], { uid: 'another' })));
    expect(await store.findMembers(second, digestOf(1))).toEqual([]);
  });
});

describe('update', () => {
  it('writes nothing when nothing differs', async () => {
    const created = await commit(null, stream([tag('latest', [1], specTag('latest'))]));
    now += 1_000;
    const copy = structuredClone({ ...created, tags: undefined });
    const same = await commit(created, { ...copy, tags: new Map(structuredClone([...created.tags])) });
    expect(same.revision).toBe(created.revision);
    expect((await read()).revision).toBe(created.revision);
  });

  it.each([
    ['labels', { labels: { a: 'b' } }],
    ['annotations', { annotations: { a: 'b' } }],
    ['the lookup policy', { lookupPolicy: { local: true } }],
    ['the generation', { generation: 2 }],
    ['the repository', { dockerImageRepository: 'example.com/a' }],
    ['the repository check', { repositoryCheck: '2026-11-21T00:00:00Z' }],
  ])('writes a change of %s', async (_, fields) => {
    const created = await commit(null, stream([tag('latest', [1])], { annotations: { z: 'y' }, labels: { l: 'm' } }));
    now += 1;
    const updated = await commit(created, { ...created, ...fields });
    expect(updated.revision).toBe(now * 1000);
    expect(contentOf(await read())).toEqual(contentOf({ ...created, ...fields }));
  });

  it('keeps its revision growing when the clock does not', async () => {
    let state = await commit(null, stream([]));
    for (const generation of [2, 3, 4]) {
      const next = await commit(state, { ...state, generation });
      expect(next.revision).toBe(state.revision + 1);
      state = next;
    }
  });

  it('refuses a state that is not the stored one', async () => {
    const created = await commit(null, stream([tag('a', [1]), tag('b', [1])]));
    const updated = await commit(created, moved(created, 'a', 2));
    await expect(commit(created, moved(created, 'b', 2))).rejects.toMatchObject({
      code: 'ERR_STORE_CONFLICT',
      storedRevision: updated.revision,
    });
    await store.deleteStream(updated, { ...CONTEXT, now });
    await expect(commit(updated, moved(updated, 'b', 2))).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT', storedRevision: undefined });
  });

  it('leaves annotations alone that were not loaded', async () => {
    await commit(null, stream([tag('latest', [1])], { annotations: { note: 'x' } }));
    const loaded = await store.readTags('team', 'app', ['latest']);
    expect(loaded?.annotations).toBeNull();
    if (loaded === null) return;
    await commit(loaded, moved(loaded, 'latest', 2));
    expect((await read()).annotations).toEqual({ note: 'x' });
    expect(await store.readAnnotations(loaded)).toEqual({ note: 'x' });
  });

  it('writes a state that no read of this store made', async () => {
    const created = await commit(null, stream([tag('latest', [2, 1])]));
    const foreign = { ...created, tags: new Map(structuredClone([...created.tags])) };
    await commit(foreign, moved(foreign, 'latest', 3));
    expect((await read()).tags.get('latest')).toMatchObject({ total: 3, items: [event(3), event(2), event(1)] });
  });
});

describe('history', () => {
  it('keeps every event, loads the newest 50 and counts the rest', async () => {
    let state = await commit(null, stream([tag('latest', [1])]));
    for (let number = 2; number <= 120; number++) state = await commit(state, moved(state, 'latest', number));
    const latest = (await read()).tags.get('latest');
    expect(latest?.total).toBe(120);
    expect(latest?.items).toEqual(Array.from({ length: 50 }, (_, index) => event(120 - index)));
    expect(state.tags.get('latest')).toEqual(latest);
  });

  it('changes the newest event in place', async () => {
    const created = await commit(null, stream([tag('latest', [2, 1])]));
    const raised = { ...tag('latest', [2, 1]), items: [event(2, 5), event(1)] };
    await commit(created, withTags(created, raised));
    expect((await read()).tags.get('latest')).toEqual(raised);
  });

  it.each([
    ['shortened at the old end', [3, 2]],
    ['shortened in the middle', [3, 1]],
    ['without its newest', [2, 1]],
    ['replaced', [9, 8]],
    ['emptied', []],
  ])('is %s', async (_, numbers) => {
    const created = await commit(null, stream([tag('latest', [3, 2, 1]), tag('other', [1])]));
    const updated = await commit(created, withTags(created, tag('latest', numbers)));
    expect((await read()).tags.get('latest')).toEqual(tag('latest', numbers));
    await commit(updated, moved(updated, 'latest', 10));
    expect((await read()).tags.get('latest')).toEqual(tag('latest', [10, ...numbers]));
  });

  it('takes a history larger than a transaction', async () => {
    const numbers = Array.from({ length: 230 }, (_, index) => 1000 - index);
    const created = await commit(null, stream([tag('latest', [1])]));
    await commit(created, withTags(created, tag('latest', numbers)));
    const state = await read();
    expect(state.tags.get('latest')).toEqual({ ...tag('latest', numbers.slice(0, 50)), total: 230 });
    // The image of the history before leaves with the sweep.
    expect(await store.listMembers(state)).toHaveLength(231);
  });
});

describe('deleted tags', () => {
  it('are gone', async () => {
    const created = await commit(null, stream([tag('a', [3, 2, 1]), tag('b', [2])]));
    const removed = await commit(created, withoutTags(created, 'a'));
    const state = await read();
    expect([...state.tags.keys()]).toEqual(['b']);
    expect(state.revision).toBe(removed.revision);
  });

  it('start an empty history when created again', async () => {
    const created = await commit(null, stream([tag('a', [3, 2, 1])]));
    const removed = await commit(created, withoutTags(created, 'a'));
    await commit(removed, withTags(removed, tag('a', [9])));
    expect((await read()).tags.get('a')).toEqual(tag('a', [9]));
    const again = await store.readTags('team', 'app', ['a']);
    expect(again?.tags.get('a')).toEqual(tag('a', [9]));
  });

  it('are created again from a read of that tag alone', async () => {
    const created = await commit(null, stream([tag('a', [1])]));
    await commit(created, withoutTags(created, 'a'));
    const loaded = await store.readTags('team', 'app', ['a']);
    expect(loaded?.tags.size).toBe(0);
    if (loaded === null) return;
    await commit(loaded, withTags(loaded, tag('a', [5])));
    expect((await read()).tags.get('a')).toEqual(tag('a', [5]));
  });
});

describe('readTags', () => {
  it('answers the named tags, their newest event and all that follow them', async () => {
    const tags = [
      tag('base', [2, 1]),
      tag('stable', [1], tracking('stable', 'base')),
      tag('prod', [1], tracking('prod', 'app:stable')),
      tag('other', [1]),
      tag('loop', [1], tracking('loop', 'prod')),
    ];
    await commit(null, stream(tags));
    const loaded = await store.readTags('team', 'app', ['base', 'missing']);
    expect([...(loaded?.tags.keys() ?? [])].sort()).toEqual(['base', 'loop', 'prod', 'stable']);
    expect(loaded?.tags.get('base')).toMatchObject({ items: [event(2)], total: 2 });
  });

  it('ends on cycles, and finds followers of many tags at once', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `t${index}`);
    const ring = names.map((name, index) => tag(name, [1], tracking(name, `t${(index + 1) % names.length}`)));
    await commit(null, stream([...ring, tag('follower', [1], tracking('follower', 't7'))]));
    expect((await store.readTags('team', 'app', ['t3']))?.tags.size).toBe(41);
    expect((await store.readTags('team', 'app', names))?.tags.size).toBe(41);
  });

  it('forgets the edge of a tag that follows another one, nothing, or is deleted', async () => {
    const created = await commit(
      null,
      stream([tag('a', [1]), tag('b', [1]), tag('c', [1], tracking('c', 'a')), tag('d', [1], tracking('d', 'a'))]),
    );
    const moves = withTags(created, tag('c', [1], tracking('c', 'b')));
    await commit(created, withoutTags(moves, 'd'));
    expect([...((await store.readTags('team', 'app', ['a']))?.tags.keys() ?? [])]).toEqual(['a']);
    expect([...((await store.readTags('team', 'app', ['b']))?.tags.keys() ?? [])]).toEqual(['b', 'c']);
  });

  it('answers a stream without reading tags, and null for none or a deleted one', async () => {
    const created = await commit(null, stream([tag('a', [1])]));
    expect((await store.readTags('team', 'app', []))?.revision).toBe(created.revision);
    expect(await store.readTags('team', 'none', ['a'])).toBeNull();
    await store.deleteStream(created, { ...CONTEXT, now });
    expect(await store.readTags('team', 'app', ['a'])).toBeNull();
    expect(await store.readStream('team', 'app')).toBeNull();
  });
});

describe('names too long for a key', () => {
  it('name nothing when read, and are refused when written', async () => {
    const long = 'x'.repeat(3_000);
    const created = await commit(null, stream([tag('a', [1])]));
    expect(await store.readStream('team', long)).toBeNull();
    expect(await store.readStream(long, 'app')).toBeNull();
    expect(await store.readTags('team', long, ['a'])).toBeNull();
    for (const name of [long, 'x'.repeat(1_000), '#'.repeat(330)]) {
      const loaded = await store.readTags('team', 'app', ['a', name]);
      expect([...(loaded?.tags.keys() ?? [])]).toEqual(['a']);
      expect(await store.hasPointedTo(created, name, digestOf(1))).toBe(false);
    }
    await expect(commit(created, moved(created, long, 1))).rejects.toMatchObject({ code: 'ERR_STORE_TOO_LARGE' });
    await expect(commit(null, stream([], { name: long }))).rejects.toMatchObject({ code: 'ERR_STORE_TOO_LARGE' });
  });
});

describe('members', () => {
  it('are found by digest, its beginning or the beginning of its hex part', async () => {
    const one = `sha256:abc1${'0'.repeat(60)}`;
    const two = `sha256:abc2${'0'.repeat(60)}`;
    const child = { digest: two, dockerImageReference: 'child', inHistory: false };
    const items = [{ ...event(1), image: one }];
    const created = await commit(null, stream([{ ...tag('a', [1]), items }]), { children: [child] });
    const find = async (id: string) => (await store.findMembers(created, id)).map(({ digest }) => digest);
    expect(await find(one)).toEqual([one]);
    expect(await find('sha256:abc')).toEqual([one, two]);
    expect(await find('abc2')).toEqual([two]);
    expect(await find('bc2')).toEqual([]);
    expect(await find('x'.repeat(5_000))).toEqual([]);
    expect(await store.listMembers(created)).toHaveLength(2);
  });

  it('of an index become history when a tag points to them', async () => {
    const child = { digest: digestOf(2), dockerImageReference: 'child', inHistory: false };
    const created = await commit(null, stream([tag('a', [1])]), { children: [child] });
    await commit(created, moved(created, 'a', 2));
    expect(await store.findMembers(created, digestOf(2))).toEqual([
      { digest: digestOf(2), dockerImageReference: event(2).dockerImageReference, inHistory: true },
    ]);
  });

  it('tell whether a tag pointed to an image before', async () => {
    const created = await commit(null, stream([tag('a', [3, 2, 1]), tag('b', [4])]));
    const loaded = (await store.readTags('team', 'app', ['a'])) ?? created;
    for (const number of [1, 2, 3]) expect(await store.hasPointedTo(loaded, 'a', digestOf(number))).toBe(true);
    expect(await store.hasPointedTo(loaded, 'a', digestOf(4))).toBe(false);
    expect(await store.hasPointedTo(loaded, 'none', digestOf(1))).toBe(false);
  });
});

describe('deleteStream', () => {
  it('refuses a state that is not the stored one', async () => {
    const created = await commit(null, stream([tag('a', [1])]));
    const updated = await commit(created, moved(created, 'a', 2));
    const context = { ...CONTEXT, now };
    await expect(store.deleteStream(created, context)).rejects.toMatchObject({
      code: 'ERR_STORE_CONFLICT',
      storedRevision: updated.revision,
    });
    await store.deleteStream(updated, context);
    await expect(store.deleteStream(updated, context)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
  });
});
