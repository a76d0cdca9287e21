/** Receivers that do not take it: tried again as docs/events.md says, given up on, and delivered again when asked. */
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImageTriggerRedelivery } from '../../functions/resources/imagetriggers/redeliver.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { DIGEST_A, DIGEST_B, SECRET } from './fixtures.ts';
import { openFlow, type Received, type ReceiverAnswer, startReceiver } from './webhook-flow.ts';

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

const OTHER_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const TRIES = 12;
/** 5 s and twice as long each time, up to 15 minutes, at the longest that jitter makes of it. */
const DELAYS = [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900];

/** 204 for what is signed with the secret, 401 for anything else. */
const verifying = (secret: string) => (got: Received) => {
  try {
    new Webhook(secret).verify(got.body, got.headers);
    return 204;
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    return 401;
  }
};
const ids = () => new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size;

describe('a receiver that never takes it', () => {
  it.each<[string, ReceiverAnswer, string, string]>([
    ['fails', 500, 'TargetRefused', 'the webhook answered 500'],
    ['redirects', 'redirect', 'Redirected', 'the webhook answered 307: redirects are not followed'],
    ['does not answer in time', 'hang', 'Timeout', 'the webhook did not answer in time'],
  ])('because it %s is tried twelve times, given up on, and told again when asked', async (_, answer, reason, message) => {
    const { settle, sweep, create, read, write, redeliver, deliveries, delays, parked, close } = await openFlow(database, receiver.url, {
      timeout: 40,
    });
    await write({ latest: DIGEST_A });
    await settle();
    receiver.answer = () => answer;
    await create();
    await settle();
    expect(receiver.received).toHaveLength(TRIES);
    expect(ids()).toBe(1);
    expect(receiver.received.map(({ path }) => path)).toEqual(Array.from({ length: TRIES }, () => '/deploy'));
    // Each try is signed anew.
    expect(receiver.received.map(verifying(SECRET))).toEqual(Array.from({ length: TRIES }, () => 204));
    expect(delays).toEqual(DELAYS);
    expect(parked()).toHaveLength(1);
    expect((await read()).status).toMatchObject({
      conditions: [{ type: 'Delivered', status: 'False', reason, message }],
      deliveries: [{ id: receiver.received[0]?.headers['webhook-id'], outcome: 'Retrying', attempts: TRIES, message }],
    });
    // It is not begun anew by itself.
    expect(await sweep()).toMatchObject({ compared: 1, behind: 0 });
    expect(receiver.received).toHaveLength(TRIES);

    receiver.answer = verifying(SECRET);
    await redeliver({ kind: 'ImageTriggerRedelivery' } as ImageTriggerRedelivery);
    await settle();
    expect(receiver.received).toHaveLength(TRIES + 1);
    expect(ids()).toBe(2);
    expect((await read()).status.conditions).toMatchObject([{ status: 'True' }]);
    expect((await deliveries()).items).toMatchObject([{ outcome: 'Delivered', attempts: 1 }]);
    close();
  });

  it('because it does not know the secret is told when both have the same', async () => {
    const { settle, create, read, write, update, parked, close } = await openFlow(database, receiver.url);
    await write({ latest: DIGEST_A });
    await settle();
    receiver.answer = verifying(OTHER_SECRET);
    await create();
    await settle();
    expect(parked()).toHaveLength(1);
    expect((await read()).status.conditions).toMatchObject([{ status: 'False', message: 'the webhook answered 401' }]);

    await update((spec) => ({ ...spec, target: { webhook: { ...spec.target.webhook, url: receiver.url, signingSecret: OTHER_SECRET } } }));
    await settle();
    expect(receiver.received).toHaveLength(TRIES + 1);
    expect(ids()).toBe(1);
    expect((await read()).status.conditions).toMatchObject([{ status: 'True' }]);
    close();
  });

  it('is told the next image as if nothing had been', async () => {
    const { settle, create, read, write, close } = await openFlow(database, receiver.url);
    await write({ latest: DIGEST_A });
    await settle();
    receiver.answer = () => 500;
    await create();
    await settle();
    receiver.answer = () => 204;
    await write({ latest: DIGEST_B });
    await settle();
    expect(receiver.received).toHaveLength(TRIES + 1);
    expect((await read()).status).toMatchObject({ images: [{ lastImage: DIGEST_B }], conditions: [{ status: 'True' }] });
    close();
  });
});
