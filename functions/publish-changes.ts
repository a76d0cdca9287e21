/** DynamoDB stream of table `state`, tags and triggers: publishes what changed, in order. */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createEventBridgePublisher } from './changes/event-bridge-publisher.ts';
import { createPublishRecords } from './changes/publish-records.ts';
import { DEFAULT_RETRY } from './changes/retry-budget.ts';
import { createSqsParkingQueue } from './changes/sqs-parking-queue.ts';
import { optionalEnv, requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { withChain } from './runtime/handler-chain.ts';
import { logger } from './runtime/logger.ts';
import { METRIC } from './runtime/metric-names.ts';
import { metrics } from './runtime/metrics.ts';
import { createStreamStore } from './store/stream-store.ts';

// The interval only matters to writes of streams; this function reads their heads.
const streams = createStreamStore({
  client: new DynamoDBClient({}),
  table: requireEnv(ENV.stateTable),
  settings: { importInterval: '' },
});

export const handler = withChain(
  createPublishRecords({
    publisher: createEventBridgePublisher({
      client: new EventBridgeClient({}),
      busName: requireEnv(ENV.eventBusName),
      retry: DEFAULT_RETRY,
    }),
    parking: createSqsParkingQueue({ client: new SQSClient({}), queueUrl: requireEnv(ENV.publishFailureQueueUrl) }),
    hosts: { internal: optionalEnv(ENV.internalRegistry), external: optionalEnv(ENV.externalRegistry) },
    readRepository: async (namespace, stream) => (await streams.readTags(namespace, stream, []))?.dockerImageRepository ?? '',
    log: { warn: (message, keys) => logger.warn(message, keys) },
    onPublished: (count) => metrics.addMetric(METRIC.tagChangePublished, MetricUnit.Count, count),
  }),
);
