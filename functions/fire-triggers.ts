/** SQS FIFO trigger queue: brings one target after the other to the newest images of its tags. */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { createSecretValues } from './access/secrets/secret-values.ts';
import { createSigningKeyStore } from './access/secrets/signing-key-store.ts';
import { optionalEnv, requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { withChain } from './runtime/handler-chain.ts';
import { logger } from './runtime/logger.ts';
import { METRIC } from './runtime/metric-names.ts';
import { metrics } from './runtime/metrics.ts';
import { composeSecretCipher } from './runtime/sealing.ts';
import { composeSecretStore } from './runtime/secrets.ts';
import { createNamespaceStore } from './store/namespace-store.ts';
import { createStreamStore } from './store/stream-store.ts';
import { createTriggerStore } from './store/trigger-store.ts';
import { parseAllowedTargets } from './triggers/allowed-targets.ts';
import { clientsBySession, createAwsSessions } from './triggers/aws-session.ts';
import { createFireBatch } from './triggers/fire-batch.ts';
import { createFireTrigger } from './triggers/fire-trigger.ts';
import { createSqsDelay } from './triggers/sqs-delay.ts';
import { createTargetRegistry } from './triggers/targets/registry.ts';
import { createSqsTarget } from './triggers/targets/sqs.ts';
import { createWebhookTarget } from './triggers/targets/webhook.ts';
import { createWebhookPost } from './triggers/targets/webhook-post.ts';

/** Milliseconds a webhook has to answer. */
const WEBHOOK_TIMEOUT = 10_000;

const client = new DynamoDBClient({});
const table = requireEnv(ENV.stateTable);
const allowPrivateAddresses = requireEnv(ENV.allowPrivateAddresses) === 'true';

const secrets = createSecretValues(composeSecretStore(createNamespaceStore({ client, table })));

const webhook = createWebhookTarget({
  secrets,
  keys: createSigningKeyStore({ client, table: requireEnv(ENV.secretsTable), cipher: composeSecretCipher() }),
  post: createWebhookPost({ allowPrivateAddresses, timeout: WEBHOOK_TIMEOUT }),
  clock: Date.now,
});

const openSession = createAwsSessions({
  sts: new STSClient({}),
  allowed: parseAllowedTargets(optionalEnv(ENV.triggerTargets)),
  clock: Date.now,
});
const sqs = createSqsTarget({ openSession, clientFor: clientsBySession((session) => new SQSClient(session)) });

export const handler = withChain(
  createFireBatch({
    fireTrigger: createFireTrigger({
      triggers: createTriggerStore({ client, table }),
      // The interval only matters to writes of streams; this function reads them.
      streams: createStreamStore({ client, table, settings: { importInterval: '' } }),
      deliver: createTargetRegistry([webhook, sqs]),
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
