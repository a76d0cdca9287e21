import * as sns from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSnsTarget } from '../../../functions/triggers/targets/sns.ts';
import { type AwsEmulator, AwsError, startAwsEmulator } from '../../support/aws/emulator.ts';
import { deliveredImage, deliveryTo, recordSessions } from './aws/aws-delivery.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:news';

let aws: AwsEmulator;
beforeAll(async () => {
  aws = await startAwsEmulator({ sns });
  aws.answer('sns', 'GetTopicAttributes', () => ({}));
  aws.answer('sns', 'Publish', () => ({ MessageId: 'm1' }));
});
afterAll(() => aws.close());
let seen = 0;
beforeEach(() => {
  aws.clearFaults();
  seen = aws.calls.length;
});

function setUp() {
  const { openSession, asked } = recordSessions();
  const target = createSnsTarget(openSession, (session) => new sns.SNSClient({ ...session, ...aws.client, maxAttempts: 1 }));
  return { target, asked };
}
const calls = () => aws.calls.slice(seen);

describe('sns target', () => {
  it('publishes what a webhook gets, with what filter policies look at', async () => {
    const { target, asked } = setUp();
    const images = [
      deliveredImage(),
      deliveredImage({ tag: 'next' }),
      deliveredImage({ namespace: 'platform', stream: 'proxy' }),
      deliveredImage({ stream: 'old', changed: false }),
    ];
    expect(await target.deliver(deliveryTo({ topicArn: TOPIC, roleArn: 'arn:aws:iam::1:role/r' }, { images }))).toEqual({
      kind: 'delivered',
      details: { messageId: 'm1' },
    });
    expect(asked).toEqual([{ arn: TOPIC, field: 'topicArn', roleArn: 'arn:aws:iam::1:role/r' }]);
    expect(calls()).toMatchObject([{ operation: 'Publish', region: 'eu-central-1' }]);
    expect(calls()[0]?.input).toEqual({
      TopicArn: TOPIC,
      Message: expect.stringContaining('"type":"image-trigger.delivery"'),
      MessageAttributes: {
        'delivery-id': { DataType: 'String', StringValue: 'msg_1' },
        namespace: { DataType: 'String', StringValue: 'shop' },
        trigger: { DataType: 'String', StringValue: 'deploy' },
        stream: { DataType: 'String.Array', StringValue: '["shop/web","platform/proxy"]' },
      },
    });
    expect(aws.problems).toEqual([]);
  });

  it('keeps order in a FIFO topic, and publishes a delivery to it once', async () => {
    await setUp().target.deliver(deliveryTo({ topicArn: `${TOPIC}.fifo` }));
    expect(calls()[0]?.input).toMatchObject({ MessageGroupId: 'uid-1', MessageDeduplicationId: 'msg_1' });
  });

  it('only looks at the topic on a dry run', async () => {
    expect(await setUp().target.deliver(deliveryTo({ topicArn: TOPIC }, { dryRun: true }))).toMatchObject({ kind: 'delivered' });
    expect(calls()).toMatchObject([{ operation: 'GetTopicAttributes', input: { TopicArn: TOPIC } }]);
  });

  it.each<[string, number, 'retry' | 'refused']>([
    ['NotFound', 404, 'refused'],
    ['AuthorizationError', 403, 'refused'],
    ['InvalidParameter', 400, 'refused'],
    ['KMSAccessDenied', 400, 'refused'],
    ['KMSThrottling', 400, 'retry'],
    ['Throttled', 429, 'retry'],
    ['InternalError', 500, 'retry'],
  ])('takes %s for %s', async (name, status, kind) => {
    aws.fault({ operation: 'Publish' }, new AwsError(name, 'no', status));
    expect(await setUp().target.deliver(deliveryTo({ topicArn: TOPIC }))).toMatchObject({
      kind,
      message: expect.stringMatching(/^the topic does not take the message: \w+: no$/),
    });
  });

  it('tries again when the connection drops', async () => {
    aws.fault({ operation: 'Publish' }, 'reset');
    expect(await setUp().target.deliver(deliveryTo({ topicArn: TOPIC }))).toMatchObject({ kind: 'retry' });
  });
});
