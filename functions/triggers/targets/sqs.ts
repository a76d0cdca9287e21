/** Acts on targets of kind `sqs`. */
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { formatQueueText } from '../../changes/queue-text.ts';
import { parseArn } from '../arn.ts';
import type { AwsSession, OpenSession } from './aws/aws-session.ts';
import { SQS_KIND } from '../kinds/sqs.ts';
import type { SqsTarget } from '../target-spec.ts';
import { createAwsTarget } from './aws/aws-target.ts';
import { payloadOf } from './payload.ts';
import type { Delivery, DeliveryTarget, Outcome } from './target.ts';

type Client = Pick<SQSClient, 'send'>;

/** A FIFO queue gets messages of one trigger in order and drops a delivery that it saw within five minutes; others see its id as an attribute. */
export function createSqsTarget(
  openSession: OpenSession,
  createClient: (session: AwsSession) => Client = (session) => new SQSClient(session),
): DeliveryTarget<SqsTarget> {
  return createAwsTarget({ kind: SQS_KIND, createClient, openSession, failed: 'the queue does not take the message', act: sendMessage });
}

async function sendMessage(client: Client, { trigger, target, id, images, dryRun, signal }: Delivery<SqsTarget>): Promise<Outcome> {
  const { account, resource: name } = parseArn(target.queueArn);
  const find = new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account });
  const { QueueUrl } = await client.send(find, { abortSignal: signal });
  if (dryRun) return { kind: 'delivered', message: 'the queue is there' };
  const isFifo = name.endsWith('.fifo');
  const { MessageId = '' } = await client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: formatQueueText(payloadOf({ trigger, images })),
      MessageAttributes: { 'delivery-id': { DataType: 'String', StringValue: id } },
      ...(isFifo ? { MessageGroupId: trigger.uid, MessageDeduplicationId: id } : {}),
    }),
    { abortSignal: signal },
  );
  return { kind: 'delivered', details: { messageId: MessageId } };
}
