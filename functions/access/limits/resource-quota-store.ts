/** Resource quotas in table `state`. */
import { openDatabase } from '../../store/database.ts';
import { namespaceNamesEver } from '../../store/namespace-store.ts';
import { createObjectStore } from '../../store/object-store.ts';
import { plainCodec } from '../../store/plain-codec.ts';
import type { LimitRangeStoreOptions } from './limit-range-store.ts';
import type { ResourceQuotaStore, StoredResourceQuota, WatchableStore } from '../ports.ts';

const codec = plainCodec<StoredResourceQuota>('QUOTA', 'resourcequota');

export function createResourceQuotaStore({
  namespaces,
  ...options
}: LimitRangeStoreOptions): ResourceQuotaStore & WatchableStore<StoredResourceQuota> {
  const db = openDatabase(options);
  return createObjectStore({
    db,
    codec,
    namespaceNamesEver: () => namespaceNamesEver(db),
    namespaceNames: async (from) => (await namespaces.listNamespaces({})).items.map(({ name }) => name).filter((name) => name >= from),
  });
}
