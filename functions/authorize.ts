/**
 * HTTP API Lambda authorizer (payload 2.0, simple response). It never denies: the request pipeline answers 401 and 403 as a Kubernetes
 * Status, which the gateway cannot.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAuthorizerHandler } from './access/authorizer-handler.ts';
import { createAuthenticate } from './access/authenticate.ts';
import { createServiceAccountStore } from './access/service-account-store.ts';
import { createVerifyToken } from './access/verify-token.ts';
import { requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { logger } from './runtime/logger.ts';
import { createNamespaceStore } from './store/namespace-store.ts';
import { createTokenStore } from './store/token-store.ts';
import { createVerificationKeyStore } from './store/verification-key-store.ts';

const options = { client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) };
const verifyToken = createVerifyToken({
  keys: createVerificationKeyStore(options),
  accounts: createServiceAccountStore({ ...options, namespaces: createNamespaceStore(options) }),
});

export const handler = createAuthorizerHandler(
  createAuthenticate({ tokens: createTokenStore(options), verifyToken, clock: Date.now }),
  (error) => logger.error('authentication failed', { error: error as Error }),
);
