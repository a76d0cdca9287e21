import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ParkedMessage } from '../../functions/changes/ports.ts';
import { formatQueueText } from '../../functions/changes/queue-text.ts';
import { createSqsParkingQueue } from '../../functions/changes/sqs-parking-queue.ts';
import { streamRecord, tagItem } from './tag-items.ts';

const sqs = mockClient(SQSClient);
// The class is other files' too.
afterAll(() => sqs.restore());
const queue = createSqsParkingQueue({ client: new SQSClient({}), queueUrl: 'https://queue' });
const body = () => sqs.commandCalls(SendMessageCommand)[0]?.args[0].input.MessageBody ?? '';

describe('parking queue', () => {
  beforeEach(() => sqs.reset());

  it('sends the whole message', async () => {
    const message: ParkedMessage = {
      kind: 'event',
      reason: 'Busy',
      source: 'image-streams',
      detailType: 'Image Stream Tag Changed',
      detail: { tag: 't' } as never,
    };
    await queue.park(message);
    expect(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input.QueueUrl).toBe('https://queue');
    expect(JSON.parse(body())).toEqual(message);
  });

  it('cuts a record no message can hold down to what finds it', async () => {
    const record = streamRecord(tagItem({ tag: 'x'.repeat(600_000) }), tagItem({ tag: 'x'.repeat(600_000) }));
    await queue.park({ kind: 'record', reason: 'r', record });
    expect(body().length).toBeLessThan(1000);
    expect(JSON.parse(body())).toMatchObject({
      kind: 'record',
      record: { eventID: record.eventID, dynamodb: { SequenceNumber: record.dynamodb?.SequenceNumber } },
    });
  });

  it('fails when the queue does', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('down'));
    await expect(queue.park({ kind: 'record', reason: 'r', record: {} })).rejects.toThrow('down');
  });
});

describe('formatQueueText', () => {
  it('writes JSON of characters SQS takes only', () => {
    const value = { tag: 'a\uFFFEb\uFFFFc\u0000d\uD800e' };
    const text = formatQueueText(value);
    expect(JSON.parse(text)).toEqual(value);
    // The characters SendMessage documents, those of XML 1.0.
    const isTaken = (code: number) =>
      [0x9, 0xa, 0xd].includes(code) || (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd);
    expect([...text].filter((character) => !isTaken(character.codePointAt(0) ?? 0))).toEqual([]);
  });
});
