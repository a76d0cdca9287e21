/** An event source mapping from a queue to a function: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
import type { Queue, StoredMessage } from './queue.ts';

export interface QueueMappingSettings {
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly reportsFailures: boolean;
  /** ms after which messages of a failed invocation come back; default: when their visibility timeout ends. */
  readonly redeliverAfterMs?: number;
}

export interface QueueMapping {
  /** True when nothing is in the queue and nothing runs. */
  isIdle(): boolean;
  /** Takes no more messages; resolves when running invocations have ended. */
  stop(): Promise<void>;
}

/** Failed messages by the function's own report; all of them for a report Lambda would not understand. */
function failedIds(answer: unknown, messages: readonly StoredMessage[]): ReadonlySet<string> {
  const failures = (answer as { batchItemFailures?: { itemIdentifier?: string }[] } | null)?.batchItemFailures ?? [];
  const ids = new Set(failures.map((failure) => failure?.itemIdentifier ?? ''));
  const known = new Set(messages.map(({ id }) => id));
  return [...ids].every((id) => known.has(id)) ? ids : known;
}

/** Hands what arrives in `queue` to `invoke`, in batches, at most `maximumConcurrency` at a time. */
export function startQueueMapping(
  queue: Queue,
  settings: QueueMappingSettings,
  invoke: (messages: readonly StoredMessage[]) => Promise<unknown>,
): QueueMapping {
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function handle(messages: readonly StoredMessage[]): Promise<void> {
    let failed: ReadonlySet<string>;
    try {
      const answer = await invoke(messages);
      failed = settings.reportsFailures ? failedIds(answer, messages) : new Set();
    } catch {
      failed = new Set(messages.map(({ id }) => id)); // the function's log has the reason
    }
    for (const { id, receipt = '' } of messages) {
      if (!failed.has(id)) queue.remove(receipt);
      else if (settings.redeliverAfterMs !== undefined) queue.changeVisibility(receipt, settings.redeliverAfterMs);
    }
  }

  function poll(): void {
    clearTimeout(timer);
    while (!stopped && running.size < settings.maximumConcurrency) {
      const messages = queue.receive(settings.batchSize);
      if (messages.length === 0) break;
      const invocation = handle(messages).finally(() => {
        running.delete(invocation);
        poll();
      });
      running.add(invocation);
    }
    const next = queue.nextVisibleIn();
    // Full house: the next poll comes when an invocation ends. A locked group may look visible: do not spin on it.
    if (!stopped && next !== undefined && running.size < settings.maximumConcurrency) timer = setTimeout(poll, Math.max(20, next)).unref();
  }

  queue.onSend(() => queueMicrotask(poll));
  poll();
  return {
    isIdle: () => running.size === 0 && queue.nextVisibleIn() === undefined,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await Promise.allSettled(running);
    },
  };
}
