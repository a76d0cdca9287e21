/**
 * HTTP API Lambda authorizer (payload 2.0, simple response). It never denies: the request pipeline answers 401 and 403 as a Kubernetes
 * Status, which the gateway cannot.
 */
import { createAuthorizerHandler } from './access/logins/authorizer-handler.ts';
import { createAuthenticate } from './access/logins/authenticate.ts';
import { logger } from './runtime/logger.ts';
import { composeLogins } from './runtime/logins.ts';

export const handler = createAuthorizerHandler(createAuthenticate({ methods: composeLogins(), clock: Date.now }), (error) =>
  logger.error('authentication failed', { error: error as Error }),
);
