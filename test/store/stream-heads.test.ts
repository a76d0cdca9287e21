import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HeadReader, StreamStore } from '../../functions/resources/ports.ts';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { createStreamHeadReader } from '../../functions/store/stream-heads.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { CONTEXT, specTag, stream, tag } from './streams.ts';

let dynamoDb: TestTable;
let streams: StreamStore;
let reader: HeadReader;

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  const options = { client: dynamoDb.client, table: await dynamoDb.addTable() };
  streams = createStreamStore({ ...options, settings: { importInterval: '15m' } });
  reader = createStreamHeadReader(options);
  await createNamespaceStore(options).createNamespace({ name: 'team', labels: {}, annotations: {} }, Date.now());
});

function create(name: string, namespace = 'team', annotations: Readonly<Record<string, string>> = {}) {
  const tags = [tag('latest', [2, 1], specTag('latest'))];
  return streams.commit({
    ...CONTEXT,
    now: Date.now(),
    before: null,
    after: stream(tags, { namespace, name, labels: { of: name }, annotations }),
  });
}

describe('readHeads', () => {
  it('tells live and deleted streams of a namespace', async () => {
    const [a, b] = [await create('a'), await create('b')];
    await create('a', 'team2');
    await streams.deleteStream(b, { ...CONTEXT, now: Date.now() });
    const { heads } = await reader.readHeads('team');
    const { namespace, name, uid, revision, creationTimestamp, labels } = a;
    const alive = { namespace, name, uid, revision, createdRevision: revision, creationTimestamp, labels, isDeleted: false };
    expect(heads).toEqual([
      alive,
      expect.objectContaining({ name: 'b', uid: b.uid, labels: { of: 'b' }, createdRevision: b.revision, isDeleted: true }),
    ]);
    expect(heads[1]?.revision).toBeGreaterThan(b.revision);
  });

  it('reads one stream for one unit, whatever stands around it', async () => {
    await create('a', 'team', { text: 'x'.repeat(100_000) });
    await create('b');
    expect(await reader.readHeads('team', 'a')).toMatchObject({ heads: [{ name: 'a' }], units: 1 });
    expect(await reader.readHeads('team', 'c')).toEqual({ heads: [], units: 1 });
  });

  it('goes through all pages and tells what it cost', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await create(name, 'team', { text: 'x'.repeat(350_000) });
    const { heads, units } = await reader.readHeads('team');
    expect(heads.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(units).toBeGreaterThan(400);
  });

  it('goes through all namespaces', async () => {
    await create('a');
    await create('a', 'default');
    expect((await reader.readHeads(null)).heads.map(({ namespace }) => namespace).sort()).toEqual(['default', 'team']);
  });
});
