/** Events of services on the account's bus: how deployments ended that deliveries began. */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { optionalEnv, requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { composeFailedTags } from './runtime/failed-tags.ts';
import { withChain } from './runtime/handler-chain.ts';
import { logger } from './runtime/logger.ts';
import { METRIC } from './runtime/metric-names.ts';
import { metrics } from './runtime/metrics.ts';
import { createStreamStore } from './store/stream-store.ts';
import { createTriggerStore } from './store/trigger-store.ts';
import { OUTCOME_READERS } from './triggers/outcomes/registry.ts';
import { createSettleOutcome } from './triggers/settle-outcome.ts';

const state = { client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) };

export const handler = withChain(
  createSettleOutcome({
    readers: OUTCOME_READERS,
    triggers: createTriggerStore(state),
    // The interval only matters to writes of streams; these reads are followed by none.
    streams: createStreamStore({ ...state, settings: { importInterval: '' } }),
    failedTags: composeFailedTags(),
    hosts: { internal: optionalEnv(ENV.internalRegistry), external: optionalEnv(ENV.externalRegistry) },
    clock: Date.now,
    log: { info: (message, keys) => logger.info(message, keys) },
    onFailure: () => metrics.addMetric(METRIC.triggerFailed, MetricUnit.Count, 1),
  }),
);
