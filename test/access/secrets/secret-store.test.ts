import { randomBytes, randomUUID } from 'node:crypto';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SecretStore, StoredSecret } from '../../../functions/access/ports.ts';
import { createSecretCipher } from '../../../functions/access/secrets/secret-cipher.ts';
import { createSecretStore } from '../../../functions/access/secrets/secret-store.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { openKeyFiles } from '../../support/key-files.ts';

const keys = openKeyFiles();
let database: TestTable;
let store: SecretStore;
let namespaces: string[] = [];

function openStore(key: string, previous: readonly string[] = []): SecretStore {
  const { client, table } = database;
  return createSecretStore({
    client,
    table,
    cipher: createSecretCipher(key, previous),
    namespaceNames: async (from) => namespaces.filter((name) => name >= from),
  });
}

function secretOf(name: string, more: Partial<StoredSecret> = {}): StoredSecret {
  const times = { revision: 0, creationTimestamp: '2026-01-01T00:00:00Z' };
  return { namespace: 'shop', name, uid: randomUUID(), ...times, labels: {}, annotations: {}, type: 'Opaque', data: {}, ...more };
}

beforeAll(async () => {
  database = await startTestTable();
  store = openStore(keys.make());
});

afterAll(async () => {
  await database.stop();
  keys.remove();
});

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('secret store', () => {
  it('keeps, changes and removes a secret', async () => {
    const created = await store.create(secretOf('a', { data: { password: base64('hunter2') }, labels: { app: 'x' }, immutable: false }));
    expect(created.revision).toBeGreaterThan(0);
    expect(await store.read('shop', 'a')).toEqual(created);
    await expect(store.create(secretOf('a'))).rejects.toMatchObject({ code: 'ERR_STORE_EXISTS' });
    const updated = await store.update({ ...created, data: {} });
    expect(updated.revision).toBeGreaterThan(created.revision);
    await expect(store.update(created)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT', storedRevision: updated.revision });
    await expect(store.remove(created)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    await store.remove(updated);
    expect(await store.read('shop', 'a')).toBeNull();
  });

  it('stores neither data nor annotations in the clear', async () => {
    await store.create(secretOf('sealed', { data: { p: base64('hunter2') }, annotations: { last: '{"p":"hunter2"}' } }));
    const { Items = [] } = await database.client.send(new ScanCommand({ TableName: database.table }));
    const bytes = Items.map((item) => JSON.stringify(item) + Buffer.from(item['sealed']?.B ?? []).toString('latin1')).join();
    expect(bytes).toContain('sealed');
    expect(bytes).not.toMatch(/hunter2/);
    expect(bytes).not.toContain(base64('hunter2'));
  });

  it('opens no secret in the place of another, and none with another key', async () => {
    await store.create(secretOf('moved', { data: { p: base64('hunter2') } }));
    const { Items = [] } = await database.client.send(new ScanCommand({ TableName: database.table }));
    const item = Items.find(({ name }) => name?.S === 'moved');
    await database.client.send(
      new PutItemCommand({
        TableName: database.table,
        Item: { ...item, pk: { S: 'NS#shop' }, sk: { S: 'SECRET#thief' }, name: { S: 'thief' } },
      }),
    );
    await expect(store.read('shop', 'thief')).rejects.toThrow('sealed for another place');
    await expect(openStore(keys.make()).read('shop', 'moved')).rejects.toThrow();
    await database.client.send(new PutItemCommand({ TableName: database.table, Item: { ...item } }));
    expect((await store.read('shop', 'moved'))?.data).toEqual({ p: base64('hunter2') });
  });

  it('opens what was sealed before its key was replaced, and seals with the new one', async () => {
    const [oldest, old, current] = [keys.make(), keys.make(), keys.make()];
    const data = { p: base64('hunter2') };
    await openStore(oldest).create(secretOf('oldest', { namespace: 'keys', data }));
    await openStore(old, [oldest]).create(secretOf('old', { namespace: 'keys', data }));
    const replaced = openStore(current, [old, oldest]);
    expect((await replaced.list('keys', {})).items.map((secret) => secret.data)).toEqual([data, data]);
    await expect(openStore(current, [old]).read('keys', 'oldest')).rejects.toThrow();
    // Any change seals anew: afterwards nothing is left that needs the old key.
    const before = await replaced.read('keys', 'oldest');
    if (before !== null) await replaced.update({ ...before, annotations: { sealed: 'again' } });
    expect(await openStore(current).read('keys', 'oldest')).toMatchObject({ data, annotations: { sealed: 'again' } });
    await expect(openStore(old, [oldest]).read('keys', 'oldest')).rejects.toThrow();
  });

  it('says what is too large', async () => {
    const data = { blob: randomBytes(500_000).toString('base64') };
    await expect(store.create(secretOf('large', { data }))).rejects.toMatchObject({ code: 'ERR_STORE_TOO_LARGE' });
  });

  it('lists by pages over namespaces', async () => {
    namespaces = ['list-a', 'list-b', 'list-c'];
    for (const [namespace, name] of [
      ['list-a', 'x'],
      ['list-a', 'x.y'],
      ['list-a', 'x-y'],
      ['list-c', 'z'],
    ] as const)
      await store.create(secretOf(name, { namespace }));
    const names: string[] = [];
    let next: string | undefined;
    do {
      const page = await store.list(null, { limit: 1, ...(next === undefined ? {} : { continue: next }) });
      names.push(...page.items.map(({ namespace, name }) => `${namespace}/${name}`));
      next = page.continue;
    } while (next !== undefined);
    expect(names).toEqual(['list-a/x', 'list-a/x-y', 'list-a/x.y', 'list-c/z']);
    expect((await store.list('list-a', {})).items).toHaveLength(3);
  });

  it('finds pull secrets, and leaves out excluded ones', async () => {
    const namespace = 'pull';
    await store.create(secretOf('a', { namespace, type: 'kubernetes.io/dockercfg' }));
    await store.create(secretOf('b', { namespace, type: 'kubernetes.io/dockerconfigjson' }));
    await store.create(secretOf('c', { namespace, type: 'kubernetes.io/tls' }));
    const annotations = { 'openshift.io/image.excludeSecret': 'true' };
    await store.create(secretOf('d', { namespace, type: 'kubernetes.io/dockercfg', annotations }));
    expect((await store.listPullSecrets(namespace)).map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
