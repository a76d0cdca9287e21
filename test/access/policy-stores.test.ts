/** Roles and bindings as they are kept: those of the cluster, and those that are there without being stored. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BindingStore, createBindingStore } from '../../functions/access/policy/binding-store.ts';
import type { StoredBinding, StoredRole } from '../../functions/access/ports.ts';
import { createRoleStore, type RoleStore } from '../../functions/access/policy/role-store.ts';
import type { NamespaceStore } from '../../functions/resources/ports.ts';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { createNamespaceSweeper } from '../../functions/store/sweep-namespace.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { binding, clusterRole, role, rule, TINY_POLICY, user } from './default-policy.ts';

let database: TestTable;
let table: string;
let namespaces: NamespaceStore;
let roles: RoleStore;
let bindings: BindingStore;

beforeAll(async () => {
  database = await startTestTable();
});
afterAll(() => database.stop());
beforeEach(async () => {
  table = await database.addTable();
  const { client } = database;
  namespaces = createNamespaceStore({ client, table });
  await namespaces.createNamespace({ name: 'shop', labels: {}, annotations: {} }, Date.now());
  roles = createRoleStore({ client, table, namespaces }, TINY_POLICY.roles);
  bindings = createBindingStore({ client, table, namespaces }, TINY_POLICY.bindings);
});

const placesOf = (objects: readonly { readonly namespace: string; readonly name: string }[]) =>
  objects.map(({ namespace, name }) => `${namespace}/${name}`);
async function readBinding(namespace: string, name: string): Promise<StoredBinding> {
  const found = await bindings.read(namespace, name);
  if (found === null) throw new Error(`no ${name}`);
  return found;
}

describe('what is kept of the cluster', () => {
  it('is apart from what is kept of namespaces, and paged like it', async () => {
    await roles.create(role('', 'x'));
    await roles.create(role('shop', 'x'));
    await roles.create(role('shop', 'y'));
    expect(placesOf((await roles.list('', {})).items)).toEqual(['/admin', '/cluster-admin', '/edit', '/puller', '/view', '/x']);
    expect(placesOf((await roles.list(null, {})).items)).toEqual(['shop/x', 'shop/y']);
    const first = await roles.list('', { limit: 4 });
    const second = await roles.list('', { limit: 4, continue: first.continue ?? '' });
    expect(placesOf([...first.items, ...second.items])).toHaveLength(6);
    expect(second.continue).toBeUndefined();
    await roles.remove((await roles.read('', 'x')) as StoredRole);
    expect(await roles.read('', 'x')).toBeNull();
    expect(await roles.read('shop', 'x')).not.toBeNull();
  });

  it('is seen by watches of the cluster', async () => {
    const created = await bindings.create(binding('', 'mine'));
    const heads = async (scope: string | null, name?: string) => placesOf((await bindings.readHeads(scope, name)).heads).sort();
    expect(await heads('')).toEqual(['/cluster-admins', '/mine']);
    expect(await heads('', 'mine')).toEqual(['/mine']);
    expect(await heads(null)).toEqual(['default/pullers', 'shop/pullers']);
    await bindings.remove(created);
    expect((await bindings.readHeads('', 'mine')).heads).toMatchObject([{ name: 'mine', isDeleted: true }]);
    expect(await bindings.readDeleted('', 'mine')).toMatchObject({ name: 'mine' });
    expect(await bindings.readDeleted('', 'cluster-admins')).toBeNull();
  });
});

describe('what is there without being stored', () => {
  it.each(['', 'shop'])('is changed once by whoever is first, in %j', async (namespace) => {
    const name = namespace === '' ? 'cluster-admins' : 'pullers';
    const original = await readBinding(namespace, name);
    expect(original.uid).toBe((await readBinding(namespace, name)).uid);
    const changed = await bindings.update({ ...original, subjects: [] });
    expect(await readBinding(namespace, name)).toEqual(changed);
    await expect(bindings.update({ ...original, subjects: [user('eve')] })).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    await expect(bindings.create({ ...original })).rejects.toMatchObject({ code: 'ERR_STORE_EXISTS' });
  });

  it.each(['', 'shop'])('is back as it began when it is deleted, in %j', async (namespace) => {
    const name = namespace === '' ? 'cluster-admins' : 'pullers';
    const original = await readBinding(namespace, name);
    const changed = await bindings.update({ ...original, subjects: [user('eve')] });
    await bindings.remove(changed);
    const back = await readBinding(namespace, name);
    expect(back).toMatchObject({ subjects: original.subjects, roleRef: original.roleRef });
    expect(back.uid).not.toBe(changed.uid);
    expect(back.revision).toBeGreaterThan(changed.revision);
  });

  it('keeps none of the rules that an aggregated role gathers', async () => {
    const edit = (await roles.read('', 'edit')) as StoredRole;
    const labelled = await roles.update({ ...edit, labels: { team: 'a' }, rules: [rule('*', 'everything')] });
    expect(labelled.rules).toEqual([rule('get,list', 'secrets')]);
    const view = (await roles.read('', 'view')) as StoredRole;
    await roles.update({ ...view, rules: [rule('get', 'pods')] });
    expect((await roles.read('', 'edit'))?.rules).toEqual([rule('get', 'pods')]);
    expect((await roles.list('', {})).items.find(({ name }) => name === 'edit')?.rules).toEqual([rule('get', 'pods')]);
  });
});

describe('a namespace', () => {
  const first = { name: 'admin', roleRef: clusterRole('admin'), subjects: [user('ada')] };
  const wanted = { name: 'new', labels: {}, annotations: {} };

  async function sweep(name: string): Promise<void> {
    const found = await namespaces.readNamespace(name);
    if (found === null) throw new Error(`no ${name}`);
    const deletionTimestamp = new Date().toISOString();
    await namespaces.updateNamespace({ ...found, deletionTimestamp, deletedBy: 'ada' });
    const sweeper = createNamespaceSweeper({ client: database.client, table, secretsTable: await database.addTable(), budgetMs: 60_000 });
    await sweeper.sweepNamespace({ namespace: name, uid: found.uid, actor: 'ada', now: Date.now() });
  }

  it('begins with its bindings, or not at all', async () => {
    const { creationTimestamp } = await namespaces.createNamespace(wanted, Date.now(), [first]);
    expect(await readBinding('new', 'admin')).toMatchObject({ ...first, creationTimestamp, labels: {} });
    await expect(namespaces.createNamespace(wanted, Date.now(), [{ ...first, subjects: [user('eve')] }])).rejects.toMatchObject({
      code: 'ERR_STORE_EXISTS',
    });
    expect((await readBinding('new', 'admin')).subjects).toEqual([user('ada')]);
  });

  it('takes its roles and bindings with it, and leaves none to the next of its name', async () => {
    await namespaces.createNamespace(wanted, Date.now(), [first]);
    await roles.create(role('new', 'own'));
    await bindings.create(binding('new', 'viewers'));
    await bindings.update({ ...(await readBinding('new', 'pullers')), subjects: [user('eve')] });
    const before = await readBinding('new', 'admin');
    await sweep('new');
    expect(placesOf((await bindings.list('new', {})).items)).toEqual([]);
    expect((await bindings.readHeads('new')).heads.filter(({ isDeleted }) => !isDeleted)).toEqual([]);
    await namespaces.createNamespace(wanted, Date.now(), [{ ...first, subjects: [user('bob')] }]);
    expect((await bindings.list('new', {})).items).toMatchObject([
      { name: 'admin', subjects: [user('bob')] },
      { name: 'pullers', subjects: [{ name: 'system:serviceaccounts:new' }] },
    ]);
    expect((await roles.list('new', {})).items).toEqual([]);
    expect((await readBinding('new', 'admin')).revision).toBeGreaterThan(before.revision);
  });
});
