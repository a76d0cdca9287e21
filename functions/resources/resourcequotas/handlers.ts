/** Verbs of core/v1 resourcequotas. Quotas are enforced where streams are created (../imagestreams/check-quota.ts). */
import { type ResourceQuotaStore, type StoredResourceQuota, STREAM_COUNTS, type WatchableStore } from '../../access/ports.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import { createPlainHandlers, type PlainApi, type PlainKind, watchedObjects } from '../plain-objects.ts';
import type { HeadReader } from '../ports.ts';
import type { WatchedKind } from '../watching/watched-kind.ts';
import { decodeResourceQuota, foldQuota, type ResourceQuota, resourceQuotaTable, viewResourceQuota } from './resource-quota-object.ts';
import { RESOURCE_QUOTA, RESOURCE_QUOTA_MESSAGE } from './schema.ts';
import { validateQuotaUpdate, validateResourceQuota } from './validate-resource-quota.ts';

export const resourceQuotaKind: PlainKind<StoredResourceQuota, ResourceQuota> = {
  group: '',
  apiVersion: 'v1',
  resource: 'resourcequotas',
  kind: 'ResourceQuota',
  prepare: ({ spec }, base) => ({ ...base, ...spec, hard: spec.hard ?? {} }),
  validate: validateResourceQuota,
  validateUpdate: validateQuotaUpdate,
  view: viewResourceQuota,
};

export interface ResourceQuotaApi extends PlainApi<StoredResourceQuota> {
  readonly objects: ResourceQuotaStore;
  /** Heads of image streams: what there is. */
  readonly streams: HeadReader;
}

/** `status.used` is counted when it is asked for: nothing has to be kept up to date. */
export function createResourceQuotaHandlers(api: ResourceQuotaApi): ResourceHandlers<ResourceQuota> {
  const plain = createPlainHandlers(resourceQuotaKind, api);
  return {
    get: async (context, name) => withUsage(api, await plain.get(context, name)),
    async list(context, options) {
      const { items, ...list } = await plain.list(context, options);
      return { ...list, items: await Promise.all(items.map((quota) => withUsage(api, quota))) };
    },
    create: async (context, quota) => withUsage(api, (await plain.create(context, quota)) as ResourceQuota),
    async update(context, name, next) {
      const { object, created } = await plain.update(context, name, next);
      return { object: await withUsage(api, object), created };
    },
    delete: (context, name, options) => plain.delete(context, name, options),
    decode: decodeResourceQuota,
    foldApplied: foldQuota,
    protobuf: RESOURCE_QUOTA_MESSAGE,
    table: resourceQuotaTable,
    schema: RESOURCE_QUOTA,
  };
}

/** Tells of changes of quotas, not of what is used of them. */
export function watchedQuotas(
  api: ResourceQuotaApi & { readonly objects: WatchableStore<StoredResourceQuota> },
): WatchedKind<ResourceQuota> {
  const watched = watchedObjects(resourceQuotaKind, api.objects);
  return {
    ...watched,
    async read(head) {
      const quota = await watched.read(head);
      return quota === null ? null : withUsage(api, quota);
    },
  };
}

async function withUsage({ streams }: ResourceQuotaApi, quota: ResourceQuota): Promise<ResourceQuota> {
  const { scopes, scopeSelector } = quota.spec;
  const counted = STREAM_COUNTS.filter((name) => Object.hasOwn(quota.spec.hard ?? {}, name));
  if (counted.length === 0 || scopes !== undefined || scopeSelector !== undefined) return quota;
  const { heads } = await streams.readHeads(quota.metadata?.namespace ?? '');
  const count = String(heads.filter(({ isDeleted }) => !isDeleted).length);
  return { ...quota, status: { ...quota.status, used: Object.fromEntries(counted.map((name) => [name, count])) } };
}
