/** From a write of the table to a signed request, over the real stores, the table's real stream and a real HTTP server. */
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImageTriggerRedelivery } from '../../functions/resources/imagetriggers/redeliver.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { DIGEST_A, DIGEST_B } from './fixtures.ts';
import { openFlow, type Received, startReceiver } from './webhook-flow.ts';

let database: TestTable;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  [database, receiver] = await Promise.all([startTestTable({ stream: true }), startReceiver()]);
});
afterAll(async () => {
  receiver.close();
  await database.stop();
});
beforeEach(() => {
  receiver.received = [];
  receiver.answer = () => 204;
});

const setUp = () => openFlow(database, receiver.url);

const newsOf = ({ body }: Received) =>
  (JSON.parse(body) as { data: { images: { image: string; previous: unknown }[] } }).data.images[0] ?? { image: '', previous: null };

describe('from a write to a webhook', () => {
  it('tells of a new image, signed, and records it', async () => {
    const { settle, create, read, write, close } = await setUp();
    const { spec } = await create();
    await write({ latest: DIGEST_A });
    expect((await settle()).toSorted()).toEqual(['Image Trigger Changed', 'Tag Changed']);
    expect(receiver.received).toHaveLength(1);
    const [first] = receiver.received as [Received];
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
    expect(newsOf(receiver.received[1] as Received)).toMatchObject({ image: DIGEST_B, previous: { image: DIGEST_A } });
    expect(receiver.received[1]?.headers['webhook-id']).not.toBe(first.headers['webhook-id']);
    close();
  });

  it('brings a new trigger up to date with what is there already, and an unpaused one with what it missed', async () => {
    const { settle, create, update, write, close } = await setUp();
    await write({ latest: DIGEST_A });
    await settle();
    await create();
    await settle();
    expect(receiver.received.map((delivery) => newsOf(delivery).image)).toEqual([DIGEST_A]);
    await update((spec) => ({ ...spec, paused: true }));
    await write({ latest: DIGEST_B });
    await settle();
    expect(receiver.received).toHaveLength(1);
    await update((spec) => ({ ...spec, paused: false }));
    await settle();
    expect(receiver.received.map((delivery) => newsOf(delivery).image)).toEqual([DIGEST_A, DIGEST_B]);
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
    expect(receiver.received).toHaveLength(1);
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
    expect(receiver.received.map((delivery) => newsOf(delivery).image)).toEqual([DIGEST_A, DIGEST_B]);
    close();
  });

  it('delivers again what is asked for again, and tells of it', async () => {
    const { settle, create, write, redeliver, deliveries, close } = await setUp();
    await create();
    await write({ latest: DIGEST_A });
    await settle();
    const { status } = (await redeliver({ kind: 'ImageTriggerRedelivery' } as never)) as ImageTriggerRedelivery;
    expect(await settle()).toEqual(['Image Trigger Changed']);
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[1]?.headers['webhook-id']).toBe(`${receiver.received[0]?.headers['webhook-id']}-${status?.suffix}`);
    expect((await deliveries()).items.map(({ id }) => id).toSorted()).toEqual(
      receiver.received.map(({ headers }) => headers['webhook-id']).toSorted(),
    );
    close();
  });

  it('pauses the trigger of a receiver that is gone', async () => {
    const { settle, create, read, write, close } = await setUp();
    await create();
    receiver.answer = () => 410;
    await write({ latest: DIGEST_A });
    await settle();
    expect(await read()).toMatchObject({ spec: { paused: true }, status: { conditions: [{ status: 'False', reason: 'TargetGone' }] } });
    close();
  });
});
