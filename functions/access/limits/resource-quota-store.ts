/** Resource quotas in table `state`. */
import { plainCodec } from '../../store/plain-codec.ts';
import { createNamespacedStore, type NamespacedStoreOptions } from '../namespaced-store.ts';
import type { ResourceQuotaStore, StoredResourceQuota, WatchableStore } from '../ports.ts';

const codec = plainCodec<StoredResourceQuota>('QUOTA', 'resourcequota');

export function createResourceQuotaStore(options: NamespacedStoreOptions): ResourceQuotaStore & WatchableStore<StoredResourceQuota> {
  return createNamespacedStore(options, codec);
}
