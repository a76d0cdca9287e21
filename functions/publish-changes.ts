/** DynamoDB stream of table `state`, tags and triggers: publishes what changed, in order. */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
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

export const handler = withChain(
  createPublishRecords({
    publisher: createEventBridgePublisher({
      client: new EventBridgeClient({}),
      busName: requireEnv(ENV.eventBusName),
      retry: DEFAULT_RETRY,
    }),
    parking: createSqsParkingQueue({ client: new SQSClient({}), queueUrl: requireEnv(ENV.publishFailureQueueUrl) }),
    hosts: { internal: optionalEnv(ENV.internalRegistry), external: optionalEnv(ENV.externalRegistry) },
    log: { warn: (message, keys) => logger.warn(message, keys) },
    onPublished: (count) => metrics.addMetric(METRIC.tagChangePublished, MetricUnit.Count, count),
  }),
);
