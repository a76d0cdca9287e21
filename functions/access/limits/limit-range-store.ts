/** Limit ranges in table `state`. */
import { openDatabase, type StoreOptions } from '../../store/database.ts';
import { namespaceNamesEver } from '../../store/namespace-store.ts';
import { createObjectStore } from '../../store/object-store.ts';
import { plainCodec } from '../../store/plain-codec.ts';
import type { NamespaceStore } from '../../resources/ports.ts';
import type { LimitRangeStore, StoredLimitRange, WatchableStore } from '../ports.ts';

export interface LimitRangeStoreOptions extends StoreOptions {
  readonly namespaces: Pick<NamespaceStore, 'listNamespaces'>;
}

const codec = plainCodec<StoredLimitRange>('LIMITS', 'limitrange');

export function createLimitRangeStore({
  namespaces,
  ...options
}: LimitRangeStoreOptions): LimitRangeStore & WatchableStore<StoredLimitRange> {
  const db = openDatabase(options);
  return createObjectStore({
    db,
    codec,
    namespaceNamesEver: () => namespaceNamesEver(db),
    namespaceNames: async (from) => (await namespaces.listNamespaces({})).items.map(({ name }) => name).filter((name) => name >= from),
  });
}
