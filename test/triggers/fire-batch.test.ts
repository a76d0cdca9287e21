import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createFireBatch } from '../../functions/triggers/fire-batch.ts';
import { formatFireMessage } from '../../functions/triggers/queue/fire-message.ts';
import type { FireResult } from '../../functions/triggers/fire-trigger.ts';
import type { ReceivedFire } from '../../functions/triggers/queue/fire-queue.ts';

let count = 0;

function record(name: string, over: { body?: string; receiveCount?: number; group?: string } = {}): SQSRecord {
  const trigger = { namespace: 'shop', name, uid: `uid-${name}` };
  count += 1;
  return {
    messageId: `${name}-${count}`,
    receiptHandle: `handle-${name}-${count}`,
    body: over.body ?? formatFireMessage({ trigger, change: { namespace: 'shop', stream: 'web', tag: 'latest', revision: String(count) } }),
    attributes: {
      MessageGroupId: over.group ?? `target-of-${name}`,
      ApproximateReceiveCount: String(over.receiveCount ?? 1),
      SentTimestamp: '1785578400000',
    },
  } as SQSRecord;
}

function setUp(
  results: Readonly<Record<string, FireResult | Error>> = {},
  {
    delayFails = false,
    takes = 0,
    remaining = 120_000,
    random = 0,
  }: { delayFails?: boolean; takes?: number; remaining?: number; random?: number } = {},
) {
  let now = 0;
  const received: object[] = [];
  const fired: string[] = [];
  const delays: (readonly [readonly string[], number])[] = [];
  const warnings: string[] = [];
  let running = 0;
  let mostRunning = 0;
  let failures = 0;
  const handler = createFireBatch({
    async fireTrigger(message: ReceivedFire, signal: AbortSignal) {
      const { trigger } = message;
      fired.push(trigger.name);
      received.push({ group: message.group, sentAt: message.sentAt, isOver: signal.aborted });
      now += takes;
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      const result = results[trigger.name] ?? { kind: 'done', delivered: true };
      if (result instanceof Error) throw result;
      return result;
    },
    async delay(handles, seconds) {
      delays.push([handles, seconds]);
      if (delayFails) throw new Error('not now');
    },
    log: { info: () => undefined, warn: (message) => void warnings.push(message) },
    onFailure: () => (failures += 1),
    clock: () => now,
    random: () => random,
  });
  const run = async (records: SQSRecord[]) =>
    (await handler({ Records: records }, { getRemainingTimeInMillis: () => remaining })).batchItemFailures.map(
      ({ itemIdentifier }) => itemIdentifier,
    );
  return { run, fired, received, delays, warnings, mostRunning: () => mostRunning, failures: () => failures };
}

const RETRY: FireResult = { kind: 'retry', reason: 'TargetRefused' };

describe('a batch of fire messages', () => {
  it('fires all of them, groups side by side', async () => {
    const { run, fired, mostRunning, delays } = setUp();
    expect(await run([record('a'), record('b'), record('a'), record('c')])).toEqual([]);
    expect(fired.toSorted()).toEqual(['a', 'a', 'b', 'c']);
    expect(mostRunning()).toBe(3);
    expect(delays).toEqual([]);
  });

  it('stops a group at its first failure and reports the rest of it; other groups go on', async () => {
    const { run, fired, failures } = setUp({ a: RETRY });
    const records = [record('a'), record('b'), record('a'), record('b'), record('a')];
    expect(await run(records)).toEqual([records[0], records[2], records[4]].map((failed) => failed?.messageId));
    expect(fired.toSorted()).toEqual(['a', 'b', 'b']);
    expect(failures()).toBe(1);
  });

  it('comes back some time after everybody was asked to, so that not all come at once', async () => {
    const { run, delays } = setUp({ a: { ...RETRY, retryAfter: 60 } }, { random: 0.5 });
    await run([record('a', { receiveCount: 4 })]);
    expect(delays.map(([, seconds]) => seconds)).toEqual([75]); // 60, and half of 40 s · 0.75
  });

  it.each<[string, Error | FireResult, number, number]>([
    ['at first', RETRY, 1, 3],
    ['the third time', RETRY, 3, 10],
    ['the hundredth time', RETRY, 100, 900],
    ['with Retry-After', { ...RETRY, retryAfter: 120 }, 1, 120],
    ['with a short Retry-After', { ...RETRY, retryAfter: 1 }, 3, 10],
    ['with an endless Retry-After', { ...RETRY, retryAfter: 999_999 }, 1, 900],
    ['with an error', new Error('the store is down'), 2, 5],
  ])('hides what failed %s', async (_, result, receiveCount, seconds) => {
    const { run, delays } = setUp({ a: result });
    const records = [record('a', { receiveCount }), record('a', { receiveCount: 1 })];
    expect(await run(records)).toHaveLength(2);
    expect(delays).toEqual([[records.map(({ receiptHandle }) => receiptHandle), seconds]]);
  });

  it('tells in which group a message came and when it was sent', async () => {
    const { run, received } = setUp();
    await run([record('a')]);
    expect(received).toEqual([{ group: 'target-of-a', sentAt: 1_785_578_400_000, isOver: false }]);
  });

  it('makes a message wait that is too early, which is no failure', async () => {
    const { run, delays, failures } = setUp({ a: { kind: 'wait', seconds: 17 } });
    const records = [record('a', { receiveCount: 5 }), record('a')];
    expect(await run(records)).toHaveLength(2);
    expect(delays).toEqual([[records.map(({ receiptHandle }) => receiptHandle), 17]]);
    expect(failures()).toBe(0);
  });

  it('leaves to another run what it has no time for', async () => {
    const { run, fired, delays } = setUp({}, { takes: 40_000, remaining: 130_000 });
    const records = [record('a'), record('a'), record('a'), record('a')];
    expect(await run(records)).toEqual(records.slice(3).map(({ messageId }) => messageId));
    expect(fired).toHaveLength(3);
    expect(delays).toEqual([[[records[3]?.receiptHandle], 1]]);
  });

  it.each([
    '',
    'no json',
    '{}',
    '{"trigger":{"namespace":"a","name":"b"}}',
    '{"trigger":{"namespace":"a","name":"b","uid":"c"},"change":{}}',
  ])('reports a message it cannot read: %j', async (body) => {
    const { run, fired, warnings } = setUp();
    const bad = record('a', { body });
    expect(await run([bad, record('b')])).toEqual([bad.messageId]);
    expect(fired).toEqual(['b']);
    expect(warnings).toEqual(['could not fire']);
  });

  it('is done with a target that only a change of its trigger can help, and counts it', async () => {
    const { run, failures } = setUp({ a: { kind: 'done', delivered: false, reason: 'NoSigningSecret' } });
    expect(await run([record('a')])).toEqual([]);
    expect(failures()).toBe(1);
  });

  it('reports the failure when the delay cannot be set', async () => {
    const { run, warnings } = setUp({ a: RETRY }, { delayFails: true });
    expect(await run([record('a')])).toHaveLength(1);
    expect(warnings).toEqual(['could not set the visibility of a failed message']);
  });
});
