/** A stream of 10,000 tags with five events each, through the HTTP chain and kubectl: everything answers, or says how to ask instead. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PLATFORM } from '../../functions/image/platform.ts';
import { createDiscoveryApi } from '../../functions/kubernetes/discovery.ts';
import { createOpenApi } from '../../functions/kubernetes/openapi.ts';
import { createRegistryClient } from '../../functions/registry/client.ts';
import { createImportHandlers } from '../../functions/resources/imagestreamimports/handlers.ts';
import { createMappingHandlers } from '../../functions/resources/imagestreammappings/handlers.ts';
import {
  createStreamHandlers,
  createStreamLayersHandlers,
  createStreamStatusHandlers,
} from '../../functions/resources/imagestreams/handlers.ts';
import { createResolveHandlers } from '../../functions/resources/imagestreams/resolve.ts';
import { createTagHandlers } from '../../functions/resources/imagestreamtags/handlers.ts';
import { createHistoryHandlers } from '../../functions/resources/imagestreamtags/history.ts';
import { createImageTagHandlers } from '../../functions/resources/imagetags/handlers.ts';
import { KIND_SCHEMAS } from '../../functions/resources/kind-schemas.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import { createHttpFunction, createHttpHandler } from '../../functions/runtime/http-function.ts';
import { SERVER_VERSION } from '../../functions/runtime/server-version.ts';
import { createSweeper } from '../../functions/store/sweep.ts';
import { allItems } from '../store/stored-stream.ts';
import { CONTEXT, specTag, stream } from '../store/streams.ts';
import { type CapacityMeters, meterCapacity } from '../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { type FakeRegistry, startFakeRegistry } from '../support/fake-registry.ts';
import { type HttpAnswer, type HttpOptions, openHttpApi, type Send } from '../support/http-chain.ts';
import { createImageApi } from '../support/image-api.ts';
import { createKubectl, type Kubectl } from '../support/kubectl.ts';

const TAGS = 10_000;
const EVENTS = 5;
/** What the gateway waits. Milliseconds. */
const GATEWAY = 30_000;
const API = '/apis/image.openshift.io/v1/namespaces/default';
const GZIP = { 'accept-encoding': 'gzip' };
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };

let dynamoDb: TestTable;
let meters: CapacityMeters;
let registry: FakeRegistry;
let send: Send;
let server: Server;
let kubectl: Kubectl;

/** Digests that do not compress, as real ones. */
function digestOf(number: number): string {
  return `sha256:${createHash('sha256').update(String(number)).digest('hex')}`;
}

function eventOf(number: number) {
  const image = digestOf(number);
  const created = `${new Date(1.7e12 + number * 60_000).toISOString().slice(0, 19)}Z`;
  return { created, dockerImageReference: `registry.example.com/team/app@${image}`, image, generation: 1 };
}

async function seed(name: string, count: number): Promise<void> {
  const api = createImageApi(dynamoDb);
  const tags = Array.from({ length: count }, (_, index) => {
    const items = Array.from({ length: EVENTS }, (_event, number) => eventOf((index + 1) * EVENTS - number));
    return { name: `v${index}`, spec: specTag(`v${index}`), items, total: EVENTS, conditions: [] };
  });
  await api.streams.commit({ ...CONTEXT, now: Date.now(), before: null, after: stream(tags, { namespace: 'default', name, uid: name }) });
}

beforeAll(async () => {
  dynamoDb = await startTestTable();
  registry = await startFakeRegistry();
  registry.pushImage('team/app', 'new');
  await seed('small', 10);
  await seed('huge', TAGS);
  const client = dynamoDb.connect();
  meters = meterCapacity(client);
  const api = createImageApi({ ...dynamoDb, client });
  for (let number = 1; number <= 50; number++) {
    const { image: name, dockerImageReference } = eventOf(number);
    await api.images.createImage({ metadata: { name }, dockerImageReference }, Date.now());
  }
  const asker = createRegistryClient({ allowPrivateAddresses: true });
  const served = createHttpFunction(api.authorizer, {
    'image.openshift.io/v1/imagestreams': createStreamHandlers(api),
    'image.openshift.io/v1/imagestreams/status': createStreamStatusHandlers(api),
    'image.openshift.io/v1/imagestreams/layers': createStreamLayersHandlers(api),
    'image.openshift.io/v1/imagestreams/resolve': createResolveHandlers(api),
    'image.openshift.io/v1/imagestreamtags': createTagHandlers(api),
    'image.openshift.io/v1/imagestreamtags/history': createHistoryHandlers(api),
    'image.openshift.io/v1/imagetags': createImageTagHandlers(api),
    'image.openshift.io/v1/imagestreammappings': createMappingHandlers(api),
    'image.openshift.io/v1/imagestreamimports': createImportHandlers({
      ...api,
      connect: () => asker,
      platform: DEFAULT_PLATFORM,
      timeLimit: 10_000,
    }),
  });
  const documents = createOpenApi({ entries: RESOURCE_TABLE, kinds: KIND_SCHEMAS, clock: Date.now });
  const discovery = createHttpHandler(createDiscoveryApi({ entries: RESOURCE_TABLE, version: SERVER_VERSION, documents }));
  send = openHttpApi((name) => (name === 'discovery' ? discovery : served));
  server = await listen(send);
  kubectl = createKubectl('');
});
afterAll(async () => {
  kubectl.close();
  server.close();
  server.closeAllConnections();
  await registry.close();
  await dynamoDb.stop();
});

