/** Whatever is written while an informer lists and watches: in the end its cache is what the server has. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredServiceAccount } from '../../../functions/access/ports.ts';
import { createServiceAccountStore } from '../../../functions/access/accounts/service-account-store.ts';
import { parseLabelSelector } from '../../../functions/kubernetes/label-selector.ts';
import { watchedImages } from '../../../functions/resources/images/watched-images.ts';
import { createImageHandlers } from '../../../functions/resources/images/handlers.ts';
import { createStreamHandlers } from '../../../functions/resources/imagestreams/handlers.ts';
import { watchedStreams } from '../../../functions/resources/imagestreams/watched-streams.ts';
import { watchedObjects } from '../../../functions/resources/plain-objects.ts';
import type { Clock } from '../../../functions/resources/ports.ts';
import { createServiceAccountHandlers, serviceAccountKind } from '../../../functions/resources/serviceaccounts/handlers.ts';
import { createWatch } from '../../../functions/resources/watching/watch-collection.ts';
import { createImageHeadReader } from '../../../functions/store/image-heads.ts';
import { createImageStore } from '../../../functions/store/image-store.ts';
import { createNamespaceStore } from '../../../functions/store/namespace-store.ts';
import { retryOnConflict } from '../../../functions/store/retry-on-conflict.ts';
import { createStreamHeadReader } from '../../../functions/store/stream-heads.ts';
import { createStreamStore } from '../../../functions/store/stream-store.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi, digest, request } from '../../support/image-api.ts';
import { CONTEXT, moved, stream, tag } from '../../store/streams.ts';
import { createInformer, keyOf, type Served } from './informer.ts';

const START = Date.parse('2026-11-21T10:00:00Z');
const NAMES = ['a', 'b', 'c', 'd'] as const;
const COLORS = ['blue', 'red'] as const;

/** Writes of one kind, at a time of the writer's own: its clock may be behind, as far as commits may be late. */
interface Writer {
  /** Creates the object, or changes it and its labels. */
  put(name: string, labels: Readonly<Record<string, string>>): Promise<unknown>;
  remove(name: string): Promise<unknown>;
}

interface World extends Served {
  writer(clock: Clock): Writer;
}

type MakeWorld = (table: string, clock: Clock, sleep: (ms: number) => Promise<void>) => World;

let dynamoDb: TestTable;

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());

function watchingWith(clock: Clock, sleep: (ms: number) => Promise<void>) {
  return { clock, sleep, limited: <T>(_identity: unknown, watch: () => Promise<T>) => watch() };
}

const streamWorld: MakeWorld = (table, clock, sleep) => {
  const { client } = dynamoDb;
  const open = (time: Clock) => createStreamStore({ client, table, clock: time, settings: { importInterval: '15m' } });
  const streams = open(clock);
  const api = createImageApi(dynamoDb, { streams });
  const watch = createWatch(
    watchedStreams({ heads: createStreamHeadReader({ client, table }), streams, hosts: {} }),
    watchingWith(clock, sleep),
  );
  return {
    list: async (options) => required(await createStreamHandlers(api).list?.(request({ namespace: 'team' }), options)),
    watch: (options) => watch(request({ namespace: 'team' }), options),
    writer(time) {
      const store = open(time);
      let images = 0;
      return {
        async put(name, labels) {
          const before = await store.readStream('team', name);
          const after = before === null ? stream([tag('latest', [1])], { namespace: 'team', name }) : moved(before, 'latest', ++images);
          await store.commit({ ...CONTEXT, now: time(), before, after: { ...after, labels } });
        },
        async remove(name) {
          const before = await store.readTags('team', name, []);
          if (before !== null) await store.deleteStream(before, { ...CONTEXT, now: time() });
        },
      };
    },
  };
};

const accountWorld: MakeWorld = (table, clock, sleep) => {
  const { client } = dynamoDb;
  const namespaces = createNamespaceStore({ client, table });
  const open = (time: Clock) => createServiceAccountStore({ client, table, clock: time, namespaces });
  const objects = open(clock);
  const handlers = createServiceAccountHandlers({ objects, namespaces, retry: retryOnConflict });
  const watch = createWatch(watchedObjects(serviceAccountKind, objects), watchingWith(clock, sleep));
  const context = request({ namespace: 'default' });
  return {
    list: async (options) => required(await handlers.list?.(context, options)),
    watch: (options) => watch(context, options),
    writer(time) {
      const store = open(time);
      return {
        async put(name, labels) {
          const before = await store.read('default', name);
          await (before === null ? store.create(account(name, labels, time())) : store.update({ ...before, labels }));
        },
        async remove(name) {
          const before = await store.read('default', name);
          if (before !== null) await store.remove(before);
        },
      };
    },
  };
};

