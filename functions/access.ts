/** HTTP: namespaces. Projects, secrets, service accounts, roles and reviews join in their own issues. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { allowAuthenticated } from './access/allow-authenticated.ts';
import { createNamespaceHandlers } from './resources/namespaces/handlers.ts';
import { requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { createHttpFunction } from './runtime/http-function.ts';
import { createNamespaceStore } from './store/namespace-store.ts';

const namespaces = createNamespaceStore({ client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) });

export const handler = createHttpFunction(allowAuthenticated, { '/v1/namespaces': createNamespaceHandlers(namespaces) });
