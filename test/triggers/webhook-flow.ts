/** The functions from a write of the table to a webhook, wired as the entry files wire them, but for bus and queue; and a receiver of webhooks. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { createSigningKeyStore } from '../../functions/access/secrets/signing-key-store.ts';
import type { BusEvent } from '../../functions/changes/ports.ts';
import { createPublishRecords } from '../../functions/changes/publish-records.ts';
import type { ImageTrigger } from '../../functions/triggers/types.ts';
import { createDeliveriesHandlers } from '../../functions/resources/imagetriggers/deliveries.ts';
import { createTriggerHandlers } from '../../functions/resources/imagetriggers/handlers.ts';
import { createRedeliverHandlers, type ImageTriggerRedelivery } from '../../functions/resources/imagetriggers/redeliver.ts';
import type { TriggerApi } from '../../functions/resources/imagetriggers/trigger-api.ts';
import type { StreamStore } from '../../functions/resources/ports.ts';
import { retryOnConflict } from '../../functions/store/retry-on-conflict.ts';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { createSweeper } from '../../functions/store/sweep.ts';
import { createTriggerStore } from '../../functions/store/trigger-store.ts';
import { createSweepProgressStore } from '../../functions/store/trigger-sweep-store.ts';
import { createFireBatch } from '../../functions/triggers/fire-batch.ts';
import { createFireTrigger } from '../../functions/triggers/fire-trigger.ts';
import { createMatchChange } from '../../functions/triggers/match-change.ts';
import { createSettleDelivery } from '../../functions/triggers/settle-delivery.ts';
import { sweepTriggers } from '../../functions/triggers/sweep-triggers.ts';
import { createTargetRegistry } from '../../functions/triggers/targets/registry.ts';
import { createWebhookTarget } from '../../functions/triggers/targets/webhook.ts';
import { createWebhookPost } from '../../functions/triggers/targets/http/webhook-post.ts';
import { contextFor, wireTrigger } from '../resources/imagetriggers/fixtures.ts';
import type { TestTable } from '../support/dynamodb.ts';
import { EVERYBODY_MAY } from '../support/everybody-may.ts';
import { PLAIN_CIPHER } from '../support/plain-cipher.ts';
import { SECRET, streamOf } from './fixtures.ts';
import { createGroupedQueue, randomOf } from './played-queue.ts';
import { openStream, type StreamRecords } from './stream-records.ts';

export interface Received {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What a receiver answers: a status, a redirect to itself, or nothing at all. */
export type ReceiverAnswer = number | 'redirect' | 'hang';

