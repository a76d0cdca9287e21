/** Acts on targets of kind `sns`. */
import { GetTopicAttributesCommand, type MessageAttributeValue, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { formatQueueText } from '../../changes/queue-text.ts';
import type { AwsSession, OpenSession } from './aws/aws-session.ts';
import { SNS_KIND } from '../kinds/sns.ts';
import type { SnsTarget } from '../target-spec.ts';
import { createAwsTarget } from './aws/aws-target.ts';
import { payloadOf } from './payload.ts';
import type { Delivery, DeliveryTarget, Outcome } from './target.ts';

type Client = Pick<SNSClient, 'send'>;

/** A FIFO topic gets messages of one trigger in order and drops a delivery that it saw within five minutes; others see its id as an attribute. */
export function createSnsTarget(
  openSession: OpenSession,
  createClient: (session: AwsSession) => Client = (session) => new SNSClient(session),
): DeliveryTarget<SnsTarget> {
  return createAwsTarget({ kind: SNS_KIND, createClient, openSession, failed: 'the topic does not take the message', act: publish });
}

async function publish(client: Client, delivery: Delivery<SnsTarget>): Promise<Outcome> {
  const { trigger, target, id, dryRun, signal } = delivery;
  const { topicArn: TopicArn } = target;
  if (dryRun) {
    await client.send(new GetTopicAttributesCommand({ TopicArn }), { abortSignal: signal });
    return { kind: 'delivered', message: 'the topic is there' };
  }
  const { MessageId = '' } = await client.send(
    new PublishCommand({
      TopicArn,
      Message: formatQueueText(payloadOf(delivery)),
      MessageAttributes: attributesOf(delivery),
      ...(TopicArn.endsWith('.fifo') ? { MessageGroupId: trigger.uid, MessageDeduplicationId: id } : {}),
    }),
    { abortSignal: signal },
  );
  return { kind: 'delivered', details: { messageId: MessageId } };
}

/** What filter policies of subscriptions can tell apart. */
function attributesOf({ id, trigger, images }: Delivery<SnsTarget>): Record<string, MessageAttributeValue> {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const streams = images.filter(({ changed }) => changed).map(({ namespace, stream }) => `${namespace}/${stream}`);
  return {
    'delivery-id': text(id),
    namespace: text(trigger.namespace),
    trigger: text(trigger.name),
    stream: { DataType: 'String.Array', StringValue: JSON.stringify([...new Set(streams)]) },
  };
}
