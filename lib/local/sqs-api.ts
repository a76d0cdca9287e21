/** The SQS operations our functions use and people need: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/ */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiRefusal } from './api-refusal.ts';
import type { Queue, StoredMessage } from './queue.ts';
import type { Queues } from './queues.ts';

interface Entry {
  readonly Id?: string;
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
  readonly MessageAttributes?: Readonly<Record<string, unknown>>;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

interface Input extends Entry {
  readonly QueueUrl?: string;
  readonly Entries?: readonly Entry[];
  readonly MaxNumberOfMessages?: number;
  readonly WaitTimeSeconds?: number;
}

const MAXIMUM_BYTES = 1_048_576;

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function send(queue: Queue, entry: Entry): object {
  const { MessageBody: body = '', MessageGroupId: groupId, MessageDeduplicationId: deduplicationId } = entry;
  const { fifo, contentBasedDeduplication } = queue.settings;
  if (body === '' || Buffer.byteLength(body) > MAXIMUM_BYTES)
    throw new ApiRefusal('InvalidParameterValue', 'A message has 1 to 1048576 bytes.');
  if (fifo && !groupId) throw new ApiRefusal('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  if (fifo && !deduplicationId && !contentBasedDeduplication)
    throw new ApiRefusal('InvalidParameterValue', 'The queue has no ContentBasedDeduplication: MessageDeduplicationId must be given.');
  const { id } = queue.send({ body, delaySeconds: entry.DelaySeconds, groupId, deduplicationId, attributes: entry.MessageAttributes });
  return { MessageId: id, MD5OfMessageBody: md5(body) };
}

/** A message's system attributes, as receivers and functions see them. */
export function systemAttributes(message: StoredMessage): Record<string, string> {
  const { groupId, deduplicationId } = message;
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? 0),
    SentTimestamp: String(message.sentAt),
    SenderId: 'local',
    ...(groupId === undefined ? {} : { MessageGroupId: groupId, SequenceNumber: String(message.sequence).padStart(20, '0') }),
    ...(deduplicationId === undefined ? {} : { MessageDeduplicationId: deduplicationId }),
  };
}

async function receive(queue: Queue, input: Input): Promise<object> {
  const deadline = Date.now() + (input.WaitTimeSeconds ?? 0) * 1000;
  const take = () =>
    queue.receive(input.MaxNumberOfMessages ?? 1, input.VisibilityTimeout === undefined ? undefined : input.VisibilityTimeout * 1000);
  let messages = take();
  for (; messages.length === 0 && Date.now() < deadline; messages = take()) await sleep(20);
  if (messages.length === 0) return {};
  const Messages = messages.map((message) => ({
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: systemAttributes(message),
    MessageAttributes: message.attributes,
  }));
  return { Messages };
}

function remove(queue: Queue, { ReceiptHandle = '' }: Entry): object {
  queue.remove(ReceiptHandle);
  return {};
}

function changeVisibility(queue: Queue, { ReceiptHandle = '', VisibilityTimeout = 0 }: Entry): object {
  if (queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000)) return {};
  throw new ApiRefusal('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
}

/** The batch form of an operation: an entry that is refused does not stop the others. */
function inBatches(act: (queue: Queue, entry: Entry) => object): (queue: Queue, input: Input) => object {
  return (queue, { Entries: entries = [] }) => {
    if (entries.length < 1 || entries.length > 10) throw new ApiRefusal('TooManyEntriesInBatchRequest', 'A batch has 1 to 10 entries.');
    if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
      throw new ApiRefusal('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
    if (entries.reduce((sum, { MessageBody = '' }) => sum + Buffer.byteLength(MessageBody), 0) > MAXIMUM_BYTES)
      throw new ApiRefusal('BatchRequestTooLong', 'A batch has at most 1048576 bytes.');
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const entry of entries) {
      try {
        Successful.push({ Id: entry.Id, ...act(queue, entry) });
      } catch (error) {
        if (!(error instanceof ApiRefusal)) throw error;
        Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
      }
    }
    return { Successful, Failed };
  };
}

const OPERATIONS: Readonly<Record<string, (queue: Queue, input: Input) => object | Promise<object>>> = {
  SendMessage: send,
  SendMessageBatch: inBatches(send),
  ReceiveMessage: receive,
  DeleteMessage: remove,
  DeleteMessageBatch: inBatches(remove),
  ChangeMessageVisibility: changeVisibility,
  ChangeMessageVisibilityBatch: inBatches(changeVisibility),
};

/** Makes the SQS service. Rejects with ApiRefusal, named as SQS names its errors. */
export function createSqsApi(queues: Queues): (operation: string, input: object) => Promise<object> {
  return async (operation, input: Input) => {
    const queue = queues.find(input.QueueUrl ?? '');
    if (!queue) throw new ApiRefusal('QueueDoesNotExist', `The specified queue does not exist: ${input.QueueUrl}`);
    const run = OPERATIONS[operation];
    if (!run) throw new ApiRefusal('UnknownOperationException', `SQS operation ${operation} is not hosted`);
    return run(queue, input);
  };
}
