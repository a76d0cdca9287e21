/** Acts on targets of kind `sqs`. */
import { GetQueueUrlCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { formatQueueText } from '../../changes/queue-text.ts';
import type { AwsSession, OpenSession } from '../aws-session.ts';
import { SQS_KIND } from '../kinds/sqs.ts';
import type { SqsTarget } from '../types.ts';
import { outcomeOfAwsError } from './aws-outcome.ts';
import { formatPayload } from './payload.ts';
import type { DeliveryTarget } from './target.ts';

export interface SqsDeps {
  readonly openSession: OpenSession;
  readonly clientFor: (session: AwsSession) => Pick<SQSClient, 'send'>;
}

/** A FIFO queue gets messages of one trigger in order and drops a delivery that it saw within five minutes; others see its id as an attribute. */
export function createSqsTarget({ openSession, clientFor }: SqsDeps): DeliveryTarget<SqsTarget> {
  return {
    kind: SQS_KIND.name,
    async deliver({ trigger, target, id, images, dryRun, signal }) {
      const resource = { arn: target.queueArn, field: 'queueArn', ...(target.roleArn === undefined ? {} : { roleArn: target.roleArn }) };
      const opened = await openSession(trigger, resource);
      if (!opened.ok) return opened.refusal;
      const client = clientFor(opened.session);
      const [, , , , account, name = ''] = target.queueArn.split(':');
      try {
        const find = new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account });
        const { QueueUrl } = await client.send(find, { abortSignal: signal });
        if (dryRun) return { kind: 'delivered', message: 'the queue is there' };
        const isFifo = name.endsWith('.fifo');
        const { MessageId = '' } = await client.send(
          new SendMessageCommand({
            QueueUrl,
            MessageBody: formatQueueText(JSON.parse(formatPayload({ trigger, images }))),
            MessageAttributes: { 'delivery-id': { DataType: 'String', StringValue: id } },
            ...(isFifo ? { MessageGroupId: trigger.uid, MessageDeduplicationId: id } : {}),
          }),
          { abortSignal: signal },
        );
        return { kind: 'delivered', details: { messageId: MessageId } };
      } catch (error) {
        return outcomeOfAwsError(error, 'the queue does not take the message');
      }
    },
  };
}
