/** Composition of what the resources of image.openshift.io work with, from the environment of a deployed function. */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { allowAuthenticated } from '../access/allow-authenticated.ts';
import type { ImageApi } from '../resources/image-api.ts';
import type { NamespaceStore, StreamHeadReader } from '../resources/ports.ts';
import { createImageStore } from '../store/image-store.ts';
import { createNamespaceStore } from '../store/namespace-store.ts';
import { retryOnConflict } from '../store/retry-on-conflict.ts';
import { createStreamHeadReader } from '../store/stream-heads.ts';
import { createStreamStore } from '../store/stream-store.ts';
import { optionalEnv, requireEnv } from './config.ts';
import { ENV } from './environment.ts';

/** Reads the environment once; call at module scope of an entry file. Throws naming the variable that is missing. */
export function composeImageApi(): ImageApi & { readonly heads: StreamHeadReader; readonly namespaces: NamespaceStore } {
  const client = new DynamoDBClient({});
  const table = requireEnv(ENV.stateTable);
  const settings = { importInterval: requireEnv(ENV.importInterval) };
  return {
    streams: createStreamStore({ client, table, settings }),
    heads: createStreamHeadReader({ client, table }),
    images: createImageStore({ client, table }),
    namespaces: createNamespaceStore({ client, table }),
    authorizer: allowAuthenticated,
    hosts: { internal: optionalEnv(ENV.internalRegistry), external: optionalEnv(ENV.externalRegistry) },
    retry: retryOnConflict,
    newUid: randomUUID,
  };
}
