import { SendMessageBatchCommand, type SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMessageQueue } from '../../functions/importing/message-queue.ts';

const client = new SQSClient({ region: 'us-east-1' });
const sqs = mockClient(client);
const waits: number[] = [];
const queue = createMessageQueue({
  client,
  queueUrl: 'https://queue',
  retry: { attempts: 3, baseDelay: 100, budget: 10_000, sleep: async (milliseconds) => void waits.push(milliseconds), random: () => 1 },
});

/** Bodies of every call. */
function calls(): (string | undefined)[][] {
  return sqs
    .commandCalls(SendMessageBatchCommand)
    .map(({ args: [{ input }] }) => (input.Entries ?? []).map(({ MessageBody }) => MessageBody));
}

/** Refuses entries of these bodies, so many times. */
function refuse(times: number, ...bodies: readonly string[]): void {
  let left = times;
  sqs.on(SendMessageBatchCommand).callsFake(({ Entries = [] }: SendMessageBatchCommandInput) => {
    left -= 1;
    const refused = left < 0 ? [] : Entries.filter(({ MessageBody = '' }) => bodies.includes(MessageBody));
    return { Successful: [], Failed: refused.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })) };
  });
}

beforeEach(() => {
  sqs.reset();
  waits.length = 0;
  refuse(0);
});

describe('createMessageQueue', () => {
  it('sends ten at a time, each position once', async () => {
    const bodies = Array.from({ length: 23 }, (_, index) => `body ${index}`);
    expect(await queue.send(bodies)).toEqual([]);
    expect(calls().map((batch) => batch.length)).toEqual([10, 10, 3]);
    expect(calls().flat()).toEqual(bodies);
    const [first] = sqs.commandCalls(SendMessageBatchCommand);
    expect(first?.args[0].input.QueueUrl).toBe('https://queue');
    expect(new Set(first?.args[0].input.Entries?.map(({ Id }) => Id)).size).toBe(10);
  });

  it('keeps a batch below 256 KB', async () => {
    await queue.send(['a', 'b', 'c'].map((char) => char.repeat(100 * 1024)));
    expect(calls().map((batch) => batch.length)).toEqual([2, 1]);
  });

  it('sends nothing for nothing', async () => {
    await queue.send([]);
    expect(calls()).toEqual([]);
  });

  it('sends again only what was refused, with growing pauses', async () => {
    refuse(2, 'b');
    expect(await queue.send(['a', 'b', 'c'])).toEqual([]);
    expect(calls()).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
    expect(waits).toEqual([100, 200]);
  });

  it('tells what is refused again and again, and goes on with the rest', async () => {
    refuse(100, 'body 3');
    expect(await queue.send(Array.from({ length: 12 }, (_, index) => `body ${index}`))).toEqual([3]);
    expect(calls()).toContainEqual(['body 10', 'body 11']);
  });

  it('throws when the service as a whole fails', async () => {
    sqs.on(SendMessageBatchCommand).rejects(new Error('no permission'));
    await expect(queue.send(['a'])).rejects.toThrow('no permission');
  });
});
