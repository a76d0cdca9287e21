import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BindingStore, createBindingStore } from '../../../functions/access/policy/binding-store.ts';
import { createPolicyReader } from '../../../functions/access/policy/policy-reader.ts';
import type { PolicyReader } from '../../../functions/access/ports.ts';
import { createRoleStore, type RoleStore } from '../../../functions/access/policy/role-store.ts';
import { createNamespaceStore } from '../../../functions/store/namespace-store.ts';
import { type CapacityMeters, meterCapacity } from '../../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { binding, role, rule, TINY_POLICY } from '../default-policy.ts';

let database: TestTable;
let roles: RoleStore;
let bindings: BindingStore;
let reader: PolicyReader;
let meters: CapacityMeters;

beforeAll(async () => {
  database = await startTestTable();
});
afterAll(() => database.stop());
beforeEach(async () => {
  const table = await database.addTable();
  const options = { client: database.client, table, namespaces: createNamespaceStore({ client: database.client, table }) };
  await options.namespaces.createNamespace({ name: 'shop', labels: {}, annotations: {} }, Date.now());
  roles = createRoleStore(options, TINY_POLICY.roles);
  bindings = createBindingStore(options, TINY_POLICY.bindings);
  const client = database.connect();
  meters = meterCapacity(client);
  reader = createPolicyReader({ client, table, defaults: TINY_POLICY });
});

const namesOf = (objects: readonly { readonly name: string }[]) => objects.map(({ name }) => name).sort();

describe('policy reader', () => {
  it('answers what is there without being stored', async () => {
    expect(await reader.readRole('', 'puller')).toMatchObject({ namespace: '', rules: [rule('get', 'imagestreams/layers')] });
    expect(await reader.readRole('shop', 'puller')).toBeNull();
    expect(namesOf(await reader.listBindings(''))).toEqual(['cluster-admins']);
    expect(await reader.listBindings('shop')).toMatchObject([{ name: 'pullers', subjects: [{ name: 'system:serviceaccounts:shop' }] }]);
  });

  it('answers what is stored, and nothing of other namespaces or of what was deleted', async () => {
    await roles.create(role('shop', 'own'));
    await roles.create(role('', 'own', { rules: [] }));
    await bindings.create(binding('shop', 'one'));
    await bindings.remove(await bindings.create(binding('shop', 'two')));
    await bindings.create(binding('', 'three'));
    expect(await reader.readRole('shop', 'own')).toMatchObject({ rules: [rule('get', 'own')] });
    expect(await reader.readRole('', 'own')).toMatchObject({ rules: [] });
    expect(namesOf(await reader.listBindings('shop'))).toEqual(['one', 'pullers']);
    expect(namesOf(await reader.listBindings(''))).toEqual(['cluster-admins', 'three']);
    expect(namesOf(await reader.listBindings('default'))).toEqual(['pullers']);
  });

  it('prefers what somebody made of what was there', async () => {
    const original = await bindings.read('shop', 'pullers');
    if (original === null) throw new Error('no original');
    await bindings.update({ ...original, subjects: [] });
    expect(await reader.listBindings('shop')).toMatchObject([{ name: 'pullers', subjects: [] }]);
  });

  it('gathers the rules of aggregated roles through one another, stored or not', async () => {
    await roles.create(role('', 'triggers', { labels: { 'to-edit': 'true' } }));
    expect((await reader.readRole('', 'admin'))?.rules).toEqual([rule('get', 'triggers'), rule('get,list', 'secrets')]);
    expect((await roles.read('', 'admin'))?.rules).toEqual([rule('get', 'triggers'), rule('get,list', 'secrets')]);
  });

  it('costs one query for bindings, one read for a role, and one query more for an aggregated one', async () => {
    await reader.listBindings('shop');
    await reader.readRole('', 'view');
    expect(meters.reads).toEqual({ units: 2, calls: ['QueryCommand', 'GetItemCommand'] });
    await reader.readRole('', 'admin');
    expect(meters.reads.calls.slice(2)).toEqual(['GetItemCommand', 'QueryCommand']);
  });

  it('finds nothing under names that no key can hold', async () => {
    const long = 'x'.repeat(2_000);
    expect(await reader.listBindings(long)).toEqual([]);
    expect(await reader.readRole(long, long)).toBeNull();
  });
});
