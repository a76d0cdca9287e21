import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceAccountStore, StoredServiceAccount } from '../../../functions/access/ports.ts';
import { createServiceAccountStore } from '../../../functions/access/accounts/service-account-store.ts';
import { createNamespaceStore } from '../../../functions/store/namespace-store.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';

let database: TestTable;
let store: ServiceAccountStore;

beforeAll(async () => {
  database = await startTestTable();
  const { client, table } = database;
  const namespaces = createNamespaceStore({ client, table });
  for (const name of ['shop', 'zoo']) await namespaces.createNamespace({ name, labels: {}, annotations: {} }, Date.now());
  store = createServiceAccountStore({ client, table, namespaces });
});

afterAll(() => database.stop());

function accountOf(name: string): StoredServiceAccount {
  const times = { revision: 0, creationTimestamp: '2026-01-01T00:00:00Z' };
  return { namespace: 'shop', name, uid: randomUUID(), ...times, labels: {}, annotations: {}, secrets: [], imagePullSecrets: [] };
}

const readDefault = async () => {
  const account = await store.read('shop', 'default');
  if (account === null) throw new Error('no default account');
  return account;
};

describe('service account store', () => {
  it('has three accounts in every namespace, and none elsewhere', async () => {
    expect((await store.list('zoo', {})).items.map(({ name }) => name)).toEqual(['builder', 'default', 'deployer']);
    expect((await store.read('zoo', 'default'))?.uid).toBe((await store.read('zoo', 'default'))?.uid);
    expect((await store.read('zoo', 'default'))?.uid).not.toBe((await store.read('shop', 'default'))?.uid);
    expect(await store.read('nowhere', 'default')).toBeNull();
    expect((await store.list('nowhere', {})).items).toEqual([]);
    await expect(store.create(accountOf('default'))).rejects.toMatchObject({ code: 'ERR_STORE_EXISTS' });
  });

  it('lets one of two be the first to change such an account', async () => {
    const account = await readDefault();
    const changed = await store.update({ ...account, secrets: [{ name: 'pull' }] });
    expect(await readDefault()).toEqual(changed);
    await expect(store.update({ ...account, secrets: [{ name: 'other' }] })).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
  });

  it('brings such an account back under a new uid', async () => {
    for (let round = 0; round < 2; round++) {
      const before = await readDefault();
      await store.remove(before);
      const after = await readDefault();
      expect(after).toMatchObject({ secrets: [], name: 'default' });
      expect(after.uid).not.toBe(before.uid);
      await expect(store.remove(before)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    }
  });

  it('keeps others as they are stored', async () => {
    const robot = await store.create(accountOf('robot'));
    expect((await store.list('shop', {})).items.map(({ name }) => name)).toEqual(['builder', 'default', 'deployer', 'robot']);
    await store.remove(robot);
    expect(await store.read('shop', 'robot')).toBeNull();
  });

  it('lists all namespaces page by page', async () => {
    const first = await store.list(null, { limit: 4 });
    const second = await store.list(null, { limit: 100, continue: first.continue ?? '' });
    expect([...first.items, ...second.items].map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(
      ['default', 'shop', 'zoo'].flatMap((namespace) => ['builder', 'default', 'deployer'].map((name) => `${namespace}/${name}`)),
    );
    expect(second.continue).toBeUndefined();
  });
});
