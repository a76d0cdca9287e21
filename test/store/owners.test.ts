/** Owners of fields in the store: with the tag they are about, the others apart. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StreamState } from '../../functions/image/stream-state.ts';
import type { ManagedFieldsEntry } from '../../functions/kubernetes/types.ts';
import type { StreamStore } from '../../functions/resources/ports.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { APPLIED, CONTEXT, moved, RETAGGED, specTag, stream, tag, withTags } from './streams.ts';

let table: TestTable;
let store: StreamStore;

beforeAll(async () => {
  table = await startTestTable();
  store = createStreamStore({ client: table.client, table: table.table, settings: { importInterval: '15m' } });
});
afterAll(() => table.stop());

const MANAGERS: readonly ManagedFieldsEntry[] = [
  {
    manager: 'flux',
    operation: 'Apply',
    apiVersion: 'image.openshift.io/v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': { 'f:labels': { 'f:b': {}, 'f:a': {} } } },
  },
];

async function create(name: string): Promise<StreamState> {
  const owned = { ...tag('v1', [1], specTag('v1')), owners: APPLIED };
  const after = stream([owned, tag('v2', [2], specTag('v2'))], { name, managers: MANAGERS });
  return store.commit({ ...CONTEXT, now: Date.now(), before: null, after });
}

const commit = (before: StreamState, after: StreamState) => store.commit({ ...CONTEXT, now: Date.now(), before, after });

it('come back as they went, in lists too', async () => {
  await create('kept');
  const read = await store.readStream('team', 'kept');
  expect(read?.managers).toEqual(MANAGERS);
  expect(JSON.stringify(read?.managers)).toBe(JSON.stringify(MANAGERS));
  expect(read?.tags.get('v1')?.owners).toEqual(APPLIED);
  expect(read?.tags.get('v2')).not.toHaveProperty('owners');
  const { items } = await store.listStreams('team', {});
  expect(items.find(({ name }) => name === 'kept')?.managers).toEqual(MANAGERS);
});

it('of a tag change with it alone; a read of tags knows no others, and a write leaves them', async () => {
  await create('retagged');
  const before = await store.readTags('team', 'retagged', ['v1']);
  if (before === null) throw new Error('stream is missing');
  expect(before).not.toHaveProperty('managers');
  await commit(before, withTags(before, { ...(before.tags.get('v1') ?? tag('v1', [])), owners: RETAGGED }));
  const after = await store.readStream('team', 'retagged');
  expect([after?.tags.get('v1')?.owners, after?.managers]).toEqual([RETAGGED, MANAGERS]);
});

it('stay when a tag moves by itself, and go when they are taken away', async () => {
  const created = await create('moved');
  const later = await commit(created, moved(created, 'v1', 3));
  expect(later.tags.get('v1')?.owners).toEqual(APPLIED);
  const { owners: _gone, ...bare } = later.tags.get('v1') ?? tag('v1', []);
  await commit(later, { ...withTags(later, bare), managers: [] });
  const read = await store.readStream('team', 'moved');
  expect([read?.managers, read?.tags.get('v1')]).toEqual([[], expect.not.objectContaining({ owners: expect.anything() as unknown })]);
});
