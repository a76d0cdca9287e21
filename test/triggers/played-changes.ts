/**
 * Tags that move and triggers that follow them, over the real stores and the table's real stream. Queue and bus are played: events come twice, in
 * any order or never, and the function that fires is killed twice at any point.
 */
import { expect } from 'vitest';
import type { BusEvent } from '../../functions/changes/ports.ts';
import { createPublishRecords } from '../../functions/changes/publish-records.ts';
import type { StreamState } from '../../functions/image/stream-state.ts';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { createTriggerStore } from '../../functions/store/trigger-store.ts';
import { createSweepProgressStore } from '../../functions/store/trigger-sweep-store.ts';
import { createFireBatch } from '../../functions/triggers/fire-batch.ts';
import { createFireTrigger } from '../../functions/triggers/fire-trigger.ts';
import { createMatchChange } from '../../functions/triggers/match-change.ts';
import type { StoredTrigger } from '../../functions/triggers/stored-trigger.ts';
import type { TriggerStore } from '../../functions/triggers/ports.ts';
import { sweepTriggers } from '../../functions/triggers/sweep-triggers.ts';
import type { Deliver } from '../../functions/triggers/targets/registry.ts';
import type { ImageTriggerSpec } from '../../functions/triggers/types.ts';
import type { TestTable } from '../support/dynamodb.ts';
import { streamOf, storedTrigger } from './fixtures.ts';
import { createGroupedQueue, createKiller, randomOf } from './played-queue.ts';
import { openStream } from './stream-records.ts';

const STREAMS = 10;
const TAGS = ['a', 'b', 'c'];

/** Images are counted up: an older one is a smaller one. */
export const digestOf = (number: number): string => `sha256:${String(number).padStart(64, '0')}`;
/** Of a digest or a pull spec by digest. */
export const numberOf = (image: string): number => Number(image.slice(image.lastIndexOf('sha256:') + 'sha256:'.length));

export interface Chance {
  /** In [0, 1); deterministic by the seed. */
  readonly random: () => number;
  readonly killer: ReturnType<typeof createKiller>;
}

export interface Play {
  readonly seed: number;
  readonly changes: number;
  readonly triggers: number;
  /** Of trigger `index`, whose images may be one to three. */
  readonly specOf: (index: number, images: ImageTriggerSpec['images']) => ImageTriggerSpec;
  readonly targetKeyOf: (trigger: StoredTrigger, index: number) => string;
  readonly createDeliver: (chance: Chance) => Deliver;
  /** Where the images of all streams are. */
  readonly repository?: string;
  /** Resolves when what a killed function had begun is over: its messages come again no earlier. */
  readonly settled?: () => Promise<void>;
  /** How often a message may fail until it is given up on. */
  readonly maxReceives?: number;
}

export interface Played {
  readonly triggers: readonly StoredTrigger[];
  /** By `stream:tag`. */
  readonly newest: ReadonlyMap<string, number>;
  readonly kills: number;
  readonly parked: readonly string[];
}

export async function playChanges(database: TestTable, play: Play): Promise<Played> {
  const random = randomOf(play.seed);
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
  const queue = createGroupedQueue({ random, maxReceives: play.maxReceives ?? 40 });
  const log = { info: () => undefined, warn: () => undefined };
  const fire = createFireBatch({
    fireTrigger: createFireTrigger({ triggers, streams, deliver: play.createDeliver({ random, killer }), hosts: {}, clock: Date.now }),
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
    const answer = await killer.run(() => fire({ Records: batch }, { getRemainingTimeInMillis: () => 120_000 }));
    if (answer === 'killed') await play.settled?.();
    queue.settle(
      batch,
      answer === 'killed' ? batch.map(({ messageId }) => messageId) : answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
    );
    return true;
  }

  for (let index = 0; index < play.triggers; index++) {
    const places = new Set(Array.from({ length: 1 + below(3) }, () => `s${below(STREAMS)}:${TAGS[below(TAGS.length)] ?? ''}`));
    const images = [...places].map((name) => ({ from: { kind: 'ImageStreamTag' as const, name } }));
    const spec = play.specOf(index, images);
    const follows = spec.images.map(({ from: { name } }) => ({
      namespace: 'shop',
      stream: name.split(':')[0] ?? '',
      tag: name.split(':')[1] ?? '',
    }));
    const trigger = { ...storedTrigger({ name: `t${index}`, uid: `uid-${index}`, spec, follows }), revision: 0 };
    await stored.createTrigger({ ...trigger, targetKey: play.targetKeyOf(trigger, index) });
  }

  const newest = new Map<string, number>();
  let counter = 0;
  async function move(stream: string, tag: string): Promise<void> {
    counter += 1;
    newest.set(`${stream}:${tag}`, counter);
    const before = await streams.readStream('shop', stream);
    const tags = Object.fromEntries(
      [...newest]
        .filter(([place]) => place.startsWith(`${stream}:`))
        .map(([place, number]) => [place.split(':')[1] ?? '', digestOf(number)]),
    );
    const wanted = inRepository(streamOf(stream, tags), play.repository);
    await streams.commit({ before, after: { ...(before ?? wanted), tags: wanted.tags }, actor: 'alice', cause: 'tag', now: Date.now() });
  }
  for (let index = 0; index < STREAMS; index++) for (const tag of TAGS) await move(`s${index}`, tag);

  killer.arm(2, play.changes * 2);
  for (let change = 0; change < play.changes; change++) {
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
  return { triggers: (await stored.listTriggers('shop', {})).items, newest, kills: killer.kills(), parked: queue.parked() };
}

function inRepository(state: StreamState, repository: string | undefined): StreamState {
  if (repository === undefined) return state;
  const tags = [...state.tags].map(([tag, each]) => {
    const items = each.items.map((item) => ({ ...item, dockerImageReference: `${repository}@${item.image}` }));
    return [tag, { ...each, items }] as const;
  });
  return { ...state, tags: new Map(tags) };
}
