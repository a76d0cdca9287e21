/** Many messages to one SQS queue, in as few calls as it takes. */
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import { createRetryBudget, type RetryBudget, type RetryOptions } from './retry-budget.ts';

export interface SqsBatchesDeps {
  readonly client: Pick<SQSClient, 'send'>;
  readonly queueUrl: string;
  readonly retry: RetryOptions;
}

/** Position and code of a message that the queue refused to the end. */
export interface RefusedMessage {
  readonly position: number;
  readonly code: string;
}

/** Limits of SendMessageBatch: entries per call, and bytes per call for queues of any age. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;
/** Calls under way: there may be thousands of messages. */
const PARALLEL = 5;

/** Sends every message, those that are refused again while the budget lasts; answers the rest, in order. Throws when a call as a whole fails. */
export async function sendBatches(
  deps: SqsBatchesDeps,
  messages: readonly Omit<SendMessageBatchRequestEntry, 'Id'>[],
): Promise<readonly RefusedMessage[]> {
  const budget = createRetryBudget(deps.retry);
  const batches = batchesOf(messages.map((message, position) => ({ ...message, Id: String(position) })));
  const refused: RefusedMessage[] = [];
  for (let start = 0; start < batches.length; start += PARALLEL) {
    const wave = batches.slice(start, start + PARALLEL).map((entries) => sendBatch(deps, entries, budget));
    refused.push(...(await Promise.all(wave)).flat());
  }
  return refused;
}

async function sendBatch(
  { client, queueUrl }: SqsBatchesDeps,
  entries: readonly SendMessageBatchRequestEntry[],
  budget: RetryBudget,
): Promise<readonly RefusedMessage[]> {
  let left = entries;
  for (let made = 1; ; made++) {
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [...left] }));
    const codes = new Map(Failed.map(({ Id, Code = 'no code' }) => [Id, Code]));
    left = left.filter(({ Id }) => codes.has(Id));
    if (left.length === 0) return [];
    if (!(await budget.wait(made))) return left.map(({ Id }) => ({ position: Number(Id), code: codes.get(Id) ?? '' }));
  }
}

function batchesOf(entries: readonly SendMessageBatchRequestEntry[]): readonly (readonly SendMessageBatchRequestEntry[])[] {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.MessageBody ?? '');
    const last = batches.at(-1);
    if (last !== undefined && last.length < MAX_ENTRIES && bytes + size <= MAX_BYTES) {
      last.push(entry);
      bytes += size;
    } else {
      batches.push([entry]);
      bytes = size;
    }
  }
  return batches;
}
