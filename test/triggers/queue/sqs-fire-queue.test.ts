import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  type SendMessageBatchCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { parseFireMessage } from '../../../functions/triggers/queue/fire-message.ts';
import type { QueuedFire } from '../../../functions/triggers/queue/fire-queue.ts';
import { createSqsDelay } from '../../../functions/triggers/queue/sqs-delay.ts';
import { createSqsFireQueue } from '../../../functions/triggers/queue/sqs-fire-queue.ts';

const sqs = mockClient(SQSClient);
// The class is other files' too.
afterAll(() => sqs.restore());
const retry = { attempts: 3, baseDelay: 1, budget: 1000, sleep: async () => undefined, random: () => 0.5 };
const queue = createSqsFireQueue({ client: new SQSClient({}), queueUrl: 'https://queue.fifo', retry });

function messages(count: number): QueuedFire[] {
  return Array.from({ length: count }, (_, index) => ({
    trigger: { namespace: 'shop', name: `t${index}`, uid: `u${index}` },
    group: `target-${index}`,
    deduplicationId: `event.u${index}`,
  }));
}

const sent = () => sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input.Entries ?? []);

describe('trigger queue', () => {
  beforeEach(() => {
    sqs.reset();
    sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
  });

  it('sends each message to the group of its target, once per event', async () => {
    const [message] = messages(1);
    await queue.send(messages(1));
    const [entry] = sent()[0] ?? [];
    expect(entry).toMatchObject({ MessageGroupId: 'target-0', MessageDeduplicationId: 'event.u0' });
    expect(parseFireMessage(entry?.MessageBody ?? '')).toEqual({ trigger: message?.trigger });
  });

  it('sends ten at a time, and nothing for nothing', async () => {
    await queue.send([]);
    await queue.send(messages(63));
    expect(sent().map((entries) => entries.length)).toEqual([10, 10, 10, 10, 10, 10, 3]);
    expect(new Set(sent().flatMap((entries) => entries.map(({ MessageDeduplicationId }) => MessageDeduplicationId))).size).toBe(63);
  });

  it('sends what failed again, alone', async () => {
    let call = 0;
    sqs.on(SendMessageBatchCommand).callsFake(({ Entries = [] }: SendMessageBatchCommandInput) => {
      call += 1;
      return call === 1
        ? { Failed: [Entries[1], Entries[3]].map((entry) => ({ Id: entry?.Id, Code: 'InternalError', SenderFault: false })) }
        : {};
    });
    await queue.send(messages(5));
    expect(sent().map((entries) => entries.map(({ Id }) => Id))).toEqual([
      ['0', '1', '2', '3', '4'],
      ['1', '3'],
    ]);
  });

  it('throws when some are refused to the end, so that the event is delivered again', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] });
    await expect(queue.send(messages(2))).rejects.toThrow('refused 1 messages: InternalError');
    expect(sent()).toHaveLength(3);
  });
});

describe('delay', () => {
  const delay = createSqsDelay(new SQSClient({}), 'https://queue.fifo');

  it('hides all messages', async () => {
    sqs.on(ChangeMessageVisibilityBatchCommand).resolves({ Successful: [], Failed: [] });
    await delay(['a', 'b'], 30);
    expect(sqs.commandCalls(ChangeMessageVisibilityBatchCommand)[0]?.args[0].input).toEqual({
      QueueUrl: 'https://queue.fifo',
      Entries: [
        { Id: '0', ReceiptHandle: 'a', VisibilityTimeout: 30 },
        { Id: '1', ReceiptHandle: 'b', VisibilityTimeout: 30 },
      ],
    });
  });

  it('throws when one could not be hidden', async () => {
    sqs.on(ChangeMessageVisibilityBatchCommand).resolves({ Failed: [{ Id: '0', Code: 'ReceiptHandleIsInvalid', SenderFault: true }] });
    await expect(delay(['a'], 30)).rejects.toThrow('ReceiptHandleIsInvalid');
  });
});
