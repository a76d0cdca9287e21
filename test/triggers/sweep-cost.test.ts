/** What docs/decisions/0071-triggers-are-swept.md says the sweep costs. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { createTriggerStore } from '../../functions/store/trigger-store.ts';
import { createSweepProgressStore } from '../../functions/store/trigger-sweep-store.ts';
import { sweepTriggers } from '../../functions/triggers/sweep-triggers.ts';
import { meterCapacity } from '../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { DIGEST_A, storedTrigger, streamOf } from './fixtures.ts';

const COUNT = 100;

let database: TestTable;

beforeAll(async () => {
  database = await startTestTable();
});
afterAll(() => database.stop());

it('reads four units per trigger and round, writes one per page, and almost nothing between rounds', async () => {
  const options = { client: database.client, table: await database.addTable() };
  const triggers = createTriggerStore(options);
  const streams = createStreamStore({ ...options, settings: { importInterval: '15m' } });
  await createNamespaceStore(options).createNamespace({ name: 'shop', labels: {}, annotations: {} }, 0);
  await streams.commit({ before: null, after: streamOf('web', { latest: DIGEST_A }), actor: 'a', cause: 'tag', now: Date.now() });
  const from = { kind: 'ImageStreamTag', name: 'web:latest' } as const;
  const lastTriggeredImage = `quay.io/shop/web@${DIGEST_A}`;
  const image = { from, lastTriggeredImage, lastImage: DIGEST_A, lastRevision: '1', lastTriggerTime: '2026-08-01T09:00:00Z' };
  const delivery = { time: '2026-08-01T09:00:00Z', images: [lastTriggeredImage], outcome: 'Delivered' as const, attempts: 1 };
  const deliveries = Array.from({ length: 10 }, (_, index) => ({ ...delivery, id: `msg_268328f1-3911-88a1-ac76-92eadd12c5f${index}` }));
  const status = { observedGeneration: 1, images: [image], conditions: [], deliveries };
  for (let index = 0; index < COUNT; index++) await triggers.createTrigger(storedTrigger({ name: `t${index}`, uid: `u${index}`, status }));

  const { reads, writes } = meterCapacity(database.client);
  let now = Date.now();
  const progress = createSweepProgressStore(options);
  const queue = { send: async () => undefined };
  const settle = async () => expect.unreachable('nothing is pending');
  const sweep = () => sweepTriggers({ triggers, progress, streams, queue, settle, hosts: {}, clock: () => now });
  expect(await sweep()).toEqual({ due: 0, compared: COUNT, behind: 0, unknown: 0 });
  expect(reads.units / COUNT).toBeLessThanOrEqual(4);
  expect(writes.units).toBeLessThanOrEqual(4);
  reads.units = 0;
  writes.units = 0;
  now += 60_000;
  await sweep();
  expect([reads.units, writes.units]).toEqual([1.5, 0]);
});
