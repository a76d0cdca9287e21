import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NamespaceStore, StreamStore } from '../../functions/resources/ports.ts';
import { formatToken } from '../../functions/store/continue-token.ts';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { contentOf, CONTEXT, moved, stream, tag } from './streams.ts';

let dynamoDb: TestTable;
let streams: StreamStore;
let namespaces: NamespaceStore;
let now = Date.now();

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  now = Date.now();
  const table = await dynamoDb.addTable();
  const options = { client: dynamoDb.client, table, clock: () => now };
  streams = createStreamStore({ ...options, settings: { importInterval: '15m' } });
  namespaces = createNamespaceStore(options);
});

async function create(namespace: string, name: string, tags = [tag('latest', [2, 1])]) {
  now += 1;
  return streams.commit({ ...CONTEXT, now, before: null, after: stream(tags, { namespace, name, annotations: { of: name } }) });
}

async function addNamespaces(...names: readonly string[]): Promise<void> {
  for (const name of names) await namespaces.createNamespace({ name, labels: {}, annotations: {} }, now);
}

async function pagesOf(namespace: string | null, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let token: string | undefined;
  do {
    const page = await streams.listStreams(namespace, { limit, continue: token });
    pages.push(page.items.map((each) => `${each.namespace}/${each.name}`));
    token = page.continue;
  } while (token !== undefined);
  return pages;
}

describe('listStreams', () => {
  it('answers complete streams in order, without deleted ones and other namespaces', async () => {
    const b = await create('team', 'b', [tag('one', [3, 2, 1]), tag('two', [1])]);
    const a = await create('team', 'a');
    const gone = await create('team', 'gone');
    await create('team2', 'x');
    await streams.deleteStream(gone, { ...CONTEXT, now });
    const page = await streams.listStreams('team', {});
    expect(page.items.map(contentOf)).toEqual([contentOf(a), contentOf(b)]);
    expect(page.continue).toBeUndefined();
    const [first] = page.items;
    if (first === undefined) throw new Error('list is empty');
    await streams.commit({ ...CONTEXT, now, before: first, after: moved(first, 'latest', 3) });
  });

  it('pages by streams, whatever they hold, past tombstones', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await create('team', name, [tag('one', [1]), tag('two', [1])]);
    for (const name of ['b', 'e']) {
      const gone = await streams.readTags('team', name, []);
      if (gone !== null) await streams.deleteStream(gone, { ...CONTEXT, now });
    }
    expect(await pagesOf('team', 1)).toEqual([['team/a'], ['team/c'], ['team/d']]);
    expect(await pagesOf('team', 2)).toEqual([['team/a', 'team/c'], ['team/d']]);
    expect(await pagesOf('team', 3)).toEqual([['team/a', 'team/c', 'team/d']]);
    expect(await pagesOf('team', 0)).toEqual([['team/a', 'team/c', 'team/d']]);
  });

  it('goes through all namespaces', async () => {
    await addNamespaces('zoo', 'alpha', 'empty');
    for (const [namespace, name] of [
      ['zoo', 'a'],
      ['alpha', 'z'],
      ['default', 'm'],
      ['alpha', 'b'],
    ] as const)
      await create(namespace, name);
    const all = ['alpha/b', 'alpha/z', 'default/m', 'zoo/a'];
    expect(await pagesOf(null, 0)).toEqual([all]);
    expect((await pagesOf(null, 1)).flat()).toEqual(all);
    expect(await pagesOf(null, 3)).toEqual([all.slice(0, 3), all.slice(3)]);
  });

  it('tells one revision on all pages: the largest seen, but 10 s back', async () => {
    expect((await streams.listStreams('team', {})).revision).toBe((now - 10_000) * 1000 + 999);
    const first = await create('team', 'a');
    await create('team', 'b');
    const early = await streams.listStreams('team', { limit: 1 });
    expect(early.revision).toBe((now - 10_000) * 1000 + 999);
    now += 60_000;
    const last = await create('team', 'c');
    now += 60_000;
    expect((await streams.listStreams('team', {})).revision).toBe(last.revision + 999);
    expect((await streams.listStreams('team', { limit: 1, continue: early.continue })).revision).toBe(early.revision);
    expect(first.revision).toBeLessThan(last.revision);
    await streams.deleteStream(last, { ...CONTEXT, now });
    now += 60_000;
    expect((await streams.listStreams('team', {})).revision).toBeGreaterThan(last.revision + 999);
  });

  it.each([
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['another JSON', Buffer.from('null').toString('base64url')],
    ['another version', Buffer.from(JSON.stringify({ v: 2, ns: 'team', after: 'a', revision: 1 })).toString('base64url')],
    ['a revision that is none', formatToken({ namespace: 'team', after: 'a', revision: 0.5 })],
    ['another namespace', formatToken({ namespace: 'other', after: 'a', revision: 1 })],
  ])('refuses a token with %s', async (_, token) => {
    await expect(streams.listStreams('team', { continue: token })).rejects.toMatchObject({ code: 'ERR_STORE_BAD_TOKEN' });
  });
});

