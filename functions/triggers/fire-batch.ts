/** The trigger queue's handler: one batch of messages, in order within each target. */
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Clock } from '../resources/ports.ts';
import { parseFireMessage } from './queue/fire-message.ts';
import type { FireResult, FireTrigger } from './fire-trigger.ts';

export interface FireBatchDeps {
  readonly fireTrigger: FireTrigger;
  /** Hides a message that failed for some seconds. Its failing costs only the delay. */
  readonly delay: (receiptHandles: readonly string[], seconds: number) => Promise<void>;
  readonly log: {
    info(message: string, keys: Readonly<Record<string, unknown>>): void;
    warn(message: string, keys: Readonly<Record<string, unknown>>): void;
  };
  /** Told of every message that was not brought to its end, and of every target that did not take it. */
  readonly onFailure: () => void;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

type Handler = (event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<SQSBatchResponse>;

/** Seconds. A group is held up as long as its message is hidden, hence the limit whatever the target asks for. */
const FIRST_DELAY = 5;
const LONGEST_DELAY = 900;

/** ms one trigger may take of its batch, what recording what came of it takes besides, and the least it is begun with. */
const TIME_LIMIT = 40_000;
const RESERVE = 5_000;
const LEAST_TIME = 12_000;

/**
 * Handles groups side by side and each group's messages in order; after a failure the rest of that group is not touched and reported as
 * failed with it (AWS Lambda guide, FIFO queues and partial batch responses). The queue's redrive policy says how often a message may fail.
 */
export function createFireBatch(deps: FireBatchDeps): Handler {
  return async ({ Records }, context) => {
    const deadline = deps.clock() + context.getRemainingTimeInMillis() - RESERVE;
    const groups = Map.groupBy(Records, (record) => record.attributes.MessageGroupId ?? record.messageId);
    const failed = await Promise.all([...groups.values()].map((records) => fireGroup(deps, records, deadline)));
    return { batchItemFailures: failed.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

const OUT_OF_TIME: FireResult = { kind: 'wait', seconds: 1 };

/** Answers what of the group has to come again. */
async function fireGroup(deps: FireBatchDeps, records: readonly SQSRecord[], deadline: number): Promise<readonly SQSRecord[]> {
  for (const [position, record] of records.entries()) {
    const time = Math.min(TIME_LIMIT, deadline - deps.clock());
    // The first is tried whatever the time: it would never be otherwise.
    const result = position > 0 && time < LEAST_TIME ? OUT_OF_TIME : await fireRecord(deps, record, AbortSignal.timeout(Math.max(time, 1)));
    if (result.kind === 'done') continue;
    const rest = records.slice(position);
    const seconds =
      result.kind === 'wait' ? result.seconds : delayOf(result, Number(record.attributes.ApproximateReceiveCount), deps.random);
    // The rest too: SQS hands out nothing of a group while one of its messages is hidden.
    await hide(deps, rest, seconds);
    return rest;
  }
  return [];
}

async function fireRecord({ fireTrigger, log, onFailure }: FireBatchDeps, record: SQSRecord, signal: AbortSignal): Promise<FireResult> {
  try {
    const message = parseFireMessage(record.body);
    const { MessageGroupId: group = '', SentTimestamp } = record.attributes;
    const result = await fireTrigger({ ...message, group, sentAt: Number(SentTimestamp) }, signal);
    log.info('fired', { trigger: message.trigger, result });
    if (result.kind !== 'wait' && result.reason !== undefined) onFailure();
    return result;
  } catch (error) {
    log.warn('could not fire', { messageId: record.messageId, error });
    onFailure();
    return { kind: 'retry', reason: 'InternalError' };
  }
}

async function hide({ delay, log }: FireBatchDeps, records: readonly SQSRecord[], seconds: number): Promise<void> {
  try {
    await delay(
      records.map(({ receiptHandle }) => receiptHandle),
      seconds,
    );
  } catch (error) {
    log.warn('could not set the visibility of a failed message', { error });
  }
}

/**
 * Doubles with every receipt, half of it random; at least what the target asked for, and spread behind that, since it asked everybody for the
 * same. Whole seconds.
 */
function delayOf({ retryAfter = 0 }: { readonly retryAfter?: number }, receiveCount: number, random: () => number): number {
  const backoff = FIRST_DELAY * 2 ** Math.min(Math.max(receiveCount, 1) - 1, 10) * (0.5 + random() / 2);
  const asked = retryAfter === 0 ? 0 : retryAfter + random() * backoff;
  return Math.ceil(Math.min(LONGEST_DELAY, Math.max(backoff, asked)));
}
