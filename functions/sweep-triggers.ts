/** Every minute: triggers whose time has come, and triggers that are behind their tags → trigger queue. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DEFAULT_RETRY } from './changes/retry-budget.ts';
import { optionalEnv, requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { withChain } from './runtime/handler-chain.ts';
import { logger } from './runtime/logger.ts';
import { createStreamStore } from './store/stream-store.ts';
import { createTriggerStore } from './store/trigger-store.ts';
import { createSweepProgressStore } from './store/trigger-sweep-store.ts';
import { createSettleDelivery } from './triggers/settle-delivery.ts';
import { createSqsFireQueue } from './triggers/queue/sqs-fire-queue.ts';
import { sweepTriggers } from './triggers/sweep-triggers.ts';

const state = { client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) };
const triggers = createTriggerStore(state);
const dependencies = {
  triggers,
  progress: createSweepProgressStore(state),
  // The interval only matters to writes of streams; this function reads them.
  streams: createStreamStore({ ...state, settings: { importInterval: '' } }),
  queue: createSqsFireQueue({ client: new SQSClient({}), queueUrl: requireEnv(ENV.triggerQueueUrl), retry: DEFAULT_RETRY }),
  settle: createSettleDelivery({ triggers, clock: Date.now }),
  hosts: { internal: optionalEnv(ENV.internalRegistry), external: optionalEnv(ENV.externalRegistry) },
  clock: Date.now,
};

export const handler = withChain(async () => {
  const swept = await sweepTriggers(dependencies);
  if (swept.due > 0 || swept.behind > 0 || swept.unknown > 0) logger.info('woke triggers', { ...swept });
});