describe('namespaces', () => {
  it('hold default without anybody creating it', async () => {
    expect(await namespaces.readNamespace('default')).toMatchObject({ name: 'default' });
    expect((await namespaces.listNamespaces({})).items.map(({ name }) => name)).toEqual(['default']);
    await expect(addNamespaces('default')).rejects.toMatchObject({ code: 'ERR_STORE_EXISTS' });
  });

  it('are created once', async () => {
    const created = await namespaces.createNamespace({ name: 'team', labels: { a: 'b' }, annotations: { c: 'd' } }, now);
    expect(created).toMatchObject({ name: 'team', labels: { a: 'b' }, annotations: { c: 'd' }, revision: now * 1000 });
    expect(await namespaces.readNamespace('team')).toEqual(created);
    expect(await namespaces.readNamespace('none')).toBeNull();
    await expect(addNamespaces('team')).rejects.toMatchObject({ code: 'ERR_STORE_EXISTS', storedRevision: created.revision });
  });

  it('are listed in order and in pages', async () => {
    await addNamespaces('zoo', 'alpha', 'default-2');
    const first = await namespaces.listNamespaces({ limit: 3 });
    expect(first.items.map(({ name }) => name)).toEqual(['alpha', 'default', 'default-2']);
    const second = await namespaces.listNamespaces({ limit: 3, continue: first.continue });
    expect(second.items.map(({ name }) => name)).toEqual(['zoo']);
    expect(second.continue).toBeUndefined();
    expect(second.revision).toBe(first.revision);
  });
});

describe('a list over many namespaces', () => {
  const names = Array.from({ length: 40 }, (_, index) => `n${String(index).padStart(2, '0')}`);

  /** Queries sent by `work`, and most of them under way at a time. */
  async function measure(work: () => Promise<unknown>): Promise<{ queries: number; peak: number }> {
    let [queries, running, peak] = [0, 0, 0];
    const name = 'measure';
    dynamoDb.client.middlewareStack.add(
      (next) => async (args) => {
        queries += 1;
        peak = Math.max(peak, ++running);
        return next(args).finally(() => (running -= 1));
      },
      { step: 'initialize', name },
    );
    try {
      await work();
    } finally {
      dynamoDb.client.middlewareStack.remove(name);
    }
    return { queries, peak };
  }

  beforeEach(async () => {
    await addNamespaces(...names);
    for (const name of names) await create(name, 'app');
  });

  it('reads several at a time when it comes whole, in order all the same', async () => {
    const { peak } = await measure(async () => {
      const { items } = await streams.listStreams(null, {});
      expect(items.map(({ namespace }) => namespace)).toEqual(names);
    });
    expect(peak).toBeGreaterThanOrEqual(4);
    expect(peak).toBeLessThanOrEqual(9);
  });

  it('reads few ahead of a short page', async () => {
    const { queries } = await measure(() => streams.listStreams(null, { limit: 2, newestOnly: true }));
    // The names; `default`, which is empty; three for the page and the one behind it; and what was read ahead.
    expect(queries).toBeLessThanOrEqual(12);
    expect((await pagesOf(null, 7)).flat()).toEqual(names.map((name) => `${name}/app`));
  });
});
