/** Imports over the real store: what the memory stores of the other tests promise in its name. */
import { ALLOW_ALL } from '../../functions/image/allowed-registries.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_PLATFORM } from '../../functions/image/platform.ts';
import type { StreamState } from '../../functions/image/stream-state.ts';
import { newStream } from '../../functions/image/stream-update.ts';
import type { ImportTarget, RepositoryTarget, ScheduleStore } from '../../functions/importing/ports.ts';
import { openSession, type RegistrySession } from '../../functions/importing/registry-session.ts';
import { runImports, type RunImportsDependencies } from '../../functions/importing/run-imports.ts';
import { runRepositoryImport } from '../../functions/importing/run-repository-import.ts';
import { createImageStore } from '../../functions/store/image-store.ts';
import { retryOnConflict } from '../../functions/store/retry-on-conflict.ts';
import { createScheduleStore } from '../../functions/store/schedule-store.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import type { ImageImportSpec } from '../../functions/image/types.ts';
import type { RequestContext } from '../../functions/kubernetes/handlers.ts';
import { createImportHandlers } from '../../functions/resources/imagestreamimports/handlers.ts';
import type { ImageStore, Namespace, NamespaceReader, StreamStore } from '../../functions/resources/ports.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { createMemoryRegistry, type MemoryRegistry } from './fakes/memory-registry.ts';
import { EVERYBODY_MAY } from '../support/everybody-may.ts';

let table: TestTable;
let registry: MemoryRegistry;
let streams: StreamStore;
let images: ImageStore;
let schedule: ScheduleStore;
let now: number;

beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.stop());

beforeEach(async () => {
  const options = { client: table.client, table: await table.addTable() };
  streams = createStreamStore({ ...options, settings: { importInterval: '15m' } });
  images = createImageStore(options);
  schedule = createScheduleStore(options);
  registry = createMemoryRegistry();
  now = Date.now();
});

const namespaces: NamespaceReader = {
  readNamespace: async (name) => ({ name }) as Namespace,
};

async function post(spec: { images?: readonly Partial<ImageImportSpec>[]; repository?: object }, timeLimit = 5_000) {
  const handlers = createImportHandlers({
    streams,
    images,
    namespaces,
    authorizer: EVERYBODY_MAY,
    hosts: {},
    allowedRegistries: ALLOW_ALL,
    limits: { readLimits: async () => ({}) },
    retry: retryOnConflict,
    newUid: randomUUID,
    connect: () => registry,
    platform: DEFAULT_PLATFORM,
    timeLimit,
  });
  const context = { info: { namespace: 'ns' }, identity: { user: 'me', groups: [] }, now, dryRun: false } as unknown as RequestContext;
  const request = handlers.decode?.({ metadata: { name: 's' }, spec: { import: true, ...spec } });
  if (request === undefined || handlers.create === undefined) throw new Error('imports can be created');
  return handlers.create(context, request);
}

const image = (name: string, more: object = {}) => ({ from: { kind: 'DockerImage', name }, ...more });

async function stored(): Promise<StreamState> {
  const stream = await streams.readStream('ns', 's');
  if (stream === null) throw new Error('the stream is stored');
  return stream;
}

async function inSession<T>(work: (deps: RunImportsDependencies, session: RegistrySession) => Promise<T>): Promise<T> {
  const session = openSession(() => registry, { parallel: 16, timeLimit: 5_000 });
  try {
    return await work(
      { streams, images, retry: retryOnConflict, clock: () => now, platform: DEFAULT_PLATFORM, refuse: async () => null },
      session,
    );
  } finally {
    session.close();
  }
}

function run(reason: 'spec' | 'scheduled', targets: readonly ImportTarget[]) {
  return inSession((deps, session) => runImports(deps, session, { reason, targets }, false));
}

