import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSecretStore } from '../../functions/access/secrets/secret-store.ts';
import { createServiceAccountStore } from '../../functions/access/accounts/service-account-store.ts';
import { createSigningKeyStore } from '../../functions/access/secrets/signing-key-store.ts';
import type { Namespace, NamespaceStore, StreamStore } from '../../functions/resources/ports.ts';
import type { HeadItem, ItemBase, NamespaceItem } from '../../functions/store/items.ts';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { createNamespaceSweeper } from '../../functions/store/sweep-namespace.ts';
import { createTriggerStore } from '../../functions/store/trigger-store.ts';
import { PLAIN_CIPHER } from '../support/plain-cipher.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { Crash, crashAt } from '../support/spoilt-client.ts';
import { allItems } from './stored-stream.ts';
import { CONTEXT, specTag, stream, tag } from './streams.ts';

const NOW = Date.now();
const OBJECT = { labels: {}, annotations: {}, creationTimestamp: '2026-01-01T00:00:00Z', revision: 0 };

let database: TestTable;
let table: string;
let secretsTable: string;
let streams: StreamStore;
let namespaces: NamespaceStore;

beforeAll(async () => {
  database = await startTestTable();
});
afterAll(() => database.stop());
beforeEach(async () => {
  [table, secretsTable] = await Promise.all([database.addTable(), database.addTable()]);
  streams = createStreamStore({ client: database.client, table, settings: { importInterval: '15m' } });
  namespaces = createNamespaceStore({ client: database.client, table });
});

function sweeper(client = database.client, budgetMs = 60_000) {
  return createNamespaceSweeper({ client, table, secretsTable, budgetMs });
}

const createStream = (namespace: string, name: string) =>
  streams.commit({ ...CONTEXT, now: NOW, before: null, after: { ...stream([tag('t', [1], specTag('t'))]), namespace, name } });

/** A namespace with one of everything, some streams, and the same in its neighbour. */
async function fill(): Promise<Namespace> {
  const { client } = database;
  const secrets = createSecretStore({ client, table: secretsTable, cipher: PLAIN_CIPHER, namespaceNames: async () => [] });
  const triggers = createTriggerStore({ client, table });
  const keys = createSigningKeyStore({ client, table: secretsTable, cipher: PLAIN_CIPHER });
  const accounts = createServiceAccountStore({ client, table, namespaces });
  for (const namespace of ['shop', 'shop-2']) {
    await namespaces.createNamespace({ name: namespace, labels: {}, annotations: {} }, NOW);
    for (const name of ['app', 'IS', 'web']) await createStream(namespace, name);
    await secrets.create({ ...OBJECT, namespace, name: 'pull', uid: randomUUID(), type: 'Opaque', data: { a: 'eA==' } });
    await accounts.create({ ...OBJECT, namespace, name: 'robot', uid: randomUUID(), secrets: [], imagePullSecrets: [] });
    const target = { webhook: { url: 'https://example.com/' } };
    const follows = [{ namespace, stream: 'app', tag: 't' }];
    const spec = { images: [{ from: { name: 'app:t' } }], target };
    const trigger = { ...OBJECT, namespace, name: 'deploy', uid: 'u', generation: 1, spec, status: {}, follows, targetKey: 'k' };
    await keys.saveKey(trigger, 'whsec_x');
    await triggers.createTrigger(trigger as never);
  }
  const shop = (await namespaces.readNamespace('shop')) as Namespace;
  return namespaces.updateNamespace({ ...shop, deletionTimestamp: '2026-01-03T00:00:00Z', deletedBy: 'ada' });
}

const sweptOf = ({ name, uid }: Namespace) => ({ namespace: name, uid, actor: 'ada', now: NOW });

/** Entities in the namespace's own partitions: streams' children are theirs to sweep. */
async function contents(namespace: string): Promise<string[]> {
  const items = [...(await allItems(database.client, table)), ...(await allItems(database.client, secretsTable))];
  const isAlive = (item: ItemBase) => (item as HeadItem).deleted !== true && !/^IS#.*#/.test(item.sk);
  return items.filter((item) => item.pk === `NS#${namespace}` && isAlive(item)).map(({ entity }) => entity);
}