/** Plain HTTP is enough for a kubectl that needs no token. It reads an answer of its own making: compressed again, as the chain compressed it. */
async function listen(handle: Send): Promise<Server> {
  const listening = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
      void handle(incoming.method ?? '', incoming.url ?? '', { body: Buffer.concat(chunks), headers }).then(
        ({ code, headers: given, body }) => {
          const { 'content-encoding': _compressed, ...others } = given as Record<string, string>;
          response.writeHead(code, others).end(typeof body === 'string' ? body : JSON.stringify(body));
        },
      );
    });
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return listening;
}

function run(...args: string[]): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return kubectl.run([`--server=http://127.0.0.1:${port}`, '--namespace=default', ...args]);
}

/** In time, and what it consumed. */
async function ask(
  method: string,
  path: string,
  options: HttpOptions = {},
): Promise<HttpAnswer & { readonly reads: number; readonly writes: number }> {
  const before = { reads: meters.reads.units, writes: meters.writes.units, time: Date.now() };
  const answer = await send(method, `${API}/${path}`, { ...options, headers: { ...GZIP, ...options.headers } });
  expect(Date.now() - before.time, `${method} ${path}`).toBeLessThan(GATEWAY);
  return { ...answer, reads: meters.reads.units - before.reads, writes: meters.writes.units - before.writes };
}

const plain = { headers: { 'accept-encoding': 'identity' } };
const fromImage = (stream: string, number: number) => ({ from: { kind: 'ImageStreamImage', name: `${stream}@${digestOf(number)}` } });

describe('reading', () => {
  it('kubectl lists streams and tags, page by page', async () => {
    expect(await run('get', 'is')).toMatch(/huge .* \+ \d+ more\.\.\./);
    const lines = (await run('get', 'istag', '--no-headers', '--chunk-size=2500')).trimEnd().split('\n');
    expect(lines).toHaveLength(TAGS + 10);
    expect(new Set(lines).size).toBe(TAGS + 10);
  });

  it('the stream comes compressed, and its row does in any case', async () => {
    const whole = await ask('GET', 'imagestreams/huge');
    expect(whole).toMatchObject({ code: 200, headers: { 'content-encoding': 'gzip' } });
    expect(whole.body.status.tags).toHaveLength(TAGS);
    expect((await ask('GET', 'imagestreams/huge', { headers: { ...plain.headers, ...TABLE } })).code).toBe(200);
  });

  it('what is too large to be sent names the way out', async () => {
    for (const path of ['imagestreams/huge', 'imagestreams', 'imagetags']) {
      const { code, body } = await ask('GET', path, plain);
      expect({ path, code, message: body.message }).toEqual({ path, code: 413, message: expect.stringMatching(/--chunk-size/) as string });
    }
  });

  it('a page ends at its limit, or where it grows too large', async () => {
    const byCount = await ask('GET', 'imagestreamtags?limit=500');
    expect(byCount.body.items).toHaveLength(500);
    const bySize = await ask('GET', 'imagetags?limit=20000', plain);
    expect(bySize.code).toBe(200);
    expect(bySize.body.items.length).toBeLessThan(TAGS);
    for (const { body } of [byCount, bySize]) expect(body.metadata.continue).toBeTruthy();
  });

  it('layers of 50,000 images are answered', async () => {
    expect(Object.keys((await ask('GET', 'imagestreams/huge/layers')).body.images as object)).toHaveLength(TAGS * EVENTS);
  });
});

