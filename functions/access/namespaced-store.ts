/** Plain objects of namespaces in table `state`, as they are written: a store per kind. */
import type { NamespaceStore } from '../resources/ports.ts';
import { openDatabase, type StoreOptions } from '../store/database.ts';
import { namespaceNamesEver, namespaceNamesOf } from '../store/namespace-store.ts';
import { createObjectStore, type ObjectCodec } from '../store/object-store.ts';
import type { ObjectStore, StoredObject, WatchableStore } from './ports.ts';

export interface NamespacedStoreOptions extends StoreOptions {
  readonly namespaces: Pick<NamespaceStore, 'listNamespaces'>;
}

export function createNamespacedStore<T extends StoredObject>(
  { namespaces, ...options }: NamespacedStoreOptions,
  codec: ObjectCodec<T>,
): ObjectStore<T> & WatchableStore<T> {
  const db = openDatabase(options);
  return createObjectStore({ db, codec, namespaceNamesEver: () => namespaceNamesEver(db), namespaceNames: namespaceNamesOf(namespaces) });
}
