/** From a write of the table to a signed request, over the real stores, the table's real stream and a real HTTP server. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { createSweeper } from '../../functions/store/sweep.ts';
import { createTriggerStore } from '../../functions/store/trigger-store.ts';
import { createFireTrigger } from '../../functions/triggers/fire-trigger.ts';
import { createMatchChange } from '../../functions/triggers/match-change.ts';
import type { QueuedFire } from '../../functions/triggers/ports.ts';
import { createTargetRegistry } from '../../functions/triggers/targets/registry.ts';
import { createWebhookTarget } from '../../functions/triggers/targets/webhook.ts';
import { createWebhookPost } from '../../functions/triggers/targets/webhook-post.ts';
import { contextFor, wireTrigger } from '../resources/imagetriggers/fixtures.ts';
import { PLAIN_CIPHER } from '../support/plain-cipher.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { DIGEST_A, DIGEST_B, SECRET, streamOf } from './fixtures.ts';
import { openStream, type StreamRecords } from './stream-records.ts';
import { EVERYBODY_MAY } from '../support/everybody-may.ts';

interface Delivery {
  readonly headers: Record<string, string>;
  readonly body: string;
}

let database: TestTable;
let receiver: Server;
let received: Delivery[];
let answer: number;

beforeAll(async () => {
  database = await startTestTable({ stream: true });
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  receiver.close();
  await database.stop();
});

beforeEach(() => {
  received = [];
  answer = 204;
});

/** The functions, wired as the entry files wire them, but for the bus and the queue. */
async function setUp() {
  const { client } = database;
  const table = await database.addTable();
  const streams: StreamStore = createStreamStore({ client, table, settings: { importInterval: '15m' } });
  const triggers = createTriggerStore({ client, table });
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
  const queue: QueuedFire[] = [];
  const match = createMatchChange({ triggers, queue: { send: async (messages) => void queue.push(...messages) } });
  const post = createWebhookPost({ allowPrivateAddresses: true, timeout: 5000 });
  const secrets = { readSecretValue: async () => null };
  const deliver = createTargetRegistry({ webhook: () => createWebhookTarget({ keys, secrets, post, clock: Date.now }) });
  const fire = createFireTrigger({ triggers, streams, deliver, hosts: {}, clock: Date.now });
  const stream: StreamRecords = await openStream(database.endpoint, table);

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
      for (const message of queue.splice(0)) await fire({ ...message, sentAt: Date.now() }, AbortSignal.timeout(5000));
    }
    return kinds;
  }

  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/deploy`;
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
  return { settle, create, redeliver, deliveries, update, read, write, remove, close: () => stream.close() };
}

const newsOf = ({ body }: Delivery) =>
  (JSON.parse(body) as { data: { images: { image: string; previous: unknown }[] } }).data.images[0] ?? { image: '', previous: null };

describe('from a write to a webhook', () => {
  it('tells of a new image, signed, and records it', async () => {
    const { settle, create, read, write, close } = await setUp();
    const { spec } = await create();
    await write({ latest: DIGEST_A });
    expect((await settle()).toSorted()).toEqual(['Image Trigger Changed', 'Tag Changed']);
    expect(received).toHaveLength(1);
    const [first] = received as [Delivery];
    expect(new Webhook(spec.target.webhook?.signingSecret ?? '').verify(first.body, first.headers)).toMatchObject({
      type: 'image-trigger.delivery',
      data: {
        trigger: { namespace: 'shop', name: 'deploy' },
        images: [{ namespace: 'shop', stream: 'web', tag: 'latest', image: DIGEST_A, previous: null, changed: true }],
      },
    });
    expect((await read()).status).toMatchObject({
      observedGeneration: 1,
      images: [{ lastImage: DIGEST_A }],
      deliveries: [{ id: first.headers['webhook-id'], outcome: 'Delivered' }],
      conditions: [{ status: 'True' }],
    });

    await write({ latest: DIGEST_B });
    expect(await settle()).toEqual(['Tag Changed']);
    expect(newsOf(received[1] as Delivery)).toMatchObject({ image: DIGEST_B, previous: { image: DIGEST_A } });
    expect(received[1]?.headers['webhook-id']).not.toBe(first.headers['webhook-id']);
    close();
  });

  it('brings a new trigger up to date with what is there already, and an unpaused one with what it missed', async () => {
    const { settle, create, update, write, close } = await setUp();
    await write({ latest: DIGEST_A });
    await settle();
    await create();
    await settle();
    expect(received.map((delivery) => newsOf(delivery).image)).toEqual([DIGEST_A]);
    await update((spec) => ({ ...spec, paused: true }));
    await write({ latest: DIGEST_B });
    await settle();
    expect(received).toHaveLength(1);
    await update((spec) => ({ ...spec, paused: false }));
    await settle();
    expect(received.map((delivery) => newsOf(delivery).image)).toEqual([DIGEST_A, DIGEST_B]);
    close();
  });

  it('fires neither for other tags nor for deletions', async () => {
    const { settle, create, write, close } = await setUp();
    await create();
    await write({ latest: DIGEST_A });
    await settle();
    await write({ latest: DIGEST_A, next: DIGEST_B });
    await write({ next: DIGEST_B });
    expect(await settle()).toEqual(['Tag Changed', 'Tag Deleted']);
    expect(received).toHaveLength(1);
    close();
  });

  it('tells of every tag that went with its stream, and fires when the stream is there again', async () => {
    const { settle, create, write, remove, close } = await setUp();
    await create();
    await write({ latest: DIGEST_A, next: DIGEST_A });
    await settle();
    await remove();
    expect(await settle()).toEqual(['Tag Deleted', 'Tag Deleted']);
    await write({ latest: DIGEST_B });
    expect(await settle()).toEqual(['Tag Changed']);
    expect(received.map((delivery) => newsOf(delivery).image)).toEqual([DIGEST_A, DIGEST_B]);
    close();
  });

  it('delivers again what is asked for again, and tells of it', async () => {
    const { settle, create, write, redeliver, deliveries, close } = await setUp();
    await create();
    await write({ latest: DIGEST_A });
    await settle();
    const { status } = (await redeliver({ kind: 'ImageTriggerRedelivery' } as never)) as ImageTriggerRedelivery;
    expect(await settle()).toEqual(['Image Trigger Changed']);
    expect(received).toHaveLength(2);
    expect(received[1]?.headers['webhook-id']).toBe(`${received[0]?.headers['webhook-id']}-${status?.suffix}`);
    expect((await deliveries()).items.map(({ id }) => id).toSorted()).toEqual(
      received.map(({ headers }) => headers['webhook-id']).toSorted(),
    );
    close();
  });

  it('pauses the trigger of a receiver that is gone', async () => {
    const { settle, create, read, write, close } = await setUp();
    await create();
    answer = 410;
    await write({ latest: DIGEST_A });
    await settle();
    expect(await read()).toMatchObject({ spec: { paused: true }, status: { conditions: [{ status: 'False', reason: 'TargetGone' }] } });
    close();
  });
});