describe('the same cost as with 10 tags', () => {
  it.each<[string, string, string, (stream: string) => HttpOptions]>([
    ['a tag', 'GET', 'imagestreamtags/STREAM:v1', () => ({})],
    ['its history', 'GET', 'imagestreamtags/STREAM:v1/history', () => ({})],
    ['what it resolves to', 'GET', 'imagestreams/STREAM/resolve?tag=v1', () => ({})],
    ['a tag put', 'PUT', 'imagestreamtags/STREAM:v2', (name) => ({ body: { metadata: { name: `${name}:v2` }, tag: fromImage(name, 1) } })],
    [
      'a tag patched',
      'PATCH',
      'imagestreamtags/STREAM:v3',
      (name) => ({ body: { tag: fromImage(name, 1) }, headers: { 'content-type': 'application/merge-patch+json' } }),
    ],
    ['a tag deleted', 'DELETE', 'imagestreamtags/STREAM:v4', () => ({})],
  ])('%s', async (_what, method, path, options) => {
    const [small, huge] = [
      await ask(method, path.replace('STREAM', 'small'), options('small')),
      await ask(method, path.replace('STREAM', 'huge'), options('huge')),
    ];
    expect(huge.code).toBe(small.code);
    expect(huge.code).toBeLessThan(300);
    expect({ reads: huge.reads, writes: huge.writes }).toEqual({ reads: small.reads, writes: small.writes });
  });

  it('an import of one tag, in what it writes', async () => {
    const images = [
      { from: { kind: 'DockerImage', name: `${registry.host}/team/app:new` }, to: { name: 'new' }, importPolicy: { insecure: true } },
    ];
    const importInto = (name: string) =>
      ask('POST', 'imagestreamimports', { body: { metadata: { name }, spec: { import: true, images } } });
    const [small, huge] = [await importInto('small'), await importInto('huge')];
    expect(huge.body.status.images[0].status.status).toBe('Success');
    // The image was stored with the first; what both write besides is the stream.
    expect(huge.writes).toBeLessThanOrEqual(small.writes);
  });
});

describe('writing', () => {
  it('one tag of the stream patched writes that tag', async () => {
    const body = { spec: { tags: [{ name: 'v20', ...fromImage('huge', 2) }] } };
    const answer = await ask('PATCH', 'imagestreams/huge', { body, headers: { 'content-type': 'application/strategic-merge-patch+json' } });
    expect(answer).toMatchObject({ code: 200, writes: 6 });
  });

  it('a write whose answer cannot be sent is no failure', async () => {
    const body = { metadata: { labels: { a: 'b' } } };
    const headers = { ...plain.headers, 'content-type': 'application/merge-patch+json' };
    expect((await ask('PATCH', 'imagestreams/huge', { body, headers })).body).toMatchObject({ kind: 'Status', status: 'Success' });
    expect((await ask('GET', 'imagestreams/huge')).body.metadata.labels).toEqual({ a: 'b' });
  });

  it.each([10_000, 30_000])('a document of %i tags is created, and refused as an annotation', async (count) => {
    const name = `document${count}`;
    const tags = Array.from({ length: count }, (_, index) => ({
      name: `v${index}`,
      from: { kind: 'DockerImage', name: `quay.io/team/app:v${index}` },
    }));
    const document = { metadata: { name }, spec: { tags } };
    const applied = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(document) };
    const refused = await ask('POST', 'imagestreams', { body: { ...document, metadata: { name, annotations: applied } } });
    expect([413, 422]).toContain(refused.code);
    expect(refused.body.message).toMatch(/Too long: (may not|must have at most)|limit is/);
    expect(await ask('POST', 'imagestreams', { body: document })).toMatchObject({ code: 201 });
  });
});

it('the stream is deleted at once, and swept to the end in small pieces', async () => {
  const gone = await createImageApi(dynamoDb).streams.readTags('default', 'huge', []);
  if (gone === null) throw new Error('stream is missing');
  const { code, writes } = await ask('DELETE', 'imagestreams/huge');
  expect({ code, writes }).toEqual({ code: 200, writes: 2 });
  const sweeper = createSweeper({ client: dynamoDb.client, table: dynamoDb.table, budgetMs: 5_000 });
  const { incarnation, uid } = gone;
  const swept = { namespace: 'default', stream: 'huge', incarnation, uid, revision: gone.revision + 1, actor: 'alice', now: Date.now() };
  let calls = 1;
  while ((await sweeper.sweepStream(swept)) === 'more') calls++;
  expect(calls).toBeGreaterThan(1);
  const left = (await allItems(dynamoDb.client, dynamoDb.table)).filter(({ pk, sk }) => pk.includes('#huge#') || sk.startsWith('IS#huge#'));
  expect(left.every((item) => item.entity === 'tag' && 'deleted' in item)).toBe(true);
});
