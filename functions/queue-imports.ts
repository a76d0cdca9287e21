/** DynamoDB stream: tags that wait for their import, streams and tags that were deleted → import and sweep queue. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createChangeReader } from './importing/change-reader.ts';
import { createMessageQueue } from './importing/message-queue.ts';
import { requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { withChain } from './runtime/handler-chain.ts';

const client = new SQSClient({});

export const handler = withChain(
  createChangeReader({
    imports: createMessageQueue({ client, queueUrl: requireEnv(ENV.importQueueUrl), sleep }),
    sweeps: createMessageQueue({ client, queueUrl: requireEnv(ENV.sweepQueueUrl), sleep }),
  }),
);
