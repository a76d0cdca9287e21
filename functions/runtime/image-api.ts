/** Composition of what the resources of image.openshift.io work with, from the environment of a deployed function. */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createLimitRangeStore } from '../access/limits/limit-range-store.ts';
import { createLimitReader } from '../access/limits/limit-reader.ts';
import type { LimitRangeStore, ResourceQuotaStore, StoredLimitRange, StoredResourceQuota, WatchableStore } from '../access/ports.ts';
import { createQuotaReader } from '../access/limits/quota-reader.ts';
import type { RbacAuthorizer } from '../access/policy/rbac-authorizer.ts';
import { createResourceQuotaStore } from '../access/limits/resource-quota-store.ts';
import { parseAllowedRegistries, registryRule } from '../image/allowed-registries.ts';
import type { ScheduleReader } from '../importing/ports.ts';
import type { ImageApi } from '../resources/image-api.ts';
import type { HeadReader, ImageHeadReader, NamespaceStore, StreamStore } from '../resources/ports.ts';
import { createStreamWriter } from '../resources/stream-writer.ts';
import { createImageHeadReader } from '../store/image-heads.ts';
import { createImageStore } from '../store/image-store.ts';
import { createNamespaceStore } from '../store/namespace-store.ts';
import { retryOnConflict } from '../store/retry-on-conflict.ts';
import { createScheduleReader } from '../store/schedule-reader.ts';
import { createStreamHeadReader } from '../store/stream-heads.ts';
import { createStreamStore } from '../store/stream-store.ts';
import { composeAuthorizer } from './authorizer.ts';
import { optionalEnv, requireEnv } from './config.ts';
import { ENV } from './environment.ts';

/** What only some functions work with. */
export interface MoreStores {
  readonly authorizer: RbacAuthorizer;
  /** For what nobody asks: automatic imports. Requests go through `write`. */
  readonly streams: StreamStore;
  readonly schedule: ScheduleReader;
  readonly heads: HeadReader;
  readonly imageHeads: ImageHeadReader;
  readonly namespaces: NamespaceStore;
  readonly limitRanges: LimitRangeStore & WatchableStore<StoredLimitRange>;
  readonly resourceQuotas: ResourceQuotaStore & WatchableStore<StoredResourceQuota>;
}

/** Reads the environment once; call at module scope of an entry file. Throws naming the variable that is missing. */
export function composeImageApi(): ImageApi & MoreStores {
  const client = new DynamoDBClient({});
  const table = requireEnv(ENV.stateTable);
  const settings = { importInterval: requireEnv(ENV.importInterval) };
  const namespaces = createNamespaceStore({ client, table });
  const limitRanges = createLimitRangeStore({ client, table, namespaces });
  const hosts = { internal: optionalEnv(ENV.internalRegistry), external: optionalEnv(ENV.externalRegistry) };
  const allowed = (optionalEnv(ENV.allowedRegistries) ?? '').split(',').filter((glob) => glob !== '');
  const resourceQuotas = createResourceQuotaStore({ client, table, namespaces });
  const streams = createStreamStore({ client, table, settings });
  const authorizer = composeAuthorizer(client);
  return {
    streams,
    write: createStreamWriter({ streams, authorizer, quotas: createQuotaReader(resourceQuotas), retry: retryOnConflict }),
    heads: createStreamHeadReader({ client, table }),
    imageHeads: createImageHeadReader({ client, table }),
    images: createImageStore({ client, table }),
    schedule: createScheduleReader({ client, table, ...settings }),
    namespaces,
    authorizer,
    hosts,
    allowedRegistries: registryRule(parseAllowedRegistries(allowed, hosts.internal)),
    limitRanges,
    resourceQuotas,
    limits: createLimitReader({ ranges: limitRanges, clock: Date.now }),
    retry: retryOnConflict,
    newUid: randomUUID,
  };
}
