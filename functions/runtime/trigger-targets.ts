/** Composition of the targets that triggers act on, from the environment of a deployed function. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STSClient } from '@aws-sdk/client-sts';
import { createSecretValues } from '../access/secrets/secret-values.ts';
import { createSigningKeyStore } from '../access/secrets/signing-key-store.ts';
import { createNamespaceStore } from '../store/namespace-store.ts';
import { parseAllowedTargets } from '../triggers/allowed-targets.ts';
import { createAwsSessions } from '../triggers/targets/aws/aws-session.ts';
import { createGithubTarget } from '../triggers/targets/github.ts';
import { createOutboundRequest } from '../triggers/targets/http/outbound-request.ts';
import { createTargetRegistry } from '../triggers/targets/registry.ts';
import { createWebhookTarget } from '../triggers/targets/webhook.ts';
import { createWebhookPost } from '../triggers/targets/http/webhook-post.ts';
import { optionalEnv, requireEnv } from './config.ts';
import { ENV } from './environment.ts';
import { composeSecretCipher } from './sealing.ts';
import { composeSecretStore } from './secrets.ts';

/** Milliseconds a webhook or GitHub has to answer. */
const ANSWER_TIMEOUT = 10_000;

/** `client`: of table `state`. Targets in AWS are loaded when first acted on: each brings the client of its service. Throws naming the variable that is missing. */
export function composeTargets(client: DynamoDBClient): ReturnType<typeof createTargetRegistry> {
  const allowPrivateAddresses = requireEnv(ENV.allowPrivateAddresses) === 'true';
  const secrets = createSecretValues(composeSecretStore(createNamespaceStore({ client, table: requireEnv(ENV.stateTable) })));
  const keys = createSigningKeyStore({ client, table: requireEnv(ENV.secretsTable), cipher: composeSecretCipher() });
  const post = createWebhookPost({ allowPrivateAddresses, timeout: ANSWER_TIMEOUT });
  const send = createOutboundRequest({ allowPrivateAddresses, timeout: ANSWER_TIMEOUT, callee: 'GitHub' });
  const allowed = parseAllowedTargets(optionalEnv(ENV.triggerTargets));
  const openSession = createAwsSessions({ sts: new STSClient({}), allowed, clock: Date.now });
  return createTargetRegistry({
    webhook: () => createWebhookTarget({ secrets, keys, post, clock: Date.now }),
    ecs: async () => (await import('#targets/ecs')).createEcsTarget(openSession),
    lambda: async () => (await import('#targets/lambda')).createLambdaTarget(openSession),
    kubernetes: async () =>
      (await import('#targets/kubernetes')).createKubernetesTarget({ secrets, openSession, allowPrivateAddresses, clock: Date.now }),
    ssm: async () => (await import('#targets/ssm')).createSsmTarget(openSession),
    codebuild: async () => (await import('#targets/codebuild')).createCodeBuildTarget(openSession),
    codepipeline: async () => (await import('#targets/codepipeline')).createCodePipelineTarget(openSession),
    stepFunctions: async () => (await import('#targets/step-functions')).createStepFunctionsTarget(openSession),
    sqs: async () => (await import('#targets/sqs')).createSqsTarget(openSession),
    sns: async () => (await import('#targets/sns')).createSnsTarget(openSession),
    eventBridge: async () => (await import('#targets/event-bridge')).createEventBridgeTarget(openSession),
    github: () => createGithubTarget({ secrets, send, clock: Date.now }),
  });
}
