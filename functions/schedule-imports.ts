/** Every minute: scheduled tags that are due, and imports that got lost → import queue. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { IMPORT_INTERVALS } from './image/import-interval.ts';
import { createMessageQueue } from './importing/message-queue.ts';
import { scheduleImports } from './importing/schedule-imports.ts';
import { requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { withChain } from './runtime/handler-chain.ts';
import { createHostBackoffStore } from './store/host-backoff-store.ts';
import { SCHEDULE_SHARDS } from './store/import-schedule.ts';
import { createScheduleStore } from './store/schedule-store.ts';

const state = { client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) };
const dependencies = {
  schedule: createScheduleStore(state),
  backoffs: createHostBackoffStore(state),
  queue: createMessageQueue({ client: new SQSClient({}), queueUrl: requireEnv(ENV.importQueueUrl), sleep }),
  clock: Date.now,
  intervals: IMPORT_INTERVALS,
  shards: SCHEDULE_SHARDS,
};

export const handler = withChain(() => scheduleImports(dependencies));
