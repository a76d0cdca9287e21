/** FireQueue on an SQS FIFO queue. */
import { sendBatches, type SqsBatchesDeps } from '../../changes/sqs-batches.ts';
import { formatFireMessage } from './fire-message.ts';
import type { FireQueue } from './fire-queue.ts';

export function createSqsFireQueue(deps: SqsBatchesDeps): FireQueue {
  return {
    async send(messages) {
      const entries = messages.map((message) => ({
        MessageBody: formatFireMessage(message),
        MessageGroupId: message.group,
        MessageDeduplicationId: message.deduplicationId,
      }));
      const refused = await sendBatches(deps, entries);
      if (refused.length > 0) throw new Error(`the trigger queue refused ${refused.length} messages: ${refused[0]?.code ?? ''}`);
    },
  };
}
