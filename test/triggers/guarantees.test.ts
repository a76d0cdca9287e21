/**
 * What a trigger promises whatever goes wrong: it ends at its tags' newest images, no target is called with an older image than one it got, and the
 * same delivery has the same id. Over the real stores and the table's real stream; queue, bus and targets are played here, with targets that fail,
 * events that come twice, in any order or never, and a function that is killed at any point. `TRIGGER_CHANGES=1000 TRIGGER_COUNT=200` plays it in full.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPublishRecords } from '../../functions/changes/publish-records.ts';
import type { BusEvent } from '../../functions/changes/ports.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { createTriggerStore } from '../../functions/store/trigger-store.ts';
import { createSweepProgressStore } from '../../functions/store/trigger-sweep-store.ts';
import { createFireBatch } from '../../functions/triggers/fire-batch.ts';
import { createFireTrigger } from '../../functions/triggers/fire-trigger.ts';
import { createMatchChange } from '../../functions/triggers/match-change.ts';
import type { TriggerStore } from '../../functions/triggers/ports.ts';
import { sweepTriggers } from '../../functions/triggers/sweep-triggers.ts';
import type { Deliver } from '../../functions/triggers/targets/registry.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { streamOf, storedTrigger } from './fixtures.ts';
import { createGroupedQueue, createKiller, randomOf } from './played-queue.ts';
import { openStream } from './stream-records.ts';

const CHANGES = Number(process.env['TRIGGER_CHANGES'] ?? 80);
const TRIGGERS = Number(process.env['TRIGGER_COUNT'] ?? 30);
const STREAMS = 10;
const TAGS = ['a', 'b', 'c'];

let database: TestTable;

beforeAll(async () => {
  database = await startTestTable({ stream: true });
});
afterAll(() => database.stop());

const digest = (number: number) => `sha256:${String(number).padStart(64, '0')}`;
const numberOf = (image: string) => Number(image.slice('sha256:'.length));

async function play(seed: number) {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const table = await database.addTable();
  const options = { client: database.client, table };
  const streams = createStreamStore({ ...options, settings: { importInterval: '15m' } });
  const stored = createTriggerStore(options);
  await createNamespaceStore(options).createNamespace({ name: 'shop', labels: {}, annotations: {} }, Date.now());

  // A kill loses what the function was about to write, or the answer of what it wrote; never what was written.
  const killer = createKiller(random);
  const triggers: TriggerStore = {
    ...stored,
    readTrigger: (...asking) => killer.around(() => stored.readTrigger(...asking)),
    updateTrigger: (...writing) => killer.around(() => stored.updateTrigger(...writing)),
  };

  /** What each trigger's target got: digests by place, ids, and what went with them. */
  const got = new Map<string, Map<string, number>>();
  const contents = new Map<string, string>();
  const errors: string[] = [];
  let calls = 0;
  const deliver: Deliver = (_, { trigger, id, images }) =>
    killer.around(async () => {
      calls += 1;
      const failing = random();
      if (failing < 0.15) return { kind: 'retry', reason: 'Unreachable', message: 'no answer' };
      const before = got.get(trigger.name) ?? new Map<string, number>();
      for (const { stream, tag, image } of images) {
        const place = `${stream}:${tag}`;
        if (numberOf(image) < (before.get(place) ?? 0)) errors.push(`${trigger.name} got ${place} back at ${numberOf(image)}`);
        before.set(place, numberOf(image));
      }
      got.set(trigger.name, before);
      const content = JSON.stringify(images.map(({ stream, tag, image }) => [stream, tag, image]));
      if ((contents.get(id) ?? content) !== content) errors.push(`${id} names two deliveries`);
      contents.set(id, content);
      // It took it, but its answer was lost.
      return failing < 0.3 ? { kind: 'retry', reason: 'Timeout', message: 'no answer in time' } : { kind: 'delivered' };
    });

  const queue = createGroupedQueue({ random, maxReceives: 40 });
  const log = { info: () => undefined, warn: () => undefined };
  const fire = createFireBatch({
    fireTrigger: createFireTrigger({ triggers, streams, deliver, hosts: {}, clock: Date.now }),
    delay: async () => undefined,
    log,
    onFailure: () => undefined,
    clock: Date.now,
    random,
  });
  const bus: BusEvent[] = [];
  const publish = createPublishRecords({
    publisher: {
      async publish(events) {
        bus.push(...events);
        return [];
      },
    },
    parking: { park: (message) => Promise.reject(new Error(JSON.stringify(message))) },
    hosts: {},
    readRepository: async () => '',
    log,
    onPublished: () => undefined,
  });
  const match = createMatchChange({ triggers: stored, queue });
  const records = await openStream(database.endpoint, table);

  /** Events come in any order, some twice, some never. */
  async function deliverEvents(): Promise<void> {
    for (let found = await records.next(); found.length > 0; found = await records.next()) await publish({ Records: found });
    const events = bus.splice(0).filter(() => random() > 0.05);
    const twice = events.filter(() => random() < 0.1);
    const shuffled = [...events, ...twice].map((event) => [random(), event] as const).toSorted(([one], [other]) => one - other);
    await Promise.all(shuffled.map(([, event]) => match({ 'detail-type': event.detailType, detail: event.detail })));
  }

  /** One invocation: a killed one reports nothing, and its messages come again. */
  async function invoke(): Promise<boolean> {
    const batch = queue.receive(10);
    if (batch.length === 0) return false;
    const invocation = killer.run(() => fire({ Records: batch }, { getRemainingTimeInMillis: () => 120_000 }));
    const answer = await invocation;
    queue.settle(
      batch,
      answer === 'killed' ? batch.map(({ messageId }) => messageId) : answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
    );
    return true;
  }

  for (let index = 0; index < TRIGGERS; index++) {
    const places = new Set(Array.from({ length: 1 + below(3) }, () => `s${below(STREAMS)}:${TAGS[below(TAGS.length)] ?? ''}`));
    const images = [...places].map((name) => ({ from: { kind: 'ImageStreamTag' as const, name } }));
    const follows = images.map(({ from: { name } }) => ({
      namespace: 'shop',
      stream: name.split(':')[0] ?? '',
      tag: name.split(':')[1] ?? '',
    }));
    const spec = { ...storedTrigger().spec, images };
    // Every tenth acts on the same thing as the one before it.
    const targetKey = `target-${index % 10 === 9 ? index - 1 : index}`;
    await stored.createTrigger({ ...storedTrigger({ name: `t${index}`, uid: `uid-${index}`, spec, follows, targetKey }), revision: 0 });
  }

  // Every stream counts its images up: an older one is a smaller one.
  const newest = new Map<string, number>();
  let counter = 0;
  async function move(stream: string, tag: string): Promise<void> {
    counter += 1;
    newest.set(`${stream}:${tag}`, counter);
    const before = await streams.readStream('shop', stream);
    const tags = Object.fromEntries(
      [...newest].filter(([place]) => place.startsWith(`${stream}:`)).map(([place, number]) => [place.split(':')[1] ?? '', digest(number)]),
    );
    const wanted = streamOf(stream, tags);
    await streams.commit({ before, after: { ...(before ?? wanted), tags: wanted.tags }, actor: 'alice', cause: 'tag', now: Date.now() });
  }
  for (let index = 0; index < STREAMS; index++) for (const tag of TAGS) await move(`s${index}`, tag);

  killer.arm(2, CHANGES * 2);
  for (let change = 0; change < CHANGES; change++) {
    await move(`s${below(STREAMS)}`, TAGS[below(TAGS.length)] ?? '');
    if (random() < 0.3) await deliverEvents();
    if (random() < 0.5) await Promise.all(Array.from({ length: 1 + below(3) }, invoke));
  }
  // Twice: a round of the sweep repairs what was lost, and what it wakes may fail a while.
  for (let round = 0; round < 2; round++) {
    await deliverEvents();
    await sweepTriggers({
      triggers: stored,
      progress: createSweepProgressStore(options),
      streams,
      queue,
      settle: async () => expect.unreachable('nothing is pending'),
      hosts: {},
      clock: () => Date.now() + round * 15 * 60_000,
    });
    while (await invoke());
  }
  records.close();

  const behind: string[] = [];
  for (const trigger of (await stored.listTriggers('shop', {})).items) {
    for (const { stream, tag } of trigger.follows) {
      const place = `${stream}:${tag}`;
      const has = got.get(trigger.name)?.get(place);
      if (has !== newest.get(place)) behind.push(`${trigger.name} has ${place} at ${has}, not ${newest.get(place)}`);
    }
  }
  return { errors, behind, calls, kills: killer.kills(), parked: queue.parked() };
}

describe('many triggers, failing targets, a function that is killed', () => {
  it.each([1, 2])(
    'ends at the newest images without ever going back (seed %i)',
    async (seed) => {
      const { errors, behind, calls, kills, parked } = await play(seed);
      expect(errors).toEqual([]);
      expect(behind).toEqual([]);
      expect(parked).toEqual([]);
      expect(kills).toBe(2);
      expect(calls).toBeGreaterThan(TRIGGERS);
    },
    1_200_000,
  );
});