const imageWorld: MakeWorld = (table, clock, sleep) => {
  const { client } = dynamoDb;
  const open = (time: Clock) => createImageStore({ client, table, clock: time });
  const images = open(clock);
  const handlers = createImageHandlers(createImageApi(dynamoDb, { images }));
  const watch = createWatch(watchedImages({ images, imageHeads: createImageHeadReader({ client, table }) }), watchingWith(clock, sleep));
  const context = request({ namespace: '' });
  return {
    list: async (options) => required(await handlers.list?.(context, options)),
    watch: (options) => watch(context, options),
    writer(time) {
      const store = open(time);
      return {
        async put(name, labels) {
          const wanted = { metadata: { name: digest(name), labels } };
          const { image, created } = await store.createImage(wanted, time());
          const { metadata } = image;
          if (!created) await store.updateImage({ ...image, metadata: { ...metadata, labels } }, Number(metadata.resourceVersion));
        },
        async remove(name) {
          const image = await store.readImage(digest(name));
          if (image !== null) await store.deleteImage(digest(name), Number(image.metadata.resourceVersion));
        },
      };
    },
  };
};

function account(name: string, labels: Readonly<Record<string, string>>, now: number): StoredServiceAccount {
  const creationTimestamp = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const empty = { annotations: {}, secrets: [], imagePullSecrets: [] };
  return { namespace: 'default', name, uid: randomUUID(), revision: 0, creationTimestamp, labels, ...empty };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not served');
  return value;
}

interface Step {
  /** Index of the pause in which it happens: several may share one. */
  readonly pause: number;
  /** It waits for the end of the request, and happens before the next. */
  readonly isBetween: boolean;
  readonly name: (typeof NAMES)[number];
  readonly color: (typeof COLORS)[number] | null;
  /** How far the writer's clock is behind, ms. */
  readonly late: number;
}

const steps = fc.array(
  fc.record<Step>({
    pause: fc.nat({ max: 30 }),
    isBetween: fc.boolean(),
    name: fc.constantFrom(...NAMES),
    color: fc.constantFrom(...COLORS, null),
    late: fc.constantFrom(0, 0, 0, 2_000, 4_900),
  }),
  { maxLength: 25 },
);

describe.each([
  ['image streams', streamWorld, 12],
  ['service accounts', accountWorld, 12],
  // A list of images asks 256 partitions.
  ['images', imageWorld, 5],
] as const)('an informer of %s', (_, makeWorld, runs) => {
  it.each([
    [true, ''],
    [false, ''],
    [true, 'color=blue'],
    [false, 'color!=blue'],
  ])('with bookmarks %s and selector %j ends with what the server has', async (bookmarks, selector) => {
    await fc.assert(
      fc.asyncProperty(steps, async (planned) => {
        let now = START;
        let pauses = 0;
        const left = new Set(planned);
        const happen = async (isBetween: boolean) => {
          for (const step of left) {
            if (step.pause > pauses || (step.isBetween && !isBetween)) continue;
            left.delete(step);
            now += 1;
            const writer = world.writer(() => now - step.late);
            await (step.color === null ? writer.remove(step.name) : writer.put(step.name, { color: step.color }));
          }
        };
        const world = makeWorld(
          await dynamoDb.addTable(),
          () => now,
          async (ms) => {
            now += ms;
            pauses += 1;
            await happen(false);
          },
        );
        const parsed = parseLabelSelector(selector);
        if (!parsed.ok) throw new Error(parsed.message);
        const options = { matchesLabels: parsed.matches, fieldRequirements: [] };
        const informer = createInformer(world, { ...options, bookmarks });
        // Until everything has happened, and then as long as a commit may be late.
        while (left.size > 0) {
          await informer.step();
          await happen(true);
        }
        for (const end = now + 12_000; now < end;) await informer.step();
        const { items } = await world.list(options);
        expect(Object.fromEntries(informer.cache)).toEqual(
          Object.fromEntries(items.map((item) => [keyOf(item), item.metadata?.resourceVersion])),
        );
        expect(informer.lists).toBe(1);
      }),
      { numRuns: runs, seed: 7 },
    );
  });

  it('that slept for a day lists again', async () => {
    let now = START;
    const world = makeWorld(
      await dynamoDb.addTable(),
      () => now,
      async (ms) => {
        now += ms;
      },
    );
    const informer = createInformer(world, { bookmarks: true, matchesLabels: () => true, fieldRequirements: [] });
    await world.writer(() => now).put('a', {});
    await informer.step();
    now += 24 * 60 * 60 * 1000;
    await world.writer(() => now).remove('a');
    await informer.step();
    await informer.step();
    expect(informer.lists).toBe(2);
    expect([...informer.cache.keys()].filter((key) => key.endsWith('/a'))).toEqual([]);
  });
});
