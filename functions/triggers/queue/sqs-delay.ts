import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Hides received messages for some seconds; at most 10, what one receive brings. Throws when one could not be hidden. */
export function createSqsDelay(
  client: Pick<SQSClient, 'send'>,
  queueUrl: string,
): (handles: readonly string[], seconds: number) => Promise<void> {
  return async (handles, seconds) => {
    const entries = handles.map((handle, index) => ({ Id: String(index), ReceiptHandle: handle, VisibilityTimeout: seconds }));
    const { Failed = [] } = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    if (Failed.length > 0)
      throw new Error(`the visibility of ${Failed.length} messages could not be changed: ${Failed[0]?.Code ?? 'no code'}`);
  };
}
