import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { LocalRuntime } from '../../lib/local/index.ts';

export function sqsClient(runtime: LocalRuntime): SQSClient {
  return new SQSClient({
    endpoint: runtime.awsEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

/** Takes everything visible out of a queue; bodies parsed as JSON. */
export async function receiveAll(runtime: LocalRuntime, queue: string): Promise<unknown[]> {
  const client = sqsClient(runtime);
  const QueueUrl = `${runtime.awsEndpoint}/000000000000/${queue}`;
  const bodies: unknown[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) break;
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(JSON.parse(Body));
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  client.destroy();
  return bodies;
}