const NEIGHBOUR = ['head', 'head', 'head', 'secret', 'serviceaccount', 'signing-key', 'trigger', 'trigger-follow'];

describe('a sweep of a namespace', () => {
  it('empties and removes it, and nothing else', async () => {
    const swept = sweptOf(await fill());
    expect((await contents('shop')).sort()).toEqual(NEIGHBOUR);
    expect(await sweeper().sweepNamespace(swept)).toBe('more');
    expect(await contents('shop')).toEqual([]);
    expect(await namespaces.readNamespace('shop')).toBeNull();
    expect((await namespaces.listNamespaces({})).items.map(({ name }) => name)).toEqual(['default', 'shop-2']);
    expect((await contents('shop-2')).sort()).toEqual(NEIGHBOUR);
    const heads = (await allItems(database.client, table)).filter((item): item is HeadItem => item.entity === 'head');
    const tombstones = heads.filter(({ deleted }) => deleted === true);
    expect(tombstones.map(({ namespace, stream: name, actor }) => [namespace, name, actor])).toEqual(
      ['IS', 'app', 'web'].map((name) => ['shop', name, 'ada']),
    );
  });

  it('leaves a tombstone for a day, and nothing goes below its revision', async () => {
    const deleted = await fill();
    await sweeper().sweepNamespace(sweptOf(deleted));
    const stored = (await allItems(database.client, table)).find(({ pk, sk }) => pk === 'CLUSTER' && sk === 'NS#shop') as NamespaceItem;
    expect(stored).toMatchObject({ uid: deleted.uid, deleted: true, labels: {} });
    expect(stored.revision).toBeGreaterThan(deleted.revision);
    expect(stored.ttl).toBeGreaterThan(NOW / 1000 + 86_000);
    const slow = createNamespaceStore({ client: database.client, table, clock: () => NOW - 3_600_000 });
    expect((await slow.createNamespace({ name: 'shop', labels: {}, annotations: {} }, NOW)).revision).toBeGreaterThan(stored.revision);
  });

  it('comes once more for what was written meanwhile', async () => {
    const swept = sweptOf(await fill());
    await sweeper().sweepNamespace(swept);
    await createStream('shop', 'late');
    expect(await sweeper().sweepNamespace(swept)).toBe('done');
    expect(await contents('shop')).toEqual([]);
  });

  it('leaves a namespace alone that was made anew, or is not deleted', async () => {
    const swept = sweptOf(await fill());
    await sweeper().sweepNamespace(swept);
    const anew = await namespaces.createNamespace({ name: 'shop', labels: {}, annotations: {} }, NOW);
    expect(anew.uid).not.toBe(swept.uid);
    expect(await namespaces.readNamespace('shop')).toEqual(anew);
    await createStream('shop', 'app');
    expect(await sweeper().sweepNamespace(swept)).toBe('done');
    expect(await contents('shop')).toEqual(['head']);
    const neighbour = sweptOf((await namespaces.readNamespace('shop-2')) as Namespace);
    expect(await sweeper().sweepNamespace(neighbour)).toBe('done');
    expect((await contents('shop-2')).sort()).toEqual(NEIGHBOUR);
  });

  it('goes on where time was up, or where it died', async () => {
    const swept = sweptOf(await fill());
    for (let call = 0; ; call++) {
      const client = database.connect();
      crashAt(client, call, call % 2 === 0 ? 'before' : 'after');
      const outcome = await sweeper(client, 0)
        .sweepNamespace(swept)
        .catch((error: unknown) => error);
      if (!(outcome instanceof Crash) && (await namespaces.readNamespace('shop')) === null) break;
      expect(call).toBeLessThan(60);
    }
    expect(await contents('shop')).toEqual([]);
    expect((await contents('shop-2')).sort()).toEqual(NEIGHBOUR);
  });
});
