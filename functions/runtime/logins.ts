/** Composition of the ways to log in, from the environment of a deployed function. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createIamLogin } from '../access/logins/iam-login.ts';
import { createIamMappingStore } from '../access/logins/iam-mapping-store.ts';
import { createOidcLogin } from '../access/logins/oidc-login.ts';
import { createGet } from '../access/logins/outbound-get.ts';
import { createAccountLogin, createStoredLogin } from '../access/logins/own-logins.ts';
import type { LoginMethod } from '../access/ports.ts';
import { createServiceAccountStore } from '../access/accounts/service-account-store.ts';
import { createVerifyToken } from '../access/logins/verify-token.ts';
import type { Admins, OidcIssuer } from '../identity/types.ts';
import { createNamespaceStore } from '../store/namespace-store.ts';
import { createTokenStore } from '../store/token-store.ts';
import { createVerificationKeyStore } from '../store/verification-key-store.ts';
import { optionalEnv, requireEnv } from './config.ts';
import { ENV } from './environment.ts';

/** Reads the environment once; call at module scope of an entry file. Throws naming the variable that is missing. */
export function composeLogins(): readonly LoginMethod[] {
  const options = { client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) };
  const clock = Date.now;
  const admins = JSON.parse(optionalEnv(ENV.admins) ?? '{}') as Admins;
  const issuers = JSON.parse(optionalEnv(ENV.oidcIssuers) ?? '[]') as readonly OidcIssuer[];
  const verifyToken = createVerifyToken({
    keys: createVerificationKeyStore(options),
    accounts: createServiceAccountStore({ ...options, namespaces: createNamespaceStore(options) }),
    clock,
  });
  return [
    createIamLogin({
      clusterName: requireEnv(ENV.clusterName),
      region: process.env['AWS_REGION'] ?? '',
      // Its hosts are pinned; where a VPC has an endpoint for STS they are at private addresses.
      get: createGet({ allowPrivateAddresses: true }),
      mappings: createIamMappingStore(options),
      admins,
      clock,
    }),
    createAccountLogin(verifyToken),
    createOidcLogin({
      issuers,
      admins,
      get: createGet({ allowPrivateAddresses: requireEnv(ENV.allowPrivateAddresses) === 'true', certificates: optionalEnv(ENV.oidcCa) }),
      clock,
    }),
    createStoredLogin(createTokenStore(options)),
  ];
}
