/** What each kind tells of a change, and what a poll of it costs. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredObject } from '../../../functions/access/ports.ts';
import { createSecretCipher } from '../../../functions/access/secrets/secret-cipher.ts';
import { createSecretStore } from '../../../functions/access/secrets/secret-store.ts';
import { createServiceAccountStore } from '../../../functions/access/accounts/service-account-store.ts';
import type { WatchOptions } from '../../../functions/kubernetes/handlers.ts';
import type { KubernetesObject } from '../../../functions/kubernetes/types.ts';
import { watchedImages } from '../../../functions/resources/images/watched-images.ts';
import { watchedTriggers } from '../../../functions/resources/imagetriggers/handlers.ts';
import { listRevision } from '../../../functions/resources/list-revision.ts';
import { watchedNamespaces } from '../../../functions/resources/namespaces/watched-namespaces.ts';
import { watchedObjects } from '../../../functions/resources/plain-objects.ts';
import { watchedProjects } from '../../../functions/resources/projects/handlers.ts';
import { secretKind } from '../../../functions/resources/secrets/handlers.ts';
import { serviceAccountKind } from '../../../functions/resources/serviceaccounts/handlers.ts';
import { createWatch } from '../../../functions/resources/watching/watch-collection.ts';
import type { WatchedKind } from '../../../functions/resources/watching/watched-kind.ts';
import { createImageHeadReader } from '../../../functions/store/image-heads.ts';
import { createImageStore } from '../../../functions/store/image-store.ts';
import { createNamespaceHeadReader } from '../../../functions/store/namespace-heads.ts';
import { createNamespaceStore } from '../../../functions/store/namespace-store.ts';
import { createNamespaceSweeper } from '../../../functions/store/sweep-namespace.ts';
import { createTriggerStore } from '../../../functions/store/trigger-store.ts';
import type { StoredTrigger } from '../../../functions/triggers/stored-trigger.ts';
import { meterCapacity } from '../../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { digest, EVERYTHING, request } from '../../support/image-api.ts';
import { EVERYBODY_MAY } from '../../support/everybody-may.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const directory = mkdtempSync(join(tmpdir(), 'watched-kinds-'));
const keyFile = join(directory, 'key');

let dynamoDb: TestTable;
let table: string;
let now: number;

beforeAll(async () => {
  dynamoDb = await startTestTable();
  writeFileSync(keyFile, randomBytes(32));
});
afterAll(async () => {
  await dynamoDb.stop();
  rmSync(directory, { recursive: true });
});
beforeEach(async () => {
  table = await dynamoDb.addTable();
  now = NOW;
});

const clock = () => now;

function stores(client: DynamoDBClient = dynamoDb.client) {
  const options = { client, table, clock };
  const namespaces = createNamespaceStore(options);
  const namespaceNames = async () => (await namespaces.listNamespaces({})).items.map(({ name }) => name);
  return {
    namespaces,
    namespaceHeads: createNamespaceHeadReader(options),
    accounts: createServiceAccountStore({ ...options, namespaces }),
    secrets: createSecretStore({ ...options, namespaceNames, cipher: createSecretCipher(pathToFileURL(keyFile).href) }),
    triggers: createTriggerStore(options),
    images: createImageStore(options),
    imageHeads: createImageHeadReader(options),
  };
}

/** What a watch from `since` tells that lasts until it has something to tell, or is over. */
async function watch<O extends KubernetesObject>(
  kind: WatchedKind<O>,
  since: number | null,
  namespace = 'default',
  over: Partial<WatchOptions> = {},
) {
  const sleep = async (ms: number) => {
    now += ms;
  };
  const watching = { clock, sleep, limited: <T>(_identity: unknown, run: () => Promise<T>) => run() };
  const { events } = await createWatch(kind, watching)(request({ namespace }), { ...EVERYTHING, since, bookmarks: true, ...over });
  return events;
}

/** A revision as a list tells it in which nothing happened for a minute. */
function settled(): number {
  now += 60_000;
  return listRevision(Infinity, now);
}

function plain(name: string, over: Partial<StoredObject> = {}): StoredObject {
  const times = { revision: 0, creationTimestamp: new Date(now).toISOString().replace(/\.\d+/, '') };
  return { namespace: 'default', name, uid: randomUUID(), ...times, labels: { of: name }, annotations: { note: 'x' }, ...over };
}

