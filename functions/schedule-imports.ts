/** Every minute: scheduled tags that are due, imports that got lost, and images that are to be looked for → import queue. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DEFAULT_RETRY } from './changes/retry-budget.ts';
import { IMPORT_INTERVALS } from './image/import-interval.ts';
import { createMessageQueue } from './importing/message-queue.ts';
import { scheduleImports } from './importing/schedule-imports.ts';
import { scheduleImageChecks } from './importing/schedule-image-checks.ts';
import { optionalEnv, requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { withChain } from './runtime/handler-chain.ts';
import { createHostBackoffStore } from './store/host-backoff-store.ts';
import { createImageCheckStore } from './store/image-check-store.ts';
import { SCHEDULE_SHARDS } from './store/import-schedule.ts';
import { createScheduleStore } from './store/schedule-store.ts';

const state = { client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) };
const dependencies = {
  schedule: createScheduleStore(state),
  backoffs: createHostBackoffStore(state),
  queue: createMessageQueue({ client: new SQSClient({}), queueUrl: requireEnv(ENV.importQueueUrl), retry: DEFAULT_RETRY }),
  clock: Date.now,
  imageChecks: createImageCheckStore(state),
  hosts: { internal: optionalEnv(ENV.internalRegistry), external: optionalEnv(ENV.externalRegistry) },
  intervals: IMPORT_INTERVALS,
  shards: SCHEDULE_SHARDS,
};

/** What is due first; whether images are still there may wait. */
export const handler = withChain(async () => {
  try {
    await scheduleImports(dependencies);
  } finally {
    await scheduleImageChecks(dependencies);
  }
});
