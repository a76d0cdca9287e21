import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIamMappingStore } from '../../../functions/access/logins/iam-mapping-store.ts';
import type { StoredIamMapping } from '../../../functions/access/ports.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';

let database: TestTable;
let store: ReturnType<typeof createIamMappingStore>;

beforeAll(async () => {
  database = await startTestTable();
  store = createIamMappingStore({ client: database.client, table: database.table });
});
afterAll(() => database.stop());

const arn = (role: string) => `arn:aws:iam::111122223333:role/${role}`;
const mapping = (name: string, more: Partial<StoredIamMapping> = {}): StoredIamMapping => ({
  namespace: '',
  name,
  uid: `uid-${name}`,
  revision: 0,
  creationTimestamp: '2026-01-02T00:00:00Z',
  labels: {},
  annotations: {},
  arn: arn(name),
  groups: ['dev'],
  ...more,
});

describe('mappings', () => {
  it('are found by the ARN of their principal, in one read', async () => {
    const stored = await store.create(mapping('found', { arn: arn('team/found'), username: 'x:{{SessionName}}' }));
    expect(stored.revision).toBeGreaterThan(0);
    expect(await store.findMapping(arn('found'))).toEqual({ mapping: 'found', username: 'x:{{SessionName}}', groups: ['dev'] });
    expect(await store.findMapping(arn('team/found'))).toBeNull();
    expect(await store.findMapping('x'.repeat(2_000))).toBeNull();
  });

  it('change with the object', async () => {
    const stored = await store.create(mapping('changed'));
    const updated = await store.update({ ...stored, groups: ['ops'] });
    expect(await store.findMapping(arn('changed'))).toEqual({ mapping: 'changed', groups: ['ops'] });
    await store.remove(updated);
    expect([await store.findMapping(arn('changed')), await store.read('', 'changed')]).toEqual([null, null]);
  });

  it('are made anew after they were deleted, under another name, too', async () => {
    await store.remove(await store.create(mapping('gone')));
    await store.create(mapping('back', { arn: arn('gone') }));
    expect(await store.findMapping(arn('gone'))).toMatchObject({ mapping: 'back' });
    await store.create(mapping('gone', { arn: arn('other') }));
  });

  it('of one principal are one', async () => {
    await store.create(mapping('first', { arn: arn('both') }));
    await expect(store.create(mapping('second', { arn: arn('path/both') }))).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    expect(await store.read('', 'second')).toBeNull();
    await expect(store.create(mapping('first', { arn: arn('x') }))).rejects.toMatchObject({ code: 'ERR_STORE_EXISTS' });
    expect(await store.findMapping(arn('x'))).toBeNull();
  });

  it('keep what others wrote since', async () => {
    const stored = await store.create(mapping('raced'));
    await store.update({ ...stored, groups: ['ops'] });
    await expect(store.update({ ...stored, groups: ['evil'] })).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    await expect(store.remove(stored)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    expect(await store.findMapping(arn('raced'))).toMatchObject({ groups: ['ops'] });
  });

  it('are listed and watched as objects of the cluster', async () => {
    const { items } = await store.list(null, {});
    const names = items.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(names).toContain('found');
    const first = await store.list(null, { limit: 1 });
    const second = await store.list(null, { limit: 1, continue: first.continue });
    expect([first.items[0]?.name, second.items[0]?.name]).toEqual(names.slice(0, 2));
    const { heads } = await store.readHeads(null);
    expect(heads.find(({ name }) => name === 'changed')).toMatchObject({ isDeleted: true, namespace: '' });
  });
});
