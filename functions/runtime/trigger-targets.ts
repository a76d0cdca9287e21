/** Composition of the targets that triggers act on, from the environment of a deployed function. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { createSecretValues } from '../access/secrets/secret-values.ts';
import { createSigningKeyStore } from '../access/secrets/signing-key-store.ts';
import { createNamespaceStore } from '../store/namespace-store.ts';
import { parseAllowedTargets } from '../triggers/allowed-targets.ts';
import { clientsBySession, createAwsSessions } from '../triggers/aws-session.ts';
import { createTargetRegistry } from '../triggers/targets/registry.ts';
import { createSqsTarget } from '../triggers/targets/sqs.ts';
import { createWebhookTarget } from '../triggers/targets/webhook.ts';
import { createWebhookPost } from '../triggers/targets/webhook-post.ts';
import { optionalEnv, requireEnv } from './config.ts';
import { ENV } from './environment.ts';
import { composeSecretCipher } from './sealing.ts';
import { composeSecretStore } from './secrets.ts';

/** Milliseconds a webhook has to answer. */
const WEBHOOK_TIMEOUT = 10_000;

/** `client`: of table `state`. Throws naming the variable that is missing. */
export function composeTargets(client: DynamoDBClient): ReturnType<typeof createTargetRegistry> {
  const allowPrivateAddresses = requireEnv(ENV.allowPrivateAddresses) === 'true';
  const webhook = createWebhookTarget({
    secrets: createSecretValues(composeSecretStore(createNamespaceStore({ client, table: requireEnv(ENV.stateTable) }))),
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
  return createTargetRegistry([webhook, sqs]);
}
