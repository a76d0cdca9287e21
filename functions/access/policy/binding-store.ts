/** Role bindings of namespaces, and cluster role bindings (in namespace ''), in table `state`. */
import { bindingCodec } from '../../store/policy-codecs.ts';
import { DEFAULT_POLICY } from './default-policy.ts';
import { createOriginalStore, type OriginalStoreOptions } from '../original-store.ts';
import type { ObjectStore, StoredBinding, WatchableStore } from '../ports.ts';

export type BindingStore = ObjectStore<StoredBinding> & WatchableStore<StoredBinding>;

/** `originals`: what is there without being stored. */
export function createBindingStore(options: OriginalStoreOptions, originals = DEFAULT_POLICY.bindings): BindingStore {
  return createOriginalStore(options, bindingCodec, originals);
}
