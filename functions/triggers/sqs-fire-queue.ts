/** FireQueue on an SQS FIFO queue. */
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import { createRetryBudget, type RetryBudget, type RetryOptions } from '../changes/retry-budget.ts';
import { formatFireMessage, messageGroupOf } from './fire-message.ts';
import type { FireQueue } from './ports.ts';

export interface FireQueueDeps {
  readonly client: Pick<SQSClient, 'send'>;
  readonly queueUrl: string;
  readonly retry: RetryOptions;
}

/** SQS takes 10 messages at once; a message here is far below the 1 MiB they may have together. */
const BATCH = 10;
/** Requests in flight: a tag may wake thousands of triggers. */
const PARALLEL = 5;

export function createSqsFireQueue({ client, queueUrl, retry }: FireQueueDeps): FireQueue {
  return {
    async send(messages) {
      const budget = createRetryBudget(retry);
      const batches = cut(
        messages.map((message, index) => ({
          Id: String(index),
          MessageBody: formatFireMessage(message),
          MessageGroupId: messageGroupOf(message.trigger),
          MessageDeduplicationId: message.deduplicationId,
        })),
        BATCH,
      );
      for (const wave of cut(batches, PARALLEL)) {
        await Promise.all(wave.map((entries) => sendBatch(client, queueUrl, entries, budget)));
      }
    },
  };
}

/** Sends what failed again, as long as the budget lasts. */
async function sendBatch(
  client: FireQueueDeps['client'],
  queueUrl: string,
  entries: readonly SendMessageBatchRequestEntry[],
  budget: RetryBudget,
): Promise<void> {
  let pending = entries;
  for (let made = 1; ; made++) {
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [...pending] }));
    if (Failed.length === 0) return;
    const failed = new Set(Failed.map(({ Id }) => Id));
    pending = pending.filter(({ Id }) => failed.has(Id));
    if (!(await budget.wait(made)))
      throw new Error(`the trigger queue refused ${pending.length} messages: ${Failed[0]?.Code ?? 'no code'}`);
  }
}

function cut<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
}
