/** HTTP: namespaces, secrets, service accounts. Projects, roles and reviews join in their own issues. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createServiceAccountStore } from './access/service-account-store.ts';
import { createNamespaceHandlers } from './resources/namespaces/handlers.ts';
import { createSecretHandlers, createStreamSecretsHandlers } from './resources/secrets/handlers.ts';
import { createServiceAccountHandlers } from './resources/serviceaccounts/handlers.ts';
import { requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { createHttpFunction } from './runtime/http-function.ts';
import { composeImageApi } from './runtime/image-api.ts';
import { composeSecretStore } from './runtime/secrets.ts';

const { authorizer, namespaces, streams, retry } = composeImageApi();
const secrets = composeSecretStore(namespaces);
const accounts = createServiceAccountStore({ client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable), namespaces });

export const handler = createHttpFunction(authorizer, {
  '/v1/namespaces': createNamespaceHandlers(namespaces),
  '/v1/secrets': createSecretHandlers({ objects: secrets, namespaces, retry }),
  '/v1/serviceaccounts': createServiceAccountHandlers({ objects: accounts, namespaces, retry }),
  'image.openshift.io/v1/imagestreams/secrets': createStreamSecretsHandlers(streams, secrets),
});
