/**
 * One SQS queue in memory: visibility timeout, redrive, delay, FIFO groups and deduplication
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html).
 */
import { createHash, randomUUID } from 'node:crypto';

export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly fifo?: boolean;
  readonly contentBasedDeduplication?: boolean;
  readonly deduplicatesPerGroup?: boolean;
  /** Seconds. */
  readonly visibilityTimeout: number;
  readonly delaySeconds?: number;
  readonly retentionSeconds: number;
  readonly redrive?: { readonly to: () => Queue; readonly maxReceiveCount: number };
}

/** What a sender says of a message. */
export interface Outgoing {
  readonly body: string;
  readonly delaySeconds?: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A message as the queue keeps it; plain data, so that a snapshot survives a restart. Times in ms. */
export interface StoredMessage extends Outgoing {
  readonly id: string;
  readonly sequence: number;
  readonly sentAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  receipt?: string;
}

export interface Queue {
  readonly settings: QueueSettings;
  /** The same answer for a repetition, which is dropped. */
  send(message: Outgoing): { readonly id: string };
  /** Up to `max` visible messages, hidden for `visibilityMs`. Messages received too often go to the redrive target instead. */
  receive(max: number, visibilityMs?: number): readonly StoredMessage[];
  /** By receipt of the last receive; an old receipt deletes nothing, as in SQS. */
  remove(receipt: string): void;
  /** False for an old receipt. */
  changeVisibility(receipt: string, ms: number): boolean;
  /** ms until something may become visible; undefined when the queue is empty. */
  nextVisibleIn(): number | undefined;
  snapshot(): readonly StoredMessage[];
  onSend(listener: (body: string) => void): void;
}

const DEDUPLICATION_MS = 5 * 60_000;

/**
 * Makes a queue, holding `stored` from an earlier start: what was in flight is visible again, its receivers are gone. `changed` is called
 * after each change.
 */
export function createQueue(settings: QueueSettings, stored: readonly StoredMessage[] = [], changed: () => void = () => undefined): Queue {
  const restore = (message: StoredMessage) => ({ ...message, visibleAt: message.receiveCount > 0 ? 0 : message.visibleAt });
  const messages = new Map(stored.map((message) => [message.id, restore(message)]));
  const sent = new Map<string, { readonly id: string; readonly at: number }>();
  const listeners: ((body: string) => void)[] = [];
  let sequence = stored.reduce((highest, message) => Math.max(highest, message.sequence), 0);

  function findByReceipt(receipt: string): StoredMessage | undefined {
    const message = messages.get(receipt.split('/')[0] ?? '');
    return message?.receipt === receipt ? message : undefined;
  }

  function forgetOld(now: number): void {
    // Both maps are in the order of sending: the first young one ends the search.
    for (const [key, { at }] of sent) {
      if (now - at <= DEDUPLICATION_MS) break;
      sent.delete(key);
    }
    for (const { id, sentAt } of messages.values()) {
      if (now - sentAt <= settings.retentionSeconds * 1000) break;
      messages.delete(id);
    }
  }

  function send(outgoing: Outgoing): { readonly id: string } {
    const now = Date.now();
    forgetOld(now);
    const content = settings.contentBasedDeduplication ? createHash('sha256').update(outgoing.body).digest('hex') : undefined;
    const deduplicationId = settings.fifo ? (outgoing.deduplicationId ?? content) : undefined;
    const scope = settings.deduplicatesPerGroup ? outgoing.groupId : '';
    const earlier = deduplicationId === undefined ? undefined : sent.get(`${scope} ${deduplicationId}`);
    if (earlier) return earlier;
    const id = randomUUID();
    const visibleAt = now + (outgoing.delaySeconds ?? settings.delaySeconds ?? 0) * 1000;
    messages.set(id, { ...outgoing, deduplicationId, id, sequence: ++sequence, sentAt: now, visibleAt, receiveCount: 0 });
    if (deduplicationId !== undefined) sent.set(`${scope} ${deduplicationId}`, { id, at: now });
    changed();
    for (const listener of listeners) listener(outgoing.body);
    return { id };
  }

  function receive(max: number, visibilityMs = settings.visibilityTimeout * 1000): readonly StoredMessage[] {
    const now = Date.now();
    const received: StoredMessage[] = [];
    const lockedGroups = new Set<string>();
    for (const message of messages.values()) {
      if (received.length === max) break;
      const group = settings.fifo ? (message.groupId ?? '') : undefined;
      if (group !== undefined && lockedGroups.has(group)) continue;
      if (message.visibleAt > now) {
        if (group !== undefined) lockedGroups.add(group); // in flight or delayed: its group waits, to keep the order
      } else if (settings.redrive && message.receiveCount >= settings.redrive.maxReceiveCount) {
        messages.delete(message.id);
        const { body, groupId, deduplicationId, attributes } = message;
        settings.redrive.to().send({ body, groupId, deduplicationId, attributes });
      } else {
        message.visibleAt = now + visibilityMs;
        message.receiveCount++;
        message.firstReceivedAt ??= now;
        message.receipt = `${message.id}/${randomUUID()}`;
        received.push({ ...message });
      }
    }
    if (received.length > 0) changed();
    return received;
  }

  return {
    settings,
    send,
    receive,
    remove(receipt) {
      const message = findByReceipt(receipt);
      if (message && messages.delete(message.id)) changed();
    },
    changeVisibility(receipt, ms) {
      const message = findByReceipt(receipt);
      if (message) message.visibleAt = Date.now() + ms;
      return message !== undefined;
    },
    nextVisibleIn() {
      if (messages.size === 0) return undefined;
      return Math.max(0, [...messages.values()].reduce((next, { visibleAt }) => Math.min(next, visibleAt), Infinity) - Date.now());
    },
    snapshot: () => [...messages.values()],
    onSend: (listener) => void listeners.push(listener),
  };
}