function trigger(name: string): StoredTrigger {
  const spec = {
    images: [{ from: { kind: 'ImageStreamTag' as const, name: 'app:latest' } }],
    target: { webhook: { url: 'https://example.com/hook' } },
  };
  return { ...plain(name), generation: 1, spec, status: { observedGeneration: 1, conditions: [] }, follows: [], targetKey: 'k' };
}

interface Case {
  /** Creates one, changes it, deletes it; each of them once called. */
  readonly create: () => Promise<unknown>;
  readonly change: () => Promise<unknown>;
  readonly remove: () => Promise<unknown>;
  readonly watch: (since: number | null, over?: Partial<WatchOptions>) => ReturnType<typeof watch>;
  readonly name: string;
  /** Part of what is left of it. */
  readonly left: object;
}

function watcherOf<O extends KubernetesObject>(kind: WatchedKind<O>): Case['watch'] {
  return (since, over) => watch(kind, since, 'default', over);
}

const CASES: Readonly<Record<string, () => Case>> = {
  secrets() {
    const { secrets } = stores();
    const found = async () => required(await secrets.read('default', 'pull'));
    return {
      create: () => secrets.create({ ...plain('pull'), type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } }),
      change: async () => secrets.update({ ...(await found()), data: { '.dockerconfigjson': 'e30K' } }),
      remove: async () => secrets.remove(await found()),
      watch: watcherOf(watchedObjects(secretKind, secrets)),
      name: 'pull',
      left: { type: 'kubernetes.io/dockerconfigjson' },
    };
  },
  serviceaccounts() {
    const { accounts } = stores();
    const found = async () => required(await accounts.read('default', 'robot'));
    return {
      create: () => accounts.create({ ...plain('robot'), secrets: [{ name: 'pull' }], imagePullSecrets: [] }),
      change: async () => accounts.update({ ...(await found()), imagePullSecrets: [{ name: 'pull' }] }),
      remove: async () => accounts.remove(await found()),
      watch: watcherOf(watchedObjects(serviceAccountKind, accounts)),
      name: 'robot',
      left: { secrets: [{ name: 'pull' }] },
    };
  },
  imagetriggers() {
    const { triggers } = stores();
    const found = async () => required(await triggers.readTrigger('default', 'deploy'));
    return {
      create: () => triggers.createTrigger(trigger('deploy')),
      change: async () => triggers.updateTrigger({ ...(await found()), generation: 2 }),
      remove: async () => triggers.deleteTrigger(await found()),
      watch: watcherOf(watchedTriggers(triggers)),
      name: 'deploy',
      left: { spec: { images: [{ from: { name: 'app:latest' } }] } },
    };
  },
  images() {
    const { images, imageHeads } = stores();
    const name = digest('a');
    const found = async () => required(await images.readImage(name));
    const revision = async () => Number((await found()).metadata.resourceVersion);
    const dockerImageReference = `quay.io/team/app@${name}`;
    return {
      create: () => images.createImage({ metadata: { name, labels: { of: name } }, dockerImageReference }, now),
      change: async () => images.updateImage({ ...(await found()), dockerImageReference }, await revision()),
      remove: async () => images.deleteImage(name, await revision()),
      watch: watcherOf(watchedImages({ images, imageHeads })),
      name,
      left: { dockerImageReference },
    };
  },
};

describe.each(Object.entries(CASES))('a watch of %s', (_, open) => {
  it('tells of one that is created, changed and deleted, each with all that is known of it', async () => {
    const { create, change, remove, watch: tell, name, left } = open();
    const told: unknown[] = [];
    for (const happen of [create, change, remove]) {
      const since = settled();
      await happen();
      told.push(...(await tell(since)));
    }
    const metadata = { name, labels: { of: name }, uid: expect.any(String) as string };
    expect(told).toMatchObject([
      { type: 'ADDED', object: { metadata } },
      { type: 'MODIFIED', object: { metadata } },
      { type: 'DELETED', object: { metadata, ...left } },
    ]);
    const revisions = (told as { object: KubernetesObject }[]).map(({ object }) => Number(object.metadata?.resourceVersion));
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
  });

  it('adds what is there when it begins nowhere, and of one name that one only', async () => {
    const { create, remove, watch: tell, name } = open();
    const named = { fieldRequirements: [{ field: 'metadata.name', operator: '=', value: name } as const] };
    expect(await tell(null, named)).toEqual([]);
    await create();
    expect(await tell(null, named)).toMatchObject([{ type: 'ADDED', object: { metadata: { name } } }]);
    const everything = await tell(null);
    expect(everything.map(({ type }) => type)).not.toContain('DELETED');
    await remove();
    expect(await tell(null, named)).toEqual([]);
  });

  it('lets a name come back, as another object', async () => {
    const { create, remove, watch: tell, name } = open();
    await create();
    const since = settled();
    await remove();
    await create();
    expect(await tell(since)).toMatchObject([{ type: 'ADDED', object: { metadata: { name } } }]);
  });
});

