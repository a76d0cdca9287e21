/**
 * Service accounts in table `state`. `default`, `builder` and `deployer` are in every namespace without being stored: an item is written when
 * somebody changes one, and they are back as they began when it is deleted, as the controllers of OpenShift bring them back.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Namespace, NamespaceStore, Page } from '../resources/ports.ts';
import { formatTime } from '../store/codec.ts';
import { IS_ABSENT, objectIsUnchanged } from '../store/conditions.ts';
import { openDatabase, type StoreOptions } from '../store/database.ts';
import { StoreError } from '../store/errors.ts';
import { objectKey } from '../store/keys.ts';
import { afterIn, endPage, largestRevision, startPage } from '../store/list-page.ts';
import { createObjectStore, queryObjects } from '../store/object-store.ts';
import { plainCodec } from '../store/plain-codec.ts';
import { nextRevision } from '../store/revision.ts';
import { writeTransaction } from '../store/transaction.ts';
import type { ServiceAccountStore, StoredServiceAccount } from './ports.ts';

/** The accounts of every namespace. */
export const NAMESPACE_ACCOUNTS: readonly string[] = ['builder', 'default', 'deployer'];

export interface ServiceAccountStoreOptions extends StoreOptions {
  readonly namespaces: NamespaceStore;
}

const codec = plainCodec<StoredServiceAccount>('SA', 'serviceaccount');

export function createServiceAccountStore({ namespaces, ...options }: ServiceAccountStoreOptions): ServiceAccountStore {
  const db = openDatabase(options);
  const stored = createObjectStore({ db, codec, namespaceNames: async () => [] });

  /** The account as the namespace has it from the beginning; null when it is no such account, or there is no such namespace. */
  async function original(namespace: string, name: string): Promise<StoredServiceAccount | null> {
    if (!NAMESPACE_ACCOUNTS.includes(name)) return null;
    const found = await namespaces.readNamespace(namespace);
    return found === null ? null : accountOf(found, name);
  }

  async function listNamespace(namespace: Namespace): Promise<readonly StoredServiceAccount[]> {
    const accounts: StoredServiceAccount[] = [];
    for await (const items of queryObjects(db, codec.prefix, namespace.name, null)) {
      accounts.push(...(await Promise.all(items.map((item) => codec.decode(item)))));
    }
    const missing = NAMESPACE_ACCOUNTS.filter((name) => accounts.every((account) => account.name !== name));
    accounts.push(...missing.map((name) => accountOf(namespace, name)));
    return accounts.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  return {
    read: async (namespace, name) => (await stored.read(namespace, name)) ?? original(namespace, name),
    create: (account) => (NAMESPACE_ACCOUNTS.includes(account.name) ? refuse() : stored.create(account)),
    async update(account) {
      const isUntouched = account.revision === ORIGINAL_REVISION && NAMESPACE_ACCOUNTS.includes(account.name);
      if (!isUntouched) return stored.update(account);
      return stored.create(account).catch((error: unknown) => {
        // Somebody else was the first to change it.
        throw error instanceof StoreError && error.code === 'ERR_STORE_EXISTS' ? conflict(error) : error;
      });
    },
    async remove(account) {
      if (!NAMESPACE_ACCOUNTS.includes(account.name)) return stored.remove(account);
      // Back at once, but as another account: clients wait until the uid they deleted is gone.
      const { namespace, name } = account;
      const creationTimestamp = formatTime(db.clock());
      const fresh = { ...EMPTY, namespace, name, creationTimestamp, uid: randomUUID(), revision: account.revision };
      await replace(account, fresh);
    },
    async list(namespace, request): Promise<Page<StoredServiceAccount>> {
      const start = startPage(request, namespace, db.clock());
      const from = namespace ?? start.position?.namespace ?? '';
      const all = namespace === null ? (await namespaces.listNamespaces({})).items : [await namespaces.readNamespace(namespace)];
      const found: StoredServiceAccount[] = [];
      for (const each of all) {
        if (each === null || each.name < from || found.length > start.limit) continue;
        const after = afterIn(start, each.name);
        found.push(...(await listNamespace(each)).filter(({ name }) => after === null || name > after));
      }
      const place = (last: StoredServiceAccount) => ({ namespace: last.namespace, after: last.name });
      const { shown, revision, next } = endPage(start, found, largestRevision(found), place);
      return { items: shown, revision, ...next };
    },
  };

  /** The fresh account in the place of the deleted one, whether or not that was ever stored. */
  async function replace(account: StoredServiceAccount, fresh: StoredServiceAccount): Promise<void> {
    const condition = account.revision === ORIGINAL_REVISION ? IS_ABSENT : objectIsUnchanged(account.uid, account.revision);
    const revision = nextRevision(account.revision, db.clock());
    const put = { ...objectKey(codec.prefix, fresh.namespace, fresh.name), ...(await codec.encode({ ...fresh, revision })) };
    const refusals = await writeTransaction(db, [{ put, condition }]);
    if (refusals.length > 0) throw conflict();
  }
}

/** As no stored revision is: those are microseconds of today. */
const ORIGINAL_REVISION = 1;

const EMPTY = { labels: {}, annotations: {}, secrets: [], imagePullSecrets: [] };

/** Its uid is the same at every read, and another in a namespace made anew. */
function accountOf({ name: namespace, uid, creationTimestamp }: Namespace, name: string): StoredServiceAccount {
  const hash = createHash('sha256').update(`${uid}/${name}`).digest('hex');
  const id = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  return { ...EMPTY, namespace, name, uid: id, revision: ORIGINAL_REVISION, creationTimestamp };
}

async function refuse(): Promise<never> {
  throw new StoreError('ERR_STORE_EXISTS', 'the namespace has this account from the beginning', { storedRevision: ORIGINAL_REVISION });
}

function conflict(cause?: unknown): StoreError {
  return new StoreError('ERR_STORE_CONFLICT', 'the object was changed meanwhile', { cause });
}
