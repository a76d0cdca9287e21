/** Limit ranges in table `state`. */
import { plainCodec } from '../../store/plain-codec.ts';
import { createNamespacedStore, type NamespacedStoreOptions } from '../namespaced-store.ts';
import type { LimitRangeStore, StoredLimitRange, WatchableStore } from '../ports.ts';

const codec = plainCodec<StoredLimitRange>('LIMITS', 'limitrange');

export function createLimitRangeStore(options: NamespacedStoreOptions): LimitRangeStore & WatchableStore<StoredLimitRange> {
  return createNamespacedStore(options, codec);
}