describe('a deleted secret', () => {
  it('leaves nothing that was secret', async () => {
    const { secrets } = stores();
    const secret = await secrets.create({ ...plain('pull'), type: 'Opaque', data: { key: 'aHVudGVyMg==' } });
    await secrets.remove(secret);
    expect(await secrets.readDeleted('default', 'pull')).toMatchObject({ data: {}, annotations: {}, labels: { of: 'pull' } });
    expect([await secrets.read('default', 'pull'), (await secrets.list('default', {})).items]).toEqual([null, []]);
  });
});

describe('namespaces and projects', () => {
  it('are told when they are created, with the label of their name', async () => {
    const { namespaces, namespaceHeads, accounts } = stores();
    const api = { namespaces, heads: namespaceHeads };
    const watched = watchedNamespaces(api);
    const since = settled();
    await namespaces.createNamespace({ name: 'shop', labels: {}, annotations: {} }, now);
    const labels = { 'kubernetes.io/metadata.name': 'shop' };
    const byLabel = {
      matchesLabels: (found: Readonly<Record<string, string>> | null | undefined) => found?.['kubernetes.io/metadata.name'] === 'shop',
    };
    const added = [{ type: 'ADDED', object: { kind: 'Namespace', metadata: { name: 'shop', labels } } }];
    expect(await watch(watched, since, '', byLabel)).toMatchObject(added);
    expect(await watch(watchedProjects({ ...api, authorizer: EVERYBODY_MAY })({ user: 'alice', groups: [] }), since, '')).toMatchObject([
      { type: 'ADDED', object: { kind: 'Project' } },
    ]);
    const all = await watch(watched, null, '');
    expect(all.map(({ object }) => ('name' in object.metadata ? object.metadata.name : ''))).toEqual(['default', 'shop']);
    // The accounts that every namespace has come with it.
    const told = await watch(watchedObjects(serviceAccountKind, accounts), since, '');
    expect(told).toMatchObject(
      ['builder', 'default', 'deployer'].map((name) => ({ type: 'ADDED', object: { metadata: { name, namespace: 'shop' } } })),
    );
  });
});

