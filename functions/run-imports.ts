/** SQS import queue: asks the registries and imports what moved. */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openPullCredentials } from './access/pulling/pull-credentials.ts';
import { parsePlatform } from './image/platform.ts';
import { createImportWorker } from './importing/import-worker.ts';
import { requireEnv } from './runtime/config.ts';
import { composeEcr } from './runtime/ecr.ts';
import { ENV } from './runtime/environment.ts';
import { checkSpecWrite } from './resources/imagestreams/check-stream.ts';
import { withChain } from './runtime/handler-chain.ts';
import { composeImageApi } from './runtime/image-api.ts';
import { logger } from './runtime/logger.ts';
import { METRIC } from './runtime/metric-names.ts';
import { metrics } from './runtime/metrics.ts';
import { composeImportPolicy } from './runtime/import-policy.ts';
import { composeRegistryClient } from './runtime/registry.ts';
import { composeSecretStore } from './runtime/secrets.ts';
import { createHostBackoffStore } from './store/host-backoff-store.ts';

/** Of the function's two minutes, the rest is for storing what arrived. */
const TIME_LIMIT = 80_000;

const api = composeImageApi();
const policy = composeImportPolicy();
const secrets = composeSecretStore(api.namespaces);
const chooseEcr = composeEcr();
const registry = composeRegistryClient();

export const handler = withChain(
  createImportWorker({
    ...api,
    policy,
    connect: (signal, credentialsFor) => registry.forCaller({ signal, credentialsFor }),
    openCredentials: () => openPullCredentials(secrets, chooseEcr),
    backoffs: createHostBackoffStore({ client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) }),
    clock: Date.now,
    refuse: async (before, after) => (await checkSpecWrite(api, before, after)).refusal,
    platform: parsePlatform(requireEnv(ENV.importPlatform)),
    timeLimit: TIME_LIMIT,
    onMissing: (count) => metrics.addMetric(METRIC.imageMissing, MetricUnit.Count, count),
    report: (error, messageId) => logger.error('import message failed', { error: error as Error, messageId }),
  }),
);
