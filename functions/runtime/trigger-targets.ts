/** Composition of the targets that triggers act on, from the environment of a deployed function. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STSClient } from '@aws-sdk/client-sts';
import { createSecretValues } from '../access/secrets/secret-values.ts';
import { createSigningKeyStore } from '../access/secrets/signing-key-store.ts';
import { createNamespaceStore } from '../store/namespace-store.ts';
import { parseAllowedTargets } from '../triggers/allowed-targets.ts';
import { createAwsSessions } from '../triggers/aws-session.ts';
import { createTargetRegistry } from '../triggers/targets/registry.ts';
import { createWebhookTarget } from '../triggers/targets/webhook.ts';
import { createWebhookPost } from '../triggers/targets/webhook-post.ts';
import { optionalEnv, requireEnv } from './config.ts';
import { ENV } from './environment.ts';
import { composeSecretCipher } from './sealing.ts';
import { composeSecretStore } from './secrets.ts';

/** Milliseconds a webhook has to answer. */
const WEBHOOK_TIMEOUT = 10_000;

/** `client`: of table `state`. Targets in AWS are loaded when first acted on: each brings the client of its service. Throws naming the variable that is missing. */
export function composeTargets(client: DynamoDBClient): ReturnType<typeof createTargetRegistry> {
  const allowPrivateAddresses = requireEnv(ENV.allowPrivateAddresses) === 'true';
  const secrets = createSecretValues(composeSecretStore(createNamespaceStore({ client, table: requireEnv(ENV.stateTable) })));
  const keys = createSigningKeyStore({ client, table: requireEnv(ENV.secretsTable), cipher: composeSecretCipher() });
  const post = createWebhookPost({ allowPrivateAddresses, timeout: WEBHOOK_TIMEOUT });
  const allowed = parseAllowedTargets(optionalEnv(ENV.triggerTargets));
  const openSession = createAwsSessions({ sts: new STSClient({}), allowed, clock: Date.now });
  return createTargetRegistry({
    webhook: () => createWebhookTarget({ secrets, keys, post, clock: Date.now }),
    kubernetes: async () =>
      (await import('#targets/kubernetes')).createKubernetesTarget({ secrets, openSession, allowPrivateAddresses, clock: Date.now }),
    sqs: async () => (await import('#targets/sqs')).createSqsTarget(openSession),
  });
}