describe('a namespace that is deleted', () => {
  it('takes what it holds with it, in a watch over all namespaces and in one of its own', async () => {
    const secretsTable = await dynamoDb.addTable();
    const { client } = dynamoDb;
    const { namespaces, namespaceHeads, accounts, triggers } = stores();
    const heads = async () => (await namespaceHeads.readHeads('')).heads.map(({ name }) => name);
    const cipher = createSecretCipher(pathToFileURL(keyFile).href);
    const secrets = createSecretStore({
      client,
      table: secretsTable,
      clock,
      cipher,
      namespaceNames: async () => [],
      namespaceNamesEver: heads,
    });
    const shop = await namespaces.createNamespace({ name: 'shop', labels: {}, annotations: {} }, now);
    const inShop = { namespace: 'shop' };
    await accounts.create({ ...plain('robot', inShop), secrets: [], imagePullSecrets: [] });
    await secrets.create({ ...plain('pull', inShop), type: 'Opaque', data: { key: 'aHVudGVyMg==' } });
    await triggers.createTrigger({ ...trigger('deploy'), ...inShop });
    const since = settled();
    await namespaces.updateNamespace({ ...shop, deletionTimestamp: '2026-11-21T10:00:00Z', deletedBy: 'ada' });
    const sweeper = createNamespaceSweeper({ client, table, secretsTable, clock, budgetMs: 60_000 });
    await sweeper.sweepNamespace({ namespace: 'shop', uid: shop.uid, actor: 'ada', now });
    const told = async <O extends KubernetesObject>(kind: WatchedKind<O>, namespace: string) =>
      (await watch(kind, since, namespace))
        .map(({ type, object }) => `${type} ${(object as KubernetesObject).metadata?.name ?? ''}`)
        .sort();
    for (const namespace of ['', 'shop']) {
      const gone = ['builder', 'default', 'deployer', 'robot'].map((name) => `DELETED ${name}`);
      expect(await told(watchedObjects(serviceAccountKind, accounts), namespace)).toEqual(gone);
      expect(await told(watchedObjects(secretKind, secrets), namespace)).toEqual(['DELETED pull']);
      expect(await told(watchedTriggers(triggers), namespace)).toEqual(['DELETED deploy']);
    }
    expect(await secrets.readDeleted('shop', 'pull')).toMatchObject({ data: {}, labels: { of: 'pull' } });
    const [deleted] = await watch(watchedNamespaces({ namespaces, heads: namespaceHeads }), since, '');
    expect(deleted).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'shop' }, status: { phase: 'Terminating' } } });
    // The name is free, and nothing of the past shows through.
    const later = settled();
    await namespaces.createNamespace({ name: 'shop', labels: {}, annotations: {} }, now);
    expect(await told(watchedObjects(serviceAccountKind, accounts), 'shop')).toContain('ADDED default');
    expect((await accounts.list('shop', {})).items.map(({ name }) => name)).toEqual(['builder', 'default', 'deployer']);
    expect(await watch(watchedNamespaces({ namespaces, heads: namespaceHeads }), later, '')).toMatchObject([{ type: 'ADDED' }]);
  });
});

describe('an idle watch of four seconds', () => {
  async function cost<O extends KubernetesObject>(
    kind: (opened: ReturnType<typeof stores>) => WatchedKind<O>,
    namespace = 'default',
    over: Partial<WatchOptions> = {},
  ) {
    const since = settled();
    const client = dynamoDb.connect();
    const opened = stores(client);
    const { reads, writes } = meterCapacity(client);
    await watch(kind(opened), since, namespace, over);
    expect(writes.units).toBe(0);
    return { units: reads.units, polls: reads.calls.length };
  }

  it('of 100 service accounts, triggers or secrets reads their bytes per poll', async () => {
    const { accounts, triggers, secrets } = stores();
    for (let index = 0; index < 100; index++) {
      await accounts.create({ ...plain(`sa-${index}`), secrets: [], imagePullSecrets: [] });
      await triggers.createTrigger(trigger(`tr-${index}`));
      await secrets.create({ ...plain(`secret-${index}`), type: 'Opaque', data: { key: randomBytes(300).toString('base64') } });
    }
    const kinds = {
      accounts: await cost((opened) => watchedObjects(serviceAccountKind, opened.accounts)),
      triggers: await cost((opened) => watchedTriggers(opened.triggers)),
      secrets: await cost((opened) => watchedObjects(secretKind, opened.secrets)),
    };
    // Nine polls; those of accounts read their namespace, too.
    expect(Object.values(kinds).map(({ polls }) => polls)).toEqual([18, 9, 9]);
    expect(kinds.accounts.units).toBeLessThanOrEqual(63);
    expect(kinds.triggers.units).toBeLessThanOrEqual(99);
    expect(kinds.secrets.units).toBeLessThanOrEqual(216);
  });

  it('of images is flat in their number', async () => {
    const { images } = stores();
    for (let index = 0; index < 300; index++) {
      const name = `sha256:${index.toString(16).padStart(64, '0')}`;
      await images.createImage({ metadata: { name }, dockerImageManifest: randomBytes(3_000).toString('base64') }, now);
    }
    expect(await cost((opened) => watchedImages(opened), '')).toEqual({ units: 18, polls: 9 * 4 });
  });

  it('of one object is one item per poll', async () => {
    const { accounts } = stores();
    await accounts.create({ ...plain('robot'), secrets: [], imagePullSecrets: [] });
    const fieldRequirements = [{ field: 'metadata.name', operator: '=', value: 'robot' } as const];
    const one = await cost((opened) => watchedObjects(serviceAccountKind, opened.accounts), 'default', { fieldRequirements });
    expect(one).toEqual({ units: 18, polls: 18 });
  });
});

function required<T>(value: T | null): T {
  if (value === null) throw new Error('it is gone');
  return value;
}
