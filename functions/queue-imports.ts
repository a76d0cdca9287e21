/** DynamoDB stream: tags that wait for their import, streams and tags that were deleted → import and sweep queue. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { DEFAULT_RETRY } from './changes/retry-budget.ts';
import { createChangeReader } from './importing/change-reader.ts';
import { createMessageQueue } from './importing/message-queue.ts';
import { requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { withChain } from './runtime/handler-chain.ts';

/** Two queues, one after the other, in the function's half minute. */
const retry = { ...DEFAULT_RETRY, budget: 10_000 };
const client = new SQSClient({});

export const handler = withChain(
  createChangeReader({
    imports: createMessageQueue({ client, queueUrl: requireEnv(ENV.importQueueUrl), retry }),
    sweeps: createMessageQueue({ client, queueUrl: requireEnv(ENV.sweepQueueUrl), retry }),
  }),
);
