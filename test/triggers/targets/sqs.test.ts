import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenSession } from '../../../functions/triggers/aws-session.ts';
import { createSqsTarget } from '../../../functions/triggers/targets/sqs.ts';
import type { Delivery } from '../../../functions/triggers/targets/target.ts';
import type { SqsTarget } from '../../../functions/triggers/types.ts';

const sqs = mockClient(SQSClient);
// The class is other files' too.
afterAll(() => sqs.restore());
const QUEUE = 'arn:aws:sqs:eu-central-1:111122223333:deploy';
const delivery = (target: SqsTarget, over: Partial<Delivery<SqsTarget>> = {}): Delivery<SqsTarget> => ({
  trigger: { namespace: 'shop', name: 'deploy', uid: 'uid-1' },
  target,
  id: 'msg_1',
  images: [],
  dryRun: false,
  signal: new AbortController().signal,
  ...over,
});

function setUp(open: OpenSession = async () => ({ ok: true, session: { region: 'eu-central-1' } })) {
  const asked: object[] = [];
  const target = createSqsTarget({
    openSession: async (trigger, resource) => {
      asked.push(resource);
      return open(trigger, resource);
    },
    clientFor: () => new SQSClient({}),
  });
  return { target, asked };
}

describe('sqs target', () => {
  beforeEach(() => {
    sqs.reset();
    sqs.on(GetQueueUrlCommand).resolves({ QueueUrl: 'https://q' });
    sqs.on(SendMessageCommand).resolves({ MessageId: 'm1' });
  });
  const sent = () => sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);

  it('sends what a webhook gets, with the id as an attribute', async () => {
    const { target, asked } = setUp();
    expect(await target.deliver(delivery({ queueArn: QUEUE, roleArn: 'arn:aws:iam::1:role/r' }))).toEqual({
      kind: 'delivered',
      details: { messageId: 'm1' },
    });
    expect(asked).toEqual([{ arn: QUEUE, field: 'queueArn', roleArn: 'arn:aws:iam::1:role/r' }]);
    expect(sqs.commandCalls(GetQueueUrlCommand)[0]?.args[0].input).toEqual({ QueueName: 'deploy', QueueOwnerAWSAccountId: '111122223333' });
    expect(sent()).toEqual([
      {
        QueueUrl: 'https://q',
        MessageBody: expect.stringContaining('"type":"image-trigger.delivery"'),
        MessageAttributes: { 'delivery-id': { DataType: 'String', StringValue: 'msg_1' } },
      },
    ]);
  });

  it('keeps order in a FIFO queue, and sends a delivery to it once', async () => {
    await setUp().target.deliver(delivery({ queueArn: `${QUEUE}.fifo` }));
    expect(sent()[0]).toMatchObject({ MessageGroupId: 'uid-1', MessageDeduplicationId: 'msg_1' });
  });

  it('only looks for the queue on a dry run', async () => {
    expect(await setUp().target.deliver(delivery({ queueArn: QUEUE }, { dryRun: true }))).toMatchObject({ kind: 'delivered' });
    expect(sent()).toEqual([]);
  });

  it('says what the session says', async () => {
    const refusal = { kind: 'refused', reason: 'TargetNotAllowed', message: 'm' } as const;
    expect(await setUp(async () => ({ ok: false, refusal })).target.deliver(delivery({ queueArn: QUEUE }))).toEqual(refusal);
  });

  it.each<[string, number, 'retry' | 'refused']>([
    ['QueueDoesNotExist', 400, 'refused'],
    ['AccessDenied', 403, 'refused'],
    ['RequestThrottled', 400, 'retry'],
    ['InternalError', 500, 'retry'],
    ['TimeoutError', 0, 'retry'],
  ])('takes %s for %s', async (name, httpStatusCode, kind) => {
    sqs.on(SendMessageCommand).rejects(Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } }));
    expect(await setUp().target.deliver(delivery({ queueArn: QUEUE }))).toEqual({
      kind,
      reason: name,
      message: `the queue does not take the message: ${name}: no`,
    });
  });
});
