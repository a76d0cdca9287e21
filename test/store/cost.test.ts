/** What a change costs, as DynamoDB counts it (performance.md §6 row 5): flat in tags, history and the size of the annotations. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PendingImage, StreamState } from '../../functions/image/stream-state.ts';
import type { StreamStore } from '../../functions/resources/ports.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { meterCapacity } from '../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { APPLIED, CONTEXT, digestOf, moved, RETAGGED, specTag, stream, tag, withTags } from './streams.ts';

let dynamoDb: TestTable;

beforeAll(async () => {
  dynamoDb = await startTestTable({ stream: true });
});
afterAll(() => dynamoDb.stop());

/** `kubectl apply` keeps the whole object in an annotation. */
const LAST_APPLIED = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ text: 'x'.repeat(100_000) }) };

/** Entries of `managedFields` that are not about tags. */
const MANAGERS = [
  {
    manager: 'kubectl',
    operation: 'Apply',
    apiVersion: 'image.openshift.io/v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': { 'f:labels': { 'f:app': {} } } },
  },
] as const;

async function streamOf(count: number): Promise<{ readonly table: string; readonly state: StreamState }> {
  const table = await dynamoDb.addTable();
  const store = createStreamStore({ client: dynamoDb.client, table, settings: { importInterval: '15m' } });
  const tags = Array.from({ length: count }, (_, index) => ({
    ...tag(`v${index}`, [index + 3, index + 2, index + 1], specTag(`v${index}`)),
    owners: APPLIED,
  }));
  const after = stream(tags, { annotations: LAST_APPLIED, managers: MANAGERS });
  const state = await store.commit({ ...CONTEXT, now: Date.now(), before: null, after });
  return { table, state };
}

async function load(store: StreamStore, name: string): Promise<StreamState> {
  const state = await store.readTags('team', 'app', [name]);
  if (state === null) throw new Error('stream is missing');
  return state;
}

describe.each([10, 1_000])('a stream of %i tags', (count) => {
  let table: string;

  beforeAll(async () => {
    ({ table } = await streamOf(count));
  });

  function open() {
    const client = dynamoDb.connect();
    return { meters: meterCapacity(client), store: createStreamStore({ client, table, settings: { importInterval: '15m' } }) };
  }

  it('is retagged to an image it holds for 6 write units', async () => {
    const { meters, store } = open();
    const before = await load(store, 'v1');
    const after = { ...moved(before, 'v1', 7), generation: before.generation + 1 };
    await store.commit({ ...CONTEXT, now: Date.now(), before, after });
    expect(meters.writes).toEqual({ units: 6, calls: ['TransactWriteItemsCommand'] });
    // head, tag and the (empty) list of its followers, then the member
    expect(meters.reads.calls).toHaveLength(4);
    expect(meters.reads.units).toBeLessThanOrEqual(4);
  });

  it('is retagged by somebody else than applied it for the same', async () => {
    const { meters, store } = open();
    const before = await load(store, 'v5');
    const after = moved(before, 'v5', 8);
    const retagged = withTags(after, { ...(after.tags.get('v5') ?? tag('v5', [])), owners: RETAGGED });
    await store.commit({ ...CONTEXT, now: Date.now(), before, after: { ...retagged, generation: before.generation + 1 } });
    expect(meters.writes).toEqual({ units: 6, calls: ['TransactWriteItemsCommand'] });
    expect((await load(store, 'v5')).tags.get('v5')?.owners).toEqual(RETAGGED);
  });

  it('is labelled for 4, whatever its annotations weigh', async () => {
    const { meters, store } = open();
    const before = await store.readStream('team', 'app');
    if (before === null) throw new Error('stream is missing');
    const managers = [...MANAGERS, { ...MANAGERS[0], manager: 'kubectl-label', operation: 'Update' as const }];
    await store.commit({ ...CONTEXT, now: Date.now(), before, after: { ...before, labels: { app: '2' }, managers } });
    expect(meters.writes.units).toBe(4);
  });

  it('is retagged after a long history for the same', async () => {
    const { meters, store } = open();
    let state = await load(store, 'v2');
    for (let number = 1; number <= 30; number++) {
      state = await store.commit({ ...CONTEXT, now: Date.now(), before: state, after: moved(state, 'v2', (number % 8) + 1) });
    }
    expect(meters.writes.units).toBe(6 * 30);
  });

  it('takes a correction of the newest event for 4', async () => {
    const { meters, store } = open();
    const before = await load(store, 'v3');
    const old = before.tags.get('v3');
    if (old === undefined) throw new Error('tag is missing');
    const items = old.items.map((each) => ({ ...each, generation: 9 }));
    await store.commit({ ...CONTEXT, now: Date.now(), before, after: withTags(before, { ...old, items }) });
    expect(meters.writes.units).toBe(4);
  });

  it('notes an image that waits for 4, once, and keeps a list of denied images beside the annotations', async () => {
    const { meters, store } = open();
    const before = await load(store, 'v6');
    const held = before.tags.get('v6') ?? tag('v6', []);
    const waits = {
      image: digestOf(99),
      dockerImageReference: 'x',
      firstSeen: '2026-01-01T00:00:00Z',
      reason: 'Held',
      generation: 1,
    } as const;
    const pending: PendingImage = waits;
    const after = { ...withTags(before, { ...held, pending }), deniedImages: [digestOf(97)] };
    await store.commit({ ...CONTEXT, now: Date.now(), before, after });
    expect(meters.writes).toEqual({ units: 4, calls: ['TransactWriteItemsCommand'] });
    const read = await load(store, 'v6');
    expect(read).toMatchObject({ annotations: null, deniedImages: [digestOf(97)] });
    expect(read.tags.get('v6')).toEqual({ ...held, pending });
    await store.commit({ ...CONTEXT, now: Date.now(), before: read, after: withTags(read, { ...held, pending: { ...pending } }) });
    expect(meters.writes.units).toBe(4);
  });

  it('tells a rollback from a retag by the history of that tag alone', async () => {
    const { meters, store } = open();
    const before = await load(store, 'v4');
    const spent = meters.reads.units;
    expect(await store.hasPointedTo(before, 'v4', digestOf(5))).toBe(true);
    expect(meters.reads.units - spent).toBeLessThanOrEqual(1);
  });

  it('is deleted for one item', async () => {
    const { meters, store } = open();
    const before = await load(store, 'v1');
    await store.deleteStream(before, { ...CONTEXT, now: Date.now() });
    expect(meters.writes.units).toBe(2);
  });
});
