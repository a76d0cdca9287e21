/** The SQS operations our functions and tests use, in the AWS JSON protocol: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/ */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiRefusal } from './api-refusal.ts';
import type { Outgoing, Queue, StoredMessage } from './queue.ts';
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
  readonly QueueName?: string;
  readonly Entries?: readonly Entry[];
  readonly MaxNumberOfMessages?: number;
  readonly WaitTimeSeconds?: number;
}

const MAXIMUM_BYTES = 1_048_576;

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function send(queue: Queue, entry: Entry) {
  const body = entry.MessageBody ?? '';
  if (body === '' || Buffer.byteLength(body) > MAXIMUM_BYTES)
    throw new ApiRefusal('InvalidParameterValue', 'One or more parameters are invalid. Reason: message size');
  if (queue.settings.fifo && !entry.MessageGroupId)
    throw new ApiRefusal('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  if (queue.settings.fifo && !entry.MessageDeduplicationId && !queue.settings.contentBasedDeduplication)
    throw new ApiRefusal(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  const message: Outgoing = {
    body,
    delaySeconds: entry.DelaySeconds,
    groupId: entry.MessageGroupId,
    deduplicationId: entry.MessageDeduplicationId,
    attributes: entry.MessageAttributes,
  };
  const { id, sequence } = queue.send(message);
  return { MessageId: id, MD5OfMessageBody: md5(body), ...(queue.settings.fifo ? { SequenceNumber: formatSequence(sequence) } : {}) };
}

/** Twenty digits, as SQS numbers FIFO messages. */
function formatSequence(sequence: number): string {
  return String(sequence).padStart(20, '0');
}

/** A message's system attributes, as receivers and functions see them. */
export function systemAttributes(message: StoredMessage): Record<string, string> {
  const attributes: Record<string, string> = {
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? 0),
    SentTimestamp: String(message.sentAt),
    SenderId: 'local',
  };
  if (message.groupId !== undefined) attributes['MessageGroupId'] = message.groupId;
  if (message.deduplicationId !== undefined) attributes['MessageDeduplicationId'] = message.deduplicationId;
  if (message.groupId !== undefined) attributes['SequenceNumber'] = formatSequence(message.sequence);
  return attributes;
}

async function receive(queue: Queue, input: Input) {
  const deadline = Date.now() + (input.WaitTimeSeconds ?? 0) * 1000;
  const visibility = input.VisibilityTimeout === undefined ? undefined : input.VisibilityTimeout * 1000;
  let messages = queue.receive(input.MaxNumberOfMessages ?? 1, visibility);
  for (; messages.length === 0 && Date.now() < deadline; messages = queue.receive(input.MaxNumberOfMessages ?? 1, visibility))
    await sleep(20);
  if (messages.length === 0) return {};
  const Messages = messages.map((message) => ({
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: systemAttributes(message),
    ...(message.attributes ? { MessageAttributes: message.attributes } : {}),
  }));
  return { Messages };
}

/** Runs `act` for each entry: one that is refused does not stop the others. */
function batch(entries: readonly Entry[] | undefined, act: (entry: Entry) => object) {
  if (!entries || entries.length === 0) throw new ApiRefusal('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10) throw new ApiRefusal('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  const size = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry.MessageBody ?? ''), 0);
  if (size > MAXIMUM_BYTES) throw new ApiRefusal('BatchRequestTooLong', 'Batch requests cannot be longer than 1048576 bytes.');
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new ApiRefusal('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}

function remove(queue: Queue, { ReceiptHandle = '' }: Entry): object {
  queue.remove(ReceiptHandle);
  return {};
}

function changeVisibility(queue: Queue, { ReceiptHandle = '', VisibilityTimeout = 0 }: Entry): object {
  if (queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000)) return {};
  throw new ApiRefusal('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
}

function attributes({ settings, counts }: Queue) {
  const { visible, inFlight, delayed } = counts();
  return {
    Attributes: {
      QueueArn: settings.arn,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      VisibilityTimeout: String(settings.visibilityTimeout),
      ...(settings.fifo ? { FifoQueue: 'true' } : {}),
    },
  };
}

const OPERATIONS: Readonly<Record<string, (queue: Queue, input: Input) => object | Promise<object>>> = {
  SendMessage: send,
  SendMessageBatch: (queue, { Entries }) => batch(Entries, (entry) => send(queue, entry)),
  ReceiveMessage: receive,
  DeleteMessage: remove,
  DeleteMessageBatch: (queue, { Entries }) => batch(Entries, (entry) => remove(queue, entry)),
  ChangeMessageVisibility: changeVisibility,
  ChangeMessageVisibilityBatch: (queue, { Entries }) => batch(Entries, (entry) => changeVisibility(queue, entry)),
  GetQueueAttributes: attributes,
};

/** Makes the SQS service. Rejects with ApiRefusal, named as SQS names its errors. `urlOf` gives a queue's address by its name. */
export function createSqsApi(queues: Queues, urlOf: (name: string) => string): (operation: string, input: object) => Promise<object> {
  return async (operation, input: Input) => {
    const name = input.QueueUrl ?? input.QueueName ?? '';
    const queue = queues.find(name);
    if (!queue) throw new ApiRefusal('QueueDoesNotExist', `The specified queue does not exist: ${name}`);
    if (operation === 'GetQueueUrl') return { QueueUrl: urlOf(queue.settings.name) };
    const run = OPERATIONS[operation];
    if (!run) throw new ApiRefusal('UnknownOperationException', `SQS operation ${operation} is not hosted`);
    return run(queue, input);
  };
}
