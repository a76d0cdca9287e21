import { createHash } from 'node:crypto';
import * as sqs from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSqsTarget } from '../../../functions/triggers/targets/sqs.ts';
import { type AwsEmulator, AwsError, startAwsEmulator } from '../../support/aws/emulator.ts';
import { deliveryTo, recordSessions } from './aws/aws-delivery.ts';

const QUEUE = 'arn:aws:sqs:eu-central-1:111122223333:deploy';

let aws: AwsEmulator;
beforeAll(async () => {
  aws = await startAwsEmulator({ sqs });
  aws.answer('sqs', 'GetQueueUrl', () => ({ QueueUrl: 'https://q' }));
  aws.answer('sqs', 'SendMessage', ({ MessageBody }) => ({
    MessageId: 'm1',
    MD5OfMessageBody: createHash('md5').update(String(MessageBody)).digest('hex'),
  }));
});
afterAll(() => aws.close());
let seen = 0;
beforeEach(() => {
  aws.clearFaults();
  seen = aws.calls.length;
});

function setUp() {
  const { openSession, asked } = recordSessions();
  const target = createSqsTarget(openSession, (session) => new sqs.SQSClient({ ...session, ...aws.client, maxAttempts: 1 }));
  return { target, asked };
}
const calls = (operation: string) => aws.calls.slice(seen).filter((call) => call.operation === operation);
const sent = () => calls('SendMessage').map(({ input }) => input);

describe('sqs target', () => {
  it('sends what a webhook gets, with the id as an attribute', async () => {
    const { target, asked } = setUp();
    expect(await target.deliver(deliveryTo({ queueArn: QUEUE, roleArn: 'arn:aws:iam::1:role/r' }))).toEqual({
      kind: 'delivered',
      details: { messageId: 'm1' },
    });
    expect(asked).toEqual([{ arn: QUEUE, field: 'queueArn', roleArn: 'arn:aws:iam::1:role/r' }]);
    expect(calls('GetQueueUrl')).toMatchObject([
      { region: 'eu-central-1', input: { QueueName: 'deploy', QueueOwnerAWSAccountId: '111122223333' } },
    ]);
    expect(sent()).toEqual([
      {
        QueueUrl: 'https://q',
        MessageBody: expect.stringContaining('"type":"image-trigger.delivery"'),
        MessageAttributes: { 'delivery-id': { DataType: 'String', StringValue: 'msg_1' } },
      },
    ]);
    expect(aws.problems).toEqual([]);
  });

  it('keeps order in a FIFO queue, and sends a delivery to it once', async () => {
    await setUp().target.deliver(deliveryTo({ queueArn: `${QUEUE}.fifo` }));
    expect(sent()[0]).toMatchObject({ MessageGroupId: 'uid-1', MessageDeduplicationId: 'msg_1' });
  });

  it('only looks for the queue on a dry run', async () => {
    expect(await setUp().target.deliver(deliveryTo({ queueArn: QUEUE }, { dryRun: true }))).toMatchObject({ kind: 'delivered' });
    expect(sent()).toEqual([]);
  });

  it('says what the session says', async () => {
    const refusal = { kind: 'refused', reason: 'TargetNotAllowed', message: 'm' } as const;
    const target = createSqsTarget(async () => ({ ok: false, refusal }));
    expect(await target.deliver(deliveryTo({ queueArn: QUEUE }))).toEqual(refusal);
  });

  it.each<[string, number, 'retry' | 'refused']>([
    ['QueueDoesNotExist', 400, 'refused'],
    ['AccessDenied', 403, 'refused'],
    ['RequestThrottled', 400, 'retry'],
    ['InternalError', 500, 'retry'],
  ])('takes %s for %s', async (name, status, kind) => {
    aws.fault({ operation: 'SendMessage' }, new AwsError(name, 'no', status));
    expect(await setUp().target.deliver(deliveryTo({ queueArn: QUEUE }))).toEqual({
      kind,
      reason: name,
      message: `the queue does not take the message: ${name}: no`,
    });
  });

  it('tries again when the connection drops', async () => {
    aws.fault({ operation: 'SendMessage' }, 'reset');
    expect(await setUp().target.deliver(deliveryTo({ queueArn: QUEUE }))).toMatchObject({ kind: 'retry' });
  });
});
