/** ParkingQueue on SQS. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import type { ParkedMessage, ParkingQueue } from './ports.ts';
import { formatQueueText } from './queue-text.ts';

export interface ParkingDeps {
  readonly client: Pick<SQSClient, 'send'>;
  readonly queueUrl: string;
}

/** SQS takes 1 MiB (aws-facts.md §5); a record holds an item twice, 400 KB each at most, and JSON may double that. */
const MAX_BYTES = 1_048_576;

export function createSqsParkingQueue({ client, queueUrl }: ParkingDeps): ParkingQueue {
  return {
    async park(message) {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: formatParked(message) }));
    },
  };
}

/** Whole; only an unreadable record that no message could hold is cut down to its keys. */
function formatParked(message: ParkedMessage): string {
  const text = formatQueueText(message);
  if (message.kind === 'event' || Buffer.byteLength(text) <= MAX_BYTES) return text;
  const { eventID, eventName, dynamodb } = message.record as DynamoDBRecord;
  return formatQueueText({
    ...message,
    record: { eventID, eventName, dynamodb: { Keys: dynamodb?.Keys, SequenceNumber: dynamodb?.SequenceNumber } },
  });
}
