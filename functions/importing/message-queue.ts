/** SQS as a narrow port: bodies in, the ones that did not get through out. */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

export interface MessageQueue {
  /** Sends every body; answers the positions of those the service kept refusing, in order. Throws when a call as a whole fails. */
  send(bodies: readonly string[]): Promise<readonly number[]>;
}

interface Entry {
  readonly position: number;
  readonly body: string;
}

/** Limits of SendMessageBatch: entries per call, and bytes per call for queues of any age. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;
/** A refused entry is sent this often in all. */
const ATTEMPTS = 3;

export interface QueueDependencies {
  readonly client: Pick<SQSClient, 'send'>;
  readonly queueUrl: string;
  /** Waits that many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export function createMessageQueue({ client, queueUrl, sleep }: QueueDependencies): MessageQueue {
  /** Entries the service refused. */
  async function sendOnce(entries: readonly Entry[]): Promise<readonly Entry[]> {
    const request = { QueueUrl: queueUrl, Entries: entries.map(({ position, body }) => ({ Id: String(position), MessageBody: body })) };
    const { Failed = [] } = await client.send(new SendMessageBatchCommand(request));
    const refused = new Set(Failed.map(({ Id }) => Id));
    return entries.filter(({ position }) => refused.has(String(position)));
  }

  async function sendBatch(entries: readonly Entry[]): Promise<readonly Entry[]> {
    let left = entries;
    for (let attempt = 1; attempt <= ATTEMPTS && left.length > 0; attempt += 1) {
      if (attempt > 1) await sleep(50 * 4 ** (attempt - 1));
      left = await sendOnce(left);
    }
    return left;
  }

  return {
    async send(bodies) {
      const failed: Entry[] = [];
      for (const batch of batchesOf(bodies.map((body, position) => ({ position, body })))) failed.push(...(await sendBatch(batch)));
      return failed.map(({ position }) => position);
    },
  };
}

function batchesOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const batches: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.body);
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
