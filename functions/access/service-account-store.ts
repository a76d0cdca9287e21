/**
 * Service accounts in table `state`. `default`, `builder` and `deployer` are in every namespace without being stored: an item is written when
 * somebody changes one, and they are back as they began when it is deleted, as the controllers of OpenShift bring them back.
 */
import { randomUUID } from 'node:crypto';
import type { Namespace, NamespaceStore, Page } from '../resources/ports.ts';
import { formatTime } from '../store/codec.ts';
import { nameIsFree, objectIsUnchanged } from '../store/conditions.ts';
import { openDatabase, type StoreOptions } from '../store/database.ts';
import { StoreError } from '../store/errors.ts';
import { objectKey } from '../store/keys.ts';
import { afterIn, endPage, largestRevision, startPage } from '../store/list-page.ts';
import { createNamespaceHeadReader } from '../store/namespace-heads.ts';
import { namespaceNamesEver } from '../store/namespace-store.ts';
import { createObjectStore, queryObjects } from '../store/object-store.ts';
import { plainCodec } from '../store/plain-codec.ts';
import { nextRevision } from '../store/revision.ts';
import { writeTransaction } from '../store/transaction.ts';
import { EMPTY_ACCOUNT, isOriginal, NAMESPACE_ACCOUNTS, originalAccount } from './original-accounts.ts';
import type { ServiceAccountStore, StoredServiceAccount, WatchableStore } from './ports.ts';
import { createWatchableAccounts } from './watchable-accounts.ts';

export interface ServiceAccountStoreOptions extends StoreOptions {
  readonly namespaces: NamespaceStore;
}

const codec = plainCodec<StoredServiceAccount>('SA', 'serviceaccount');

export function createServiceAccountStore({
  namespaces,
  ...options
}: ServiceAccountStoreOptions): ServiceAccountStore & WatchableStore<StoredServiceAccount> {
  const db = openDatabase(options);
  const namespaceHeads = createNamespaceHeadReader(options);
  const stored = createObjectStore({ db, codec, namespaceNames: () => namespaceNamesEver(db) });

  /** The account as the namespace has it from the beginning; null when it is no such account, or there is no such namespace. */
  async function original(namespace: string, name: string): Promise<StoredServiceAccount | null> {
    if (!NAMESPACE_ACCOUNTS.includes(name)) return null;
    const found = await namespaces.readNamespace(namespace);
    return found === null ? null : originalAccount(found, name);
  }

  async function listNamespace(namespace: Namespace): Promise<readonly StoredServiceAccount[]> {
    const accounts: StoredServiceAccount[] = [];
    for await (const items of queryObjects(db, codec.prefix, namespace.name, null)) {
      accounts.push(...(await Promise.all(items.map((item) => codec.decode(item)))));
    }
    const missing = NAMESPACE_ACCOUNTS.filter((name) => accounts.every((account) => account.name !== name));
    accounts.push(...missing.map((name) => originalAccount(namespace, name)));
    return accounts.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  return {
    ...createWatchableAccounts(stored, namespaceHeads),
    read: async (namespace, name) => (await stored.read(namespace, name)) ?? original(namespace, name),
    create: (account) => (NAMESPACE_ACCOUNTS.includes(account.name) ? refuse() : stored.create(account)),
    async update(account) {
      if (!isOriginal(account)) return stored.update(account);
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
      const fresh = { ...EMPTY_ACCOUNT, namespace, name, creationTimestamp, uid: randomUUID(), revision: account.revision };
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
    const revision = nextRevision(account.revision, db.clock());
    const condition = isOriginal(account) ? nameIsFree(revision) : objectIsUnchanged(account.uid, account.revision);
    const put = { ...objectKey(codec.prefix, fresh.namespace, fresh.name), ...(await codec.encode({ ...fresh, revision })) };
    const refusals = await writeTransaction(db, [{ put, condition }]);
    if (refusals.length > 0) throw conflict();
  }
}

async function refuse(): Promise<never> {
  throw new StoreError('ERR_STORE_EXISTS', 'the namespace has this account from the beginning');
}

function conflict(cause?: unknown): StoreError {
  return new StoreError('ERR_STORE_CONFLICT', 'the object was changed meanwhile', { cause });
}
