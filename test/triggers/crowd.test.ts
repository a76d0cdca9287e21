/**
 * Many triggers whose targets are at one host or one API that takes only so much: what the consumer's concurrency and the growing delays make
 * of it (docs/decisions/0073-limits-of-triggers.md). Time is played.
 */
import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createFireBatch } from '../../functions/triggers/fire-batch.ts';
import { formatFireMessage } from '../../functions/triggers/queue/fire-message.ts';
import { randomOf } from './played-queue.ts';

/** Of lib/triggers.ts. */
const MOST_RECEIVES = 12;
const AT_ONCE = 20 * 5;

/** A host that takes `perSecond` requests and refuses the rest, asking for `retryAfter` seconds. Seconds are the unit of time. */
async function play(triggers: number, perSecond: number, retryAfter?: number) {
  const random = randomOf(7);
  let second = 0;
  let room = 0;
  let asked = 0;
  let most = 0;
  const waiting = Array.from({ length: triggers }, (_, index) => ({ index, due: 0, receives: 0 }));
  const delays = new Map<string, number>();
  const fire = createFireBatch({
    async fireTrigger() {
      asked += 1;
      if (room === 0) return { kind: 'retry', reason: 'Throttled', ...(retryAfter === undefined ? {} : { retryAfter }) };
      room -= 1;
      return { kind: 'done', delivered: true };
    },
    delay: async (handles, seconds) => void handles.forEach((handle) => delays.set(handle, seconds)),
    log: { info: () => undefined, warn: () => undefined },
    onFailure: () => undefined,
    clock: () => second * 1000,
    random,
  });
  let left = waiting;
  let parked = 0;
  while (left.length > 0) {
    room = perSecond;
    const batch = left.filter(({ due }) => due <= second).slice(0, AT_ONCE);
    most = Math.max(most, batch.length);
    const records = batch.map((message) => {
      message.receives += 1;
      const trigger = { namespace: 'shop', name: `t${message.index}`, uid: `uid-${message.index}` };
      const attributes = { MessageGroupId: `g${message.index}`, ApproximateReceiveCount: String(message.receives), SentTimestamp: '0' };
      const [messageId, receiptHandle] = [String(message.index), String(message.index)];
      return { messageId, receiptHandle, body: formatFireMessage({ trigger }), attributes } as unknown as SQSRecord;
    });
    const { batchItemFailures } = await fire({ Records: records }, { getRemainingTimeInMillis: () => 120_000 });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier)));
    const done = new Set(batch.filter((message) => !failed.has(message.index)));
    for (const message of batch) message.due = second + (delays.get(String(message.index)) ?? 0);
    const givenUp = new Set(batch.filter((message) => !done.has(message) && message.receives >= MOST_RECEIVES));
    parked += givenUp.size;
    left = left.filter((message) => !done.has(message) && !givenUp.has(message));
    second += 1;
  }
  return { parked, seconds: second, asked, most };
}

describe('a crowd of triggers on one host', () => {
  it.each<[string, number, number, number | undefined, number]>([
    ['that throttles', 1000, 2, undefined, 7],
    ['that throttles hard', 500, 1, undefined, 8],
    ['that asks everybody to come back in a minute', 1000, 2, 60, 7],
  ])('%s is served without giving up on any', async (_, triggers, perSecond, retryAfter, tries) => {
    const { parked, seconds, asked, most } = await play(triggers, perSecond, retryAfter);
    expect(parked).toBe(0);
    // It is asked by each of them a few times, and is hardly ever idle before the last is served twice as late as it could be.
    expect(asked / triggers).toBeLessThan(tries);
    expect(seconds * perSecond).toBeLessThan(6 * triggers);
    expect(most).toBeLessThanOrEqual(AT_ONCE);
  });
});
