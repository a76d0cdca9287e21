/**
 * Plain objects of which some are there without being stored: an item is written when somebody changes one, and they are back as they began when
 * it is deleted, as the controllers of OpenShift bring them back.
 */
import { randomUUID } from 'node:crypto';
import type { NamespaceStore, Page } from '../resources/ports.ts';
import { formatTime } from '../store/codec.ts';
import { nameIsFree, objectIsUnchanged } from '../store/conditions.ts';
import { openDatabase, type StoreOptions } from '../store/database.ts';
import { StoreError } from '../store/errors.ts';
import { objectKey } from '../store/object-keys.ts';
import { afterIn, endPage, largestRevision, startPage } from '../store/list-page.ts';
import { createNamespaceHeadReader } from '../store/namespace-heads.ts';
import { namespaceNamesEver } from '../store/namespace-store.ts';
import { createObjectStore, type ObjectCodec, queryObjects } from '../store/object-store.ts';
import { nextRevision } from '../store/revision.ts';
import { writeTransaction } from '../store/transaction.ts';
import { CLUSTER_OWNER, findOriginal, isOriginal, isOriginalName, type Originals, originalsOf, type Owner } from './original-objects.ts';
import type { ObjectStore, StoredObject, WatchableStore } from './ports.ts';
import { createWatchableOriginals } from './watchable-originals.ts';

export interface OriginalStoreOptions extends StoreOptions {
  readonly namespaces: NamespaceStore;
}

/** Objects of namespaces, and of the cluster in ''. */
export function createOriginalStore<T extends StoredObject>(
  { namespaces, ...options }: OriginalStoreOptions,
  codec: ObjectCodec<T>,
  originals: Originals<T>,
): ObjectStore<T> & WatchableStore<T> {
  const db = openDatabase(options);
  const stored = createObjectStore({ db, codec, namespaceNames: () => namespaceNamesEver(db) });

  async function readOwner(namespace: string): Promise<Owner | null> {
    return namespace === '' ? CLUSTER_OWNER : namespaces.readNamespace(namespace);
  }

  async function original(namespace: string, name: string): Promise<T | null> {
    if (originals.of(namespace).every((each) => each.name !== name)) return null;
    const owner = await readOwner(namespace);
    return owner === null ? null : findOriginal(originals, owner, name);
  }

  async function listOwned(owner: Owner): Promise<readonly T[]> {
    const objects: T[] = [];
    for await (const items of queryObjects(db, codec.prefix, owner.name, null))
      objects.push(...(await Promise.all(items.map((item) => codec.decode(item)))));
    const names = new Set(objects.map(({ name }) => name));
    objects.push(...originalsOf(originals, owner).filter(({ name }) => !names.has(name)));
    return objects.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  return {
    ...createWatchableOriginals(stored, originals, createNamespaceHeadReader(options)),
    read: async (namespace, name) => (await stored.read(namespace, name)) ?? original(namespace, name),
    create: async (object) => (isOriginalName(originals, object) ? refuse() : stored.create(object)),
    async update(object) {
      if (!isOriginal(originals, object)) return stored.update(object);
      return stored.create(object).catch((error: unknown) => {
        // Somebody else was the first to change it.
        throw error instanceof StoreError && error.code === 'ERR_STORE_EXISTS' ? conflict(error) : error;
      });
    },
    async remove(object) {
      const owner = { name: object.namespace, uid: randomUUID(), creationTimestamp: formatTime(db.clock()) };
      const begun = findOriginal(originals, owner, object.name);
      // Back at once, but as another object: clients wait until the uid they deleted is gone.
      await (begun === null ? stored.remove(object) : replace(object, { ...begun, uid: randomUUID() }));
    },
    async list(namespace, request): Promise<Page<T>> {
      const start = startPage(request, namespace, db.clock());
      const from = namespace ?? start.position?.namespace ?? '';
      const owners = namespace === null ? (await namespaces.listNamespaces({})).items : [await readOwner(namespace)];
      const found: T[] = [];
      for (const owner of owners) {
        if (owner === null || owner.name < from || found.length > start.limit) continue;
        const after = afterIn(start, owner.name);
        found.push(...(await listOwned(owner)).filter(({ name }) => after === null || name > after));
      }
      const place = (last: T) => ({ namespace: last.namespace, after: last.name });
      const { shown, revision, next } = endPage(start, found, largestRevision(found), place);
      return { items: shown, revision, ...next };
    },
  };

  /** The fresh object in the place of the deleted one, whether or not that was ever stored. */
  async function replace(object: T, fresh: T): Promise<void> {
    const revision = nextRevision(object.revision, db.clock());
    const condition = isOriginal(originals, object) ? nameIsFree(revision) : objectIsUnchanged(object.uid, object.revision);
    const put = { ...objectKey(codec.prefix, fresh.namespace, fresh.name), ...(await codec.encode({ ...fresh, revision })) };
    const refusals = await writeTransaction(db, [{ put, condition }]);
    if (refusals.length > 0) throw conflict();
  }
}

async function refuse(): Promise<never> {
  throw new StoreError('ERR_STORE_EXISTS', 'the object exists');
}

function conflict(cause?: StoreError): StoreError {
  return new StoreError('ERR_STORE_CONFLICT', 'the object was changed meanwhile', { cause });
}
