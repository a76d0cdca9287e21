/** HTTP: imagetriggers. */
import { randomBytes, randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createSigningKeyStore } from './access/signing-key-store.ts';
import { createTriggerHandlers, watchedTriggers } from './resources/imagetriggers/handlers.ts';
import { formatSecret } from './resources/imagetriggers/signing-secret.ts';
import { watchedBy } from './resources/watching/watch-collection.ts';
import { composeAuthorizer } from './runtime/authorizer.ts';
import { requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { createHttpFunction } from './runtime/http-function.ts';
import { composeWatching } from './runtime/watching.ts';
import { createNamespaceStore } from './store/namespace-store.ts';
import { retryOnConflict } from './store/retry-on-conflict.ts';
import { createTriggerStore } from './store/trigger-store.ts';

const client = new DynamoDBClient({});
const table = requireEnv(ENV.stateTable);

const triggers = createTriggerStore({ client, table });
const authorizer = composeAuthorizer(client);

const handlers = createTriggerHandlers({
  triggers,
  keys: createSigningKeyStore({ client, table: requireEnv(ENV.secretsTable) }),
  namespaces: createNamespaceStore({ client, table }),
  authorizer,
  retry: retryOnConflict,
  newUid: randomUUID,
  newSecret: () => formatSecret(randomBytes),
  allowPrivateAddresses: requireEnv(ENV.allowPrivateAddresses) === 'true',
});

export const handler = createHttpFunction(authorizer, {
  'delivery.image-streams.io/v1/imagetriggers': watchedBy(composeWatching())(handlers, watchedTriggers(triggers)),
});
