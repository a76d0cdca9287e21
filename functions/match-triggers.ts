/** Events on the bus: wakes the triggers that follow a changed tag, and triggers that changed themselves. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DEFAULT_RETRY } from './changes/retry-budget.ts';
import { requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { withChain } from './runtime/handler-chain.ts';
import { createTriggerStore } from './store/trigger-store.ts';
import { createMatchChange } from './triggers/match-change.ts';
import { createSqsFireQueue } from './triggers/queue/sqs-fire-queue.ts';

export const handler = withChain(
  createMatchChange({
    triggers: createTriggerStore({ client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) }),
    queue: createSqsFireQueue({ client: new SQSClient({}), queueUrl: requireEnv(ENV.triggerQueueUrl), retry: DEFAULT_RETRY }),
  }),
);
