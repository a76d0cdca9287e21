/** HTTP: imagetriggers (+ redeliver, deliveries), admissionmappings (+ token). */
import { randomBytes, randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createSigningKeyStore } from './access/secrets/signing-key-store.ts';
import { createAdmissionToken } from './admission/token.ts';
import { admissionMappingKind, createAdmissionMappingHandlers } from './resources/admissionmappings/handlers.ts';
import { createAdmissionTokenHandlers } from './resources/admissionmappings/issue-token.ts';
import { createDeliveriesHandlers } from './resources/imagetriggers/deliveries.ts';
import { createTriggerHandlers, watchedTriggers } from './resources/imagetriggers/handlers.ts';
import { createRedeliverHandlers } from './resources/imagetriggers/redeliver.ts';
import { watchedObjects } from './resources/plain-objects.ts';
import { watchedBy } from './resources/watching/watch-collection.ts';
import { composeAuthorizer } from './runtime/authorizer.ts';
import { optionalEnv, requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { createHttpFunction } from './runtime/http-function.ts';
import { composeSecretCipher } from './runtime/sealing.ts';
import { composeWatching } from './runtime/watching.ts';
import { createAdmissionMappingStore } from './store/admission-mapping-store.ts';
import { createNamespaceStore } from './store/namespace-store.ts';
import { retryOnConflict } from './store/retry-on-conflict.ts';
import { createTriggerStore } from './store/trigger-store.ts';
import { parseAllowedTargets } from './triggers/allowed-targets.ts';
import { formatSecret } from './triggers/kinds/fields/signing-secret.ts';

const client = new DynamoDBClient({});
const table = requireEnv(ENV.stateTable);

const triggers = createTriggerStore({ client, table });
const authorizer = composeAuthorizer(client);

const api = {
  triggers,
  keys: createSigningKeyStore({ client, table: requireEnv(ENV.secretsTable), cipher: composeSecretCipher() }),
  namespaces: createNamespaceStore({ client, table }),
  authorizer,
  retry: retryOnConflict,
  newUid: randomUUID,
  newSecret: () => formatSecret(randomBytes),
  allowPrivateAddresses: requireEnv(ENV.allowPrivateAddresses) === 'true',
  allowed: parseAllowedTargets(optionalEnv(ENV.triggerTargets)),
};

const mappings = { ...api, objects: createAdmissionMappingStore({ client, table }), newToken: createAdmissionToken };
const watched = watchedBy(composeWatching());
const delivery = 'delivery.image-streams.io/v1';

export const handler = createHttpFunction(authorizer, {
  [`${delivery}/imagetriggers`]: watched(createTriggerHandlers(api), watchedTriggers(triggers)),
  [`${delivery}/imagetriggers/redeliver`]: createRedeliverHandlers(api),
  [`${delivery}/imagetriggers/deliveries`]: createDeliveriesHandlers(api),
  [`${delivery}/admissionmappings`]: watched(
    createAdmissionMappingHandlers(mappings),
    watchedObjects(admissionMappingKind, mappings.objects),
  ),
  [`${delivery}/admissionmappings/token`]: createAdmissionTokenHandlers(mappings),
});
