/** Service accounts in table `state`. `default`, `builder` and `deployer` are in every namespace without being stored (original-store.ts). */
import { plainCodec } from '../../store/plain-codec.ts';
import type { Originals } from '../original-objects.ts';
import { createOriginalStore, type OriginalStoreOptions } from '../original-store.ts';
import type { ServiceAccountStore, StoredServiceAccount, WatchableStore } from '../ports.ts';

/** The accounts of every namespace. */
const NAMESPACE_ACCOUNTS: readonly string[] = ['builder', 'default', 'deployer'];
const EMPTY_ACCOUNT = { labels: {}, annotations: {}, secrets: [], imagePullSecrets: [] };

const codec = plainCodec<StoredServiceAccount>('SA', 'serviceaccount');
const originals: Originals<StoredServiceAccount> = {
  kind: '',
  of: (namespace) => (namespace === '' ? [] : NAMESPACE_ACCOUNTS.map((name) => ({ ...EMPTY_ACCOUNT, name }))),
};

export function createServiceAccountStore(options: OriginalStoreOptions): ServiceAccountStore & WatchableStore<StoredServiceAccount> {
  return createOriginalStore(options, codec, originals);
}
