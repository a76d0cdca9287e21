/** Role bindings of namespaces, and cluster role bindings (in namespace ''), in table `state`. */
import { plainCodec } from '../store/plain-codec.ts';
import type { Originals } from './original-objects.ts';
import { createOriginalStore, type OriginalStoreOptions } from './original-store.ts';
import type { ObjectStore, StoredBinding, WatchableStore } from './ports.ts';

export const bindingCodec = plainCodec<StoredBinding>('BINDING', 'binding');

export type BindingStore = ObjectStore<StoredBinding> & WatchableStore<StoredBinding>;

export function createBindingStore(options: OriginalStoreOptions, originals: Originals<StoredBinding>): BindingStore {
  return createOriginalStore(options, bindingCodec, originals);
}
