/** A FIFO queue, chance and death as tests of the trigger queue play them: deterministic by their seed. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { SQSRecord } from 'aws-lambda';
import { formatFireMessage } from '../../functions/triggers/queue/fire-message.ts';
import type { FireQueue } from '../../functions/triggers/queue/fire-queue.ts';

/** In [0, 1); mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Queued {
  readonly record: SQSRecord;
  receives: number;
}

/** Hands out messages of a group only while none of it is in somebody's hands, as SQS does; the same id in a group is dropped. */
export function createGroupedQueue({ random, maxReceives }: { readonly random: () => number; readonly maxReceives: number }) {
  const groups = new Map<string, Queued[]>();
  const held = new Set<string>();
  const seen = new Set<string>();
  const parked: string[] = [];
  let count = 0;
  const groupOf = ({ attributes }: SQSRecord) => attributes.MessageGroupId ?? '';
  const queue: FireQueue = {
    async send(messages) {
      for (const message of messages) {
        const id = `${message.group}/${message.deduplicationId}`;
        if (seen.has(id)) continue;
        seen.add(id);
        count += 1;
        const attributes = { MessageGroupId: message.group, SentTimestamp: String(Date.now()), ApproximateReceiveCount: '1' };
        const record = {
          messageId: `m${count}`,
          receiptHandle: `r${count}`,
          body: formatFireMessage(message),
          attributes,
        } as unknown as SQSRecord;
        groups.set(message.group, [...(groups.get(message.group) ?? []), { record, receives: 0 }]);
      }
    },
  };
  return {
    ...queue,
    receive(most: number): SQSRecord[] {
      const free = [...groups].filter(([group, messages]) => messages.length > 0 && !held.has(group));
      const chosen = free.toSorted(() => random() - 0.5).slice(0, Math.ceil(most / 2));
      return chosen.flatMap(([group, messages]) => {
        held.add(group);
        return messages.slice(0, 1 + Math.floor(random() * 2)).map((message) => {
          message.receives += 1;
          const attributes = { ...message.record.attributes, ApproximateReceiveCount: String(message.receives) };
          return { ...message.record, attributes };
        });
      });
    },
    settle(batch: readonly SQSRecord[], failed: readonly string[]): void {
      const back = new Set(failed);
      for (const record of batch) {
        const group = groupOf(record);
        held.delete(group);
        const messages = groups.get(group) ?? [];
        const own = messages.find((message) => message.record.messageId === record.messageId);
        const isOver = !back.has(record.messageId) || (own?.receives ?? 0) >= maxReceives;
        if (back.has(record.messageId) && isOver) parked.push(record.messageId);
        if (isOver)
          groups.set(
            group,
            messages.filter((message) => message !== own),
          );
      }
    },
    parked: (): readonly string[] => parked,
  };
}

interface Invocation {
  isDead: boolean;
  readonly kill: () => void;
}

/** Ends invocations before or after one of their calls to the outside; a dead one does nothing any more, not even throw. */
export function createKiller(random: () => number) {
  const current = new AsyncLocalStorage<Invocation>();
  let left = 0;
  let chance = 0;
  let kills = 0;
  const never = <T>() => new Promise<T>(() => undefined);
  function die<T>(invocation: Invocation): Promise<T> {
    left -= 1;
    kills += 1;
    invocation.isDead = true;
    invocation.kill();
    return never();
  }
  return {
    /** `times` kills, within about `span` calls. */
    arm(times: number, span: number): void {
      left = times;
      chance = (2 * times) / span;
    },
    kills: () => kills,
    async around<T>(call: () => Promise<T>): Promise<T> {
      const invocation = current.getStore();
      if (invocation === undefined) return call();
      if (invocation.isDead) return never();
      const isDue = left > 0 && random() < chance;
      if (isDue && random() < 0.5) return die(invocation);
      const answer = await call();
      if (invocation.isDead) return never();
      return isDue && left > 0 ? die(invocation) : answer;
    },
    run<T>(work: () => Promise<T>): Promise<T | 'killed'> {
      return new Promise((resolve, reject) => {
        const invocation: Invocation = { isDead: false, kill: () => resolve('killed') };
        void current.run(invocation, () => work().then(resolve, reject));
      });
    },
  };
}
