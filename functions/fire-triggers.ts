/** SQS FIFO trigger queue: brings one target after the other to the newest images of its tags. */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { optionalEnv, requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { withChain } from './runtime/handler-chain.ts';
import { logger } from './runtime/logger.ts';
import { METRIC } from './runtime/metric-names.ts';
import { metrics } from './runtime/metrics.ts';
import { composeTargets } from './runtime/trigger-targets.ts';
import { createStreamStore } from './store/stream-store.ts';
import { createTriggerStore } from './store/trigger-store.ts';
import { createFireBatch } from './triggers/fire-batch.ts';
import { createFireTrigger } from './triggers/fire-trigger.ts';
import { createSqsDelay } from './triggers/queue/sqs-delay.ts';

const client = new DynamoDBClient({});
const table = requireEnv(ENV.stateTable);

export const handler = withChain(
  createFireBatch({
    fireTrigger: createFireTrigger({
      triggers: createTriggerStore({ client, table }),
      // The interval only matters to writes of streams; this function reads them.
      streams: createStreamStore({ client, table, settings: { importInterval: '' } }),
      deliver: composeTargets(client),
      hosts: { internal: optionalEnv(ENV.internalRegistry), external: optionalEnv(ENV.externalRegistry) },
      clock: Date.now,
    }),
    delay: createSqsDelay(new SQSClient({}), requireEnv(ENV.triggerQueueUrl)),
    log: { info: (message, keys) => logger.info(message, keys), warn: (message, keys) => logger.warn(message, keys) },
    onFailure: () => metrics.addMetric(METRIC.triggerFailed, MetricUnit.Count, 1),
    clock: Date.now,
    random: Math.random,
  }),
);
