/**
 * Secrets in table `secrets` (design.md §3). What a secret holds is sealed before it reaches the table, its annotations included: kubectl keeps
 * the whole applied manifest in one. The seal names namespace and name, so that no item passes for another one.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { decode, tagged } from '../../store/codec.ts';
import { openDatabase, type StoreOptions } from '../../store/database.ts';
import type { Item } from '../../store/item-size.ts';
import type { ItemBase } from '../../store/items.ts';
import { createObjectStore, type ObjectCodec, queryObjects } from '../../store/object-store.ts';
import { mapParallel } from '../../store/parallel.ts';
import { PULL_SECRET_TYPES, type SecretCipher, type SecretStore, type StoredSecret, type WatchableStore } from '../ports.ts';

/** Keeps a secret from the imports of its namespace (openshift-semantics.md §4.7). */
export const EXCLUDED_ANNOTATION = 'openshift.io/image.excludeSecret';

/** Secrets opened at a time: each asks the key service. */
const PARALLEL_OPENS = 16;

export interface SecretStoreOptions extends StoreOptions {
  readonly cipher: SecretCipher;
  /** Names of all namespaces in order, beginning with `from`. */
  readonly namespaceNames: (from: string) => Promise<readonly string[]>;
  /** The same with those deleted within the last day. Default: `namespaceNames`. */
  readonly namespaceNamesEver?: () => Promise<readonly string[]>;
}

interface SecretItem extends ItemBase, Omit<StoredSecret, keyof Sealed> {
  readonly entity: 'secret';
  /** Absent once the secret is deleted. */
  readonly sealed?: Uint8Array;
}

/** Owners are sealed with what they own: they name the keys of the data. */
type Sealed = Pick<StoredSecret, 'data' | 'annotations' | 'managedFields'>;

/** `options.table` is table `secrets`. */
export function createSecretStore({
  cipher,
  namespaceNames,
  namespaceNamesEver,
  ...options
}: SecretStoreOptions): SecretStore & WatchableStore<StoredSecret> {
  const db = openDatabase(options);
  const codec = createCodec(cipher);
  return {
    ...createObjectStore({ db, codec, namespaceNames, ...(namespaceNamesEver === undefined ? {} : { namespaceNamesEver }) }),
    async listPullSecrets(namespace) {
      const found: Item[] = [];
      for await (const items of queryObjects(db, codec.prefix, namespace, null)) found.push(...items.filter(isPullSecret));
      const secrets = await mapParallel(found, PARALLEL_OPENS, (item) => codec.decode(item));
      return secrets.filter(({ annotations }) => annotations[EXCLUDED_ANNOTATION] !== 'true');
    },
  };
}

function createCodec(cipher: SecretCipher): ObjectCodec<StoredSecret> {
  return {
    prefix: 'SECRET',
    entity: 'secret',
    async encode({ data, annotations, managedFields, ...shown }) {
      const content: Sealed = { data, annotations, ...(managedFields === undefined ? {} : { managedFields }) };
      const sealed = await cipher.seal(gzipSync(JSON.stringify(content)), contextOf(shown));
      return { ...tagged('secret'), ...shown, sealed };
    },
    async decode(item) {
      const { namespace, name, uid, revision, creationTimestamp, labels, type, immutable, sealed } = decode<SecretItem>(item, 'secret');
      const content = sealed === undefined ? NOTHING : unpack(await cipher.open(sealed, contextOf({ namespace, name })));
      const shown = { namespace, name, uid, revision, creationTimestamp, labels, type, ...content };
      return immutable === undefined ? shown : { ...shown, immutable };
    },
  };
}

const NOTHING: Sealed = { data: {}, annotations: {} };

function unpack(bytes: Uint8Array): Sealed {
  return JSON.parse(gunzipSync(bytes).toString()) as Sealed;
}

function contextOf({ namespace, name }: Pick<StoredSecret, 'namespace' | 'name'>): Readonly<Record<string, string>> {
  return { namespace, name };
}

function isPullSecret(item: Item): boolean {
  return (PULL_SECRET_TYPES as readonly unknown[]).includes(item['type']);
}