/** `answer` may depend on what came. */
export async function startReceiver() {
  const receiver = {
    received: [] as Received[],
    answer: (() => 204) as (received: Received) => ReceiverAnswer,
    url: '',
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const got = { path: request.url ?? '', headers: request.headers as Record<string, string>, body };
      receiver.received.push(got);
      const answer = receiver.answer(got);
      if (answer === 'redirect') response.writeHead(307, { location: '/elsewhere' }).end();
      else if (answer !== 'hang') response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/deploy`;
  return receiver;
}

/** Of lib/triggers.ts. */
const MOST_RECEIVES = 12;

/** `timeout`: ms a webhook has to answer. Messages come again at once; `delays` has for how many seconds they would have been hidden. */
export async function openFlow(database: TestTable, url: string, { timeout = 5000 }: { readonly timeout?: number } = {}) {
  const { client } = database;
  const table = await database.addTable();
  const streams: StreamStore = createStreamStore({ client, table, settings: { importInterval: '15m' } });
  const triggers = createTriggerStore({ client, table });
  await createNamespaceStore({ client, table }).createNamespace({ name: 'shop', labels: {}, annotations: {} }, Date.now());
  const keys = createSigningKeyStore({ client, table, cipher: PLAIN_CIPHER });
  let uids = 0;
  const api: TriggerApi = {
    triggers,
    keys,
    namespaces: {
      readNamespace: async (name) => ({ name, uid: name, revision: 1, creationTimestamp: '', labels: {}, annotations: {} }),
    },
    authorizer: EVERYBODY_MAY,
    retry: retryOnConflict,
    newUid: () => `uid-${(uids += 1)}`,
    newSecret: () => SECRET,
    allowPrivateAddresses: true,
    allowed: {},
  };
  const handlers = createTriggerHandlers(api);
  const context = () => ({ ...contextFor(), info: { ...contextFor().info, name: 'deploy' } });
  const bus: BusEvent[] = [];
  const publish = createPublishRecords({
    publisher: {
      publish: async (events) => {
        bus.push(...events);
        return [];
      },
    },
    parking: { park: (message) => Promise.reject(new Error(`parked: ${JSON.stringify(message)}`)) },
    hosts: {},
    readRepository: async () => '',
    log: { warn: (message) => expect.unreachable(message) },
    onPublished: () => undefined,
  });
  const random = randomOf(1);
  const queue = createGroupedQueue({ random, maxReceives: MOST_RECEIVES });
  const match = createMatchChange({ triggers, queue });
  const post = createWebhookPost({ allowPrivateAddresses: true, timeout });
  const secrets = { readSecretValue: async () => null };
  const deliver = createTargetRegistry({ webhook: () => createWebhookTarget({ keys, secrets, post, clock: Date.now }) });
  const delays: number[] = [];
  const fire = createFireBatch({
    fireTrigger: createFireTrigger({ triggers, streams, deliver, hosts: {}, clock: Date.now }),
    delay: async (_, seconds) => void delays.push(seconds),
    log: { info: () => undefined, warn: (message) => expect.unreachable(message) },
    onFailure: () => undefined,
    clock: Date.now,
    random: () => 0.999,
  });
  const stream: StreamRecords = await openStream(database.endpoint, table);

  async function workOff(): Promise<void> {
    for (let batch = queue.receive(10); batch.length > 0; batch = queue.receive(10)) {
      const { batchItemFailures } = await fire({ Records: batch }, { getRemainingTimeInMillis: () => 120_000 });
      queue.settle(
        batch,
        batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
      );
    }
  }

  /** Lets everything happen that follows from what was written; answers the kinds of events. */
  async function settle(): Promise<string[]> {
    const kinds: string[] = [];
    for (;;) {
      const records = await stream.next();
      if (records.length === 0) break;
      expect(await publish({ Records: records })).toEqual({ batchItemFailures: [] });
      for (const event of bus.splice(0)) {
        kinds.push(event.detailType.replace('Image Stream ', ''));
        await match({ 'detail-type': event.detailType, detail: JSON.parse(JSON.stringify(event.detail)) });
      }
      await workOff();
    }
    return kinds;
  }

  /** A whole round of the sweep, and what follows from it. */
  async function sweep() {
    const progress = createSweepProgressStore({ client, table });
    const clock = () => Date.now() + 3_600_000;
    const settle = createSettleDelivery({ triggers, clock });
    const swept = await sweepTriggers({ triggers, progress, streams, queue, settle, hosts: {}, clock });
    await workOff();
    return swept;
  }

  const create = (spec: object = {}) =>
    handlers.create?.(contextFor(), wireTrigger({ spec: { target: { webhook: { url } }, ...spec } })) as Promise<ImageTrigger>;
  const update = (change: (spec: ImageTrigger['spec']) => ImageTrigger['spec']) =>
    handlers.update?.(contextFor(), 'deploy', (current) => {
      if (current === null) throw new Error('not there');
      return { ...current, spec: change(current.spec) };
    });
  const read = () => handlers.get?.(contextFor(), 'deploy') as Promise<ImageTrigger>;
  const write = async (tags: Readonly<Record<string, string>>) => {
    const before = await streams.readStream('shop', 'web');
    const wanted = streamOf('web', tags);
    return streams.commit({ before, after: { ...(before ?? wanted), tags: wanted.tags }, actor: 'alice', cause: 'tag', now: Date.now() });
  };
  const remove = async () => {
    const before = await streams.readStream('shop', 'web');
    if (before === null) throw new Error('not there');
    const now = Date.now();
    await streams.deleteStream(before, { actor: 'bob', cause: 'tag', now });
    const { namespace, name, incarnation, uid, revision } = before;
    const sweeper = createSweeper({ client, table, budgetMs: 10_000 });
    await sweeper.sweepStream({ namespace, stream: name, incarnation, uid, revision: revision + 1, actor: 'bob', now });
  };
  const redeliver = async (request: ImageTriggerRedelivery) => createRedeliverHandlers(api).create?.(context(), request);
  const deliveries = async () => {
    const page = await createDeliveriesHandlers(api).get?.(context(), 'deploy');
    if (page === undefined) throw new Error('no deliveries');
    return page;
  };
  const close = () => stream.close();
  return { settle, sweep, create, redeliver, deliveries, update, read, write, remove, delays, parked: queue.parked, close };
}
