import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createQueue, type Queue, type StoredMessage } from '../../lib/local/queue.ts';

const settings = {
  name: 'q',
  arn: 'arn:aws:sqs:r:a:q',
  fifo: false,
  contentBasedDeduplication: false,
  deduplicatesPerGroup: false,
  visibilityTimeout: 30,
  delaySeconds: 0,
  retentionSeconds: 3600,
};
const fifo = { ...settings, fifo: true, contentBasedDeduplication: true };
const bodies = (queue: Queue, max = 10) => queue.receive(max).map(({ body }) => body);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a standard queue', () => {
  it('hides what was received until its visibility timeout ends, then counts again', () => {
    const queue = createQueue(settings);
    queue.send({ body: 'a' });
    expect(queue.receive(1)[0]?.receiveCount).toBe(1);
    expect(bodies(queue)).toEqual([]);
    vi.advanceTimersByTime(30_000);
    expect(queue.receive(1)[0]?.receiveCount).toBe(2);
  });

  it('deletes by the newest receipt only', () => {
    const queue = createQueue(settings);
    queue.send({ body: 'a' });
    const first = queue.receive(1)[0]?.receipt ?? '';
    vi.advanceTimersByTime(30_000);
    const second = queue.receive(1)[0]?.receipt ?? '';
    queue.remove(first);
    expect(queue.snapshot()).toHaveLength(1);
    queue.remove(second);
    expect(queue.nextVisibleIn()).toBeUndefined();
  });

  it('moves a message received too often to its dead-letter queue', () => {
    const dead = createQueue(settings);
    const queue = createQueue({ ...settings, redrive: { to: () => dead, maxReceiveCount: 2 } });
    queue.send({ body: 'a' });
    for (let times = 0; times < 2; times++) {
      expect(bodies(queue)).toEqual(['a']);
      vi.advanceTimersByTime(30_000);
    }
    expect(bodies(queue)).toEqual([]);
    expect(bodies(dead)).toEqual(['a']);
  });

  it('delays, changes visibility and forgets after the retention', () => {
    const queue = createQueue({ ...settings, retentionSeconds: 60 });
    queue.send({ body: 'late', delaySeconds: 5 });
    expect(bodies(queue)).toEqual([]);
    vi.advanceTimersByTime(5000);
    const [message] = queue.receive(1);
    queue.changeVisibility(message?.receipt ?? '', 0);
    expect(queue.nextVisibleIn()).toBe(0);
    vi.advanceTimersByTime(60_000);
    queue.send({ body: 'new' });
    expect(bodies(queue)).toEqual(['new']);
  });

  it('survives a restart as plain data', () => {
    const queue = createQueue(settings);
    queue.send({ body: 'a' });
    queue.send({ body: 'b' });
    queue.receive(1);
    const restored = createQueue(settings, JSON.parse(JSON.stringify(queue.snapshot())) as StoredMessage[]);
    expect(bodies(restored)).toEqual(['a', 'b']); // whoever had received a is gone
  });
});

describe('a FIFO queue', () => {
  it('locks a group while one of its messages is in flight, other groups go on', () => {
    const queue = createQueue(fifo);
    for (const [groupId, body] of [
      ['g', '1'],
      ['g', '2'],
      ['h', '3'],
      ['g', '4'],
    ] as const)
      queue.send({ body, groupId });
    const received = queue.receive(2);
    expect(received.map(({ body }) => body)).toEqual(['1', '2']);
    expect(bodies(queue)).toEqual(['3']);
    received.forEach(({ receipt = '' }) => queue.remove(receipt));
    expect(bodies(queue)).toEqual(['4']);
  });

  it('keeps the order of a group over a redelivery', () => {
    const queue = createQueue(fifo);
    for (const body of ['1', '2', '3']) queue.send({ body, groupId: 'g' });
    queue.receive(1);
    vi.advanceTimersByTime(30_000);
    expect(bodies(queue)).toEqual(['1', '2', '3']);
  });

  it('drops a repetition for five minutes, even after the first was deleted', () => {
    const queue = createQueue(fifo);
    const first = queue.send({ body: 'a', groupId: 'g' });
    queue.remove(queue.receive(1)[0]?.receipt ?? '');
    expect(queue.send({ body: 'a', groupId: 'h' }).id).toBe(first.id);
    expect(bodies(queue)).toEqual([]);
    vi.advanceTimersByTime(301_000);
    queue.send({ body: 'a', groupId: 'g' });
    expect(bodies(queue)).toEqual(['a']);
  });

  it('deduplicates within a message group when the queue says so', () => {
    const queue = createQueue({ ...fifo, deduplicatesPerGroup: true });
    for (const groupId of ['g', 'h', 'h']) queue.send({ body: 'a', groupId });
    expect(bodies(queue)).toEqual(['a', 'a']);
  });
});
