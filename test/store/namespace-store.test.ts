import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NamespaceStore } from '../../functions/resources/ports.ts';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');

let database: TestTable;
let store: NamespaceStore;

beforeAll(async () => {
  database = await startTestTable();
  store = createNamespaceStore({ client: database.client, table: database.table });
});
afterAll(() => database.stop());

const read = async (name: string) => {
  const found = await store.readNamespace(name);
  if (found === null) throw new Error(`no namespace ${name}`);
  return found;
};

describe('namespace store', () => {
  it('updates what was read, and nothing else', async () => {
    const created = await store.createNamespace({ name: 'shop', labels: {}, annotations: {} }, NOW);
    const deletion = { deletionTimestamp: '2026-01-03T00:00:00Z', deletedBy: 'alice' };
    const updated = await store.updateNamespace({ ...created, labels: { team: 'a' }, ...deletion });
    expect(updated).toEqual({ ...created, labels: { team: 'a' }, ...deletion, revision: updated.revision });
    expect(updated.revision).toBeGreaterThan(created.revision);
    expect(await read('shop')).toEqual(updated);
    await expect(store.updateNamespace(created)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    await expect(store.updateNamespace({ ...updated, uid: 'another' })).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    await expect(store.updateNamespace({ ...updated, name: 'gone' })).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
  });

  it('has default without an item until somebody changes it', async () => {
    const original = await read('default');
    const updated = await store.updateNamespace({ ...original, labels: { team: 'a' } });
    expect(await read('default')).toEqual(updated);
    await expect(store.updateNamespace(original)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    const { items } = await store.listNamespaces({});
    expect(items.map(({ name, uid }) => [name, uid])).toEqual([
      ['default', original.uid],
      ['shop', expect.any(String)],
    ]);
    await expect(store.createNamespace({ name: 'default', labels: {}, annotations: {} }, NOW)).rejects.toMatchObject({
      code: 'ERR_STORE_EXISTS',
    });
  });
});
