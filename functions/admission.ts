/** HTTP, without an identity but by a token in the path: AdmissionReviews of API servers of clusters. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAdmissionApi } from './admission/admission-api.ts';
import { createResolveImages } from './admission/resolve-images.ts';
import { storeStatus } from './resources/store-status.ts';
import { optionalEnv, requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { createHttpHandler } from './runtime/http-function.ts';
import { logger } from './runtime/logger.ts';
import { createAdmissionMappingStore } from './store/admission-mapping-store.ts';
import { createStreamStore } from './store/stream-store.ts';

const options = { client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) };
const hosts = { internal: optionalEnv(ENV.internalRegistry), external: optionalEnv(ENV.externalRegistry) };

export const handler = createHttpHandler(
  createAdmissionApi({
    mappings: createAdmissionMappingStore(options),
    resolve: createResolveImages({ streams: createStreamStore({ ...options, settings: { importInterval: '' } }), hosts }),
    mapError: (error) => storeStatus(error, { group: '', resource: '', name: '' }),
    onError: (error) => logger.error('admission failed', { error: error as Error }),
  }),
);
