/** Quotas that count image streams, on every path that creates one (openshift-semantics.md §10). */
import type { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { createQuotaReader } from '../../../functions/access/limits/quota-reader.ts';
import { createResourceQuotaStore } from '../../../functions/access/limits/resource-quota-store.ts';
import type { StoredResourceQuota } from '../../../functions/access/ports.ts';
import { createNamespaceStore } from '../../../functions/store/namespace-store.ts';
import { retryOnConflict } from '../../../functions/store/retry-on-conflict.ts';
import { createMemoryRegistry } from '../../importing/fakes/memory-registry.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createHttpApi, type Send } from '../../support/http-api.ts';
import { createImageApi } from '../../support/image-api.ts';

let database: TestTable;
let table: TestTable;
let send: Send;

beforeAll(async () => {
  database = await startTestTable();
});
afterAll(() => database.stop());
beforeEach(async () => {
  table = { ...database, table: await database.addTable() };
  send = open();
});

function quotaStore() {
  return createResourceQuotaStore({ ...table, namespaces: createNamespaceStore(table) });
}

function open(): Send {
  const registry = createMemoryRegistry();
  registry.pushImage('quay.io/team/app:1');
  return createHttpApi(createImageApi(table, { quotas: createQuotaReader(quotaStore()) }), { registry });
}

const limit = (name: string, hard: Record<string, string>, over: Partial<StoredResourceQuota> = {}) =>
  quotaStore().create({
    ...{ namespace: 'default', name, uid: name, revision: 0, creationTimestamp: '2026-01-01T00:00:00Z', labels: {}, annotations: {} },
    hard,
    ...over,
  });
const create = (name: string, by = send) => by('POST', 'imagestreams', { metadata: { name } });
const tag = { from: { kind: 'DockerImage', name: 'quay.io/team/app:1' }, importPolicy: {}, referencePolicy: { type: 'Source' } };
const isi = (wanted: boolean) => ({
  metadata: { name: 'new' },
  spec: { import: wanted, images: [{ from: tag.from, to: { name: 'v1' } }] },
});

type Request = readonly [method: string, path: string, body: unknown];
const PATHS: readonly (readonly [resource: string, name: string, request: Request])[] = [
  ['imagestreams', 'new', ['POST', 'imagestreams', { metadata: { name: 'new' } }]],
  ['imagestreamtags', 'new:v1', ['POST', 'imagestreamtags', { metadata: { name: 'new:v1' }, tag }]],
  ['imagestreamtags', 'new:v1', ['PUT', 'imagestreamtags/new:v1', { metadata: { name: 'new:v1' }, tag }]],
  ['imagetags', 'new:v1', ['POST', 'imagetags', { metadata: { name: 'new:v1' }, spec: { name: 'v1', ...tag } }]],
  ['imagetags', 'new:v1', ['PUT', 'imagetags/new:v1', { metadata: { name: 'new:v1' }, spec: { name: 'v1', ...tag } }]],
  ['imagestreamimports', 'new', ['POST', 'imagestreamimports', isi(true)]],
];

describe('a namespace that is full', () => {
  beforeEach(async () => {
    await limit('few', { 'openshift.io/imagestreams': '2', pods: '0' });
    await create('a');
    await create('b');
  });

  test.each(PATHS)('%s %s is refused in upstream’s words, dry run or not', async (resource, name, [method, path, body]) => {
    const message =
      `${resource}.image.openshift.io "${name}" is forbidden: exceeded quota: few, requested: openshift.io/imagestreams=1, ` +
      'used: openshift.io/imagestreams=2, limited: openshift.io/imagestreams=2';
    for (const query of ['?dryRun=All', '']) {
      const answer = await send(method, `${path}${query}`, body);
      expect([answer.code, answer.body.message]).toEqual([403, message]);
    }
    expect((await send('GET', 'imagestreams/new')).code).toBe(404);
  });

  it('lets streams it has be changed, and a look at a registry pass', async () => {
    expect((await send('PUT', 'imagestreamtags/a:v1', { metadata: { name: 'a:v1' }, tag })).code).toBe(201);
    expect((await send('POST', 'imagestreamimports', isi(false))).code).toBe(201);
    expect((await create('a')).code).toBe(403); // before it is known to exist, as upstream
  });

  it('has room again when one goes', async () => {
    await send('DELETE', 'imagestreams/a');
    expect((await create('c')).code).toBe(201);
    expect((await create('d')).code).toBe(403);
  });
});

describe('which quotas count', () => {
  it('each of several, the first that is used up is named', async () => {
    await limit('b', { 'count/imagestreams.image.openshift.io': '0' });
    await limit('c', { 'openshift.io/imagestreams': '0' });
    await limit('a', { 'openshift.io/imagestreams': '5' });
    expect((await create('x')).body.message).toContain(
      'exceeded quota: b, requested: count/imagestreams.image.openshift.io=1, used: count/imagestreams.image.openshift.io=0, limited',
    );
  });

  it('none with scopes, and none of another namespace', async () => {
    await limit('pods', { 'openshift.io/imagestreams': '0' }, { scopes: ['BestEffort'] });
    await limit('other', { 'openshift.io/imagestreams': '0' }, { namespace: 'other' });
    expect((await create('x')).code).toBe(201);
  });
});

it('is never exceeded by requests that meet', async () => {
  await limit('few', { 'openshift.io/imagestreams': '5' });
  const clients = [open(), open(), open()];
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, index) => {
      const name = `s${index}`;
      const by = clients[index % clients.length] ?? send;
      return index % 2 === 0 ? create(name, by) : by('PUT', `imagestreamtags/${name}:v1`, { metadata: { name: `${name}:v1` }, tag });
    }),
  );
  const codes = answers.map(({ code }) => code);
  expect([codes.filter((code) => code === 201).length, codes.filter((code) => code === 403).length]).toEqual([5, 19]);
  expect((await send('GET', 'imagestreams')).body).toMatchObject({ items: { length: 5 } });
}, 60_000);

describe('a creation', () => {
  const streams = () => createImageApi(table).streams;
  const wanted = (name: string) => ({
    namespace: 'default',
    name,
    uid: name,
    incarnation: '',
    revision: 0,
    creationTimestamp: '2026-01-01T00:00:00Z',
    generation: 1,
    labels: {},
    annotations: {},
    lookupPolicy: { local: false },
    dockerImageRepository: '',
    tags: new Map(),
  });
  const commit = (name: string, seen: number | null) =>
    streams().commit({ before: null, after: wanted(name), permit: { seen }, actor: 'alice', cause: 'tag', now: Date.now() });

  it('loses when another was permitted by the same count', async () => {
    const { permit } = await streams().countStreams('default');
    await commit('a', permit.seen);
    await expect(commit('b', permit.seen)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    await expect(commit('a', (await streams().countStreams('default')).permit.seen)).rejects.toMatchObject({ code: 'ERR_STORE_EXISTS' });
  });

  it('waits for the one before to be seen', async () => {
    const api = createImageApi(table);
    await commit('a', null);
    // A query that passes while the creation is being applied: the count is there, its stream is not.
    const send = async (command: QueryCommand) => {
      const answer = await table.client.send(command);
      return answer.Items === undefined ? answer : { ...answer, Items: [] };
    };
    const late = { send } as unknown as TestTable['client'];
    await expect(createImageApi({ ...table, client: late }).streams.countStreams('default')).rejects.toMatchObject({
      code: 'ERR_STORE_CONFLICT',
    });
    expect(await retryOnConflict(() => api.streams.countStreams('default'))).toMatchObject({ count: 1 });
  });
});