function runRepository(target: RepositoryTarget) {
  return inSession((deps, session) => runRepositoryImport(deps, session, { reason: 'repository', target }, false));
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

async function scheduledTargets(): Promise<ImportTarget[]> {
  const shards = await Promise.all(Array.from({ length: 16 }, (_, shard) => collect(schedule.listScheduled('15m', shard))));
  return shards.flat().map(({ namespace, stream, incarnation, tag }) => ({ namespace, stream, incarnation, tag }));
}

describe('imports over the store', () => {
  it('keep the revision when nothing changed', async () => {
    registry.pushIndex('quay.io/x/y:1', ['linux/amd64']);
    registry.pushImage('quay.io/x/y:2');
    const spec = { images: [image('quay.io/x/y:1'), image('quay.io/x/y:2'), image('quay.io/x/y:gone')] };
    await post(spec);
    const first = await stored();
    now += 60_000;
    await post(spec);
    expect(await stored()).toEqual(first);
    expect([...first.tags.keys()].sort()).toEqual(['1', '2', 'gone']);
  });

  it('keep the order of two events of one tag in one import', async () => {
    const [ofRepository, ofImage] = [registry.pushImage('quay.io/x/y:latest'), registry.pushImage('quay.io/z:1')];
    await post({ repository: image('quay.io/x/y'), images: [image('quay.io/z:1', { to: { name: 'latest' } })] });
    expect((await stored()).tags.get('latest')?.items.map((event) => event.image)).toEqual([ofImage, ofRepository]);
  });

  it('make the children of an index members of the stream', async () => {
    const { children } = registry.pushIndex('quay.io/x/y:1', ['linux/amd64', 'linux/arm64']);
    await post({ images: [image('quay.io/x/y:1', { importPolicy: { importMode: 'PreserveOriginal' } })] });
    const child = children['linux/arm64'] ?? '';
    expect(await streams.findMembers(await stored(), child)).toMatchObject([{ digest: child, inHistory: false }]);
    expect((await images.readImage(child))?.dockerImageMetadata?.Architecture).toBe('arm64');
  });

  it('a tag that could not be imported in time is due, and imported by the queue', async () => {
    const digest = registry.pushImage('quay.io/x/y:1');
    registry.delay = 100;
    await post({ images: [image('quay.io/x/y:1')] }, 20);
    registry.delay = 0;
    const due = await collect(schedule.listImportDue(now + 1));
    expect(due).toMatchObject([{ stream: 's', tag: '1' }]);
    await run('spec', due as readonly ImportTarget[]);
    expect((await stored()).tags.get('1')?.items[0]?.image).toBe(digest);
    expect(await collect(schedule.listImportDue(now + 1))).toEqual([]);
  });

  it('a stream that names its repository gets all its tags, once', async () => {
    const digest = registry.pushImage('quay.io/x/y:1');
    registry.pushImage('quay.io/x/y:latest');
    const bare = { lookupPolicy: { local: false }, dockerImageRepository: 'quay.io/x/y' };
    const status = { dockerImageRepository: '' };
    const wanted = newStream({ metadata: { name: 's', namespace: 'ns' }, spec: bare, status }, { uid: 'u', now: '2026-01-01T00:00:00Z' });
    await streams.commit({ before: null, after: wanted, actor: 'me', cause: 'tag', now });
    const [target] = await collect(schedule.listImportDue(Date.now() + 1_000));
    expect(target).toMatchObject({ stream: 's' });
    await runRepository(target as RepositoryTarget);
    const imported = await stored();
    expect(imported.tags.get('1')).toMatchObject({ spec: { from: { name: 'quay.io/x/y:1' } }, items: [{ image: digest }] });
    expect(imported.tags.size).toBe(2);
    expect(await collect(schedule.listImportDue(Date.now() + 1_000))).toEqual([]);
    await runRepository(target as RepositoryTarget);
    expect(await stored()).toEqual(imported);
  });

  it('a scheduled index costs one HEAD and no write until it moves', async () => {
    registry.pushIndex('quay.io/x/y:1', ['linux/amd64', 'linux/arm64'], 'a');
    await post({ images: [image('quay.io/x/y:1', { importPolicy: { scheduled: true } })] });
    const before = await stored();
    const targets = await scheduledTargets();
    expect(targets).toHaveLength(1);
    registry.log.length = 0;
    await run('scheduled', targets);
    expect(registry.log).toEqual(['HEAD quay.io/x/y:1']);
    expect(await stored()).toEqual(before);
    const { children } = registry.pushIndex('quay.io/x/y:1', ['linux/amd64', 'linux/arm64'], 'b');
    await run('scheduled', targets);
    expect((await stored()).tags.get('1')?.items.map((event) => event.image)[0]).toBe(children['linux/amd64']);
    expect((await stored()).tags.get('1')?.total).toBe(2);
  });

  it('of many at once all get through, each with its own tag', async () => {
    for (let tag = 0; tag < 12; tag += 1) registry.pushImage(`quay.io/x/y:${tag}`);
    await Promise.all(Array.from({ length: 12 }, (_, tag) => post({ images: [image(`quay.io/x/y:${tag}`)] })));
    expect((await stored()).tags.size).toBe(12);
  });
});
