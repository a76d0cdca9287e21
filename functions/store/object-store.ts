/** Plain objects of a namespace, or of the cluster (in namespace ''): one item each, guarded by uid and revision. A deleted one leaves a tombstone, which only watches see. */
import type { ObjectStore, StoredObject, WatchableStore } from '../access/ports.ts';
import type { Page, PageRequest } from '../resources/ports.ts';
import { nameIsFree, objectIsUnchanged } from './conditions.ts';
import type { Database } from './database.ts';
import { StoreError } from './errors.ts';
import { createHeadReader } from './heads.ts';
import type { Item } from './item-size.ts';
import type { Entity, ItemBase } from './items.ts';
import { objectKey, type ObjectPrefix, objectsRange } from './object-keys.ts';
import { afterIn, endPage, largestRevision, startPage } from './list-page.ts';
import { mapParallel } from './parallel.ts';
import { queryPages, readItem } from './reading.ts';
import { nextRevision } from './revision.ts';
import { burial, isTombstone, OBJECT_HEAD, type ObjectItem, toObjectHead, withoutTombstone } from './tombstone.ts';
import { type Action, readRefusal, type Refused, writeTransaction } from './transaction.ts';

/** Objects decoded at a time: a codec may have to ask a service. */
const PARALLEL_DECODES = 16;

export interface ObjectCodec<T extends StoredObject> {
  readonly prefix: ObjectPrefix;
  readonly entity: Entity;
  /** Without its key. */
  encode(object: T): Promise<Omit<ItemBase, 'pk' | 'sk'>>;
  /** Also what is kept of a deleted object (tombstone.ts). */
  decode(item: Item): Promise<T>;
}

export interface ObjectStoreOptions<T extends StoredObject> {
  readonly db: Database;
  readonly codec: ObjectCodec<T>;
  /** Names of all namespaces in order, beginning with `from`: a list over all of them goes through each. */
  readonly namespaceNames: (from: string) => Promise<readonly string[]>;
  /** The same with those deleted within the last day, for watches over all of them. Default: `namespaceNames`. */
  readonly namespaceNamesEver?: () => Promise<readonly string[]>;
  /** Written together with the object, or not at all; where it is refused, ERR_STORE_CONFLICT. Default: nothing. */
  readonly alongside?: (change: ObjectChange<T>) => readonly Action[];
}

/** `before`: the object as it was, with the revision it had. */
export type ObjectChange<T> =
  | { readonly kind: 'create'; readonly after: T }
  | { readonly kind: 'update'; readonly before: T; readonly after: T }
  /** `now` in ms. */
  | { readonly kind: 'remove'; readonly before: T; readonly now: number };

export function createObjectStore<T extends StoredObject>(options: ObjectStoreOptions<T>): ObjectStore<T> & WatchableStore<T> {
  const { db, codec, alongside = () => [] } = options;

  async function encode(object: T): Promise<ItemBase> {
    return { ...objectKey(codec.prefix, object.namespace, object.name), ...(await codec.encode(object)) };
  }

  async function read(namespace: string, name: string): Promise<Item | null> {
    return readItem(db, objectKey(codec.prefix, namespace, name));
  }

  /** `above`: the last revision of its name. */
  async function create(object: T, above: number): Promise<T> {
    const created = { ...object, revision: nextRevision(above, db.clock()) };
    const put = { put: await encode(created), condition: nameIsFree(created.revision) };
    const refusal = await write(db, put, alongside({ kind: 'create', after: created }));
    if (refusal === null) return created;
    if (refusal.isDeleted) return create(object, refusal.storedRevision ?? above);
    throw new StoreError('ERR_STORE_EXISTS', 'the object exists', refusal);
  }

  const source = {
    entity: codec.entity,
    key: (namespace: string, name: string) => objectKey(codec.prefix, namespace, name),
    range: (namespace: string) => objectsRange(codec.prefix, namespace, null),
    attributes: OBJECT_HEAD,
    toHead: toObjectHead,
  };

  return {
    ...createHeadReader(db, source, options.namespaceNamesEver ?? (() => options.namespaceNames(''))),
    async read(namespace, name) {
      const item = await read(namespace, name);
      return item === null || isTombstone(item) ? null : codec.decode(item);
    },
    async readDeleted(namespace, name) {
      const item = await read(namespace, name);
      return item !== null && isTombstone(item) ? codec.decode(withoutTombstone(item)) : null;
    },
    list: (namespace, page) => listObjects(options, namespace, page),
    create: (object) => create(object, 0),
    async update(object) {
      const updated = { ...object, revision: nextRevision(object.revision, db.clock()) };
      const put = { put: await encode(updated), condition: objectIsUnchanged(object.uid, object.revision) };
      const refusal = await write(db, put, alongside({ kind: 'update', before: object, after: updated }));
      if (refusal !== null) throw conflict(refusal);
      return updated;
    },
    async remove(object) {
      const { namespace, name, uid, revision } = object;
      const item = await read(namespace, name);
      if (item === null) throw conflict({ isDeleted: false });
      const stored = { ...(item as unknown as ObjectItem), uid, revision };
      const now = db.clock();
      const refusal = await write(db, burial(stored, now), alongside({ kind: 'remove', before: object, now }));
      if (refusal !== null) throw conflict(refusal);
    },
  };
}

/** Objects of one namespace as they are stored, page by page. */
export async function* queryObjects(
  db: Database,
  prefix: ObjectPrefix,
  namespace: string,
  after: string | null,
): AsyncGenerator<readonly Item[]> {
  for await (const items of queryPages(db, objectsRange(prefix, namespace, after))) yield items.filter((item) => !isTombstone(item));
}

/** null: written; else what the store holds instead of the object. */
async function write(db: Database, action: Action, more: readonly Action[]): Promise<Refused | null> {
  const [refusal] = await writeTransaction(db, [action, ...more]);
  if (refusal === undefined) return null;
  if (refusal.index > 0) throw new StoreError('ERR_STORE_CONFLICT', 'what goes with the object is in the way');
  return readRefusal(refusal);
}

function conflict(stored: Refused): StoreError {
  return new StoreError('ERR_STORE_CONFLICT', 'the object was changed meanwhile', stored);
}

async function listObjects<T extends StoredObject>(
  { db, codec, namespaceNames }: ObjectStoreOptions<T>,
  namespace: string | null,
  request: PageRequest,
): Promise<Page<T>> {
  const start = startPage(request, namespace, db.clock());
  const namespaces = namespace === null ? await namespaceNames(start.position?.namespace ?? '') : [namespace];
  const found: Item[] = [];
  for (const name of namespaces) {
    for await (const items of queryObjects(db, codec.prefix, name, afterIn(start, name))) {
      found.push(...items);
      if (found.length > start.limit) break;
    }
    if (found.length > start.limit) break;
  }
  // One more than is shown tells that the list goes on.
  const objects = await mapParallel(found.slice(0, Math.min(found.length, start.limit + 1)), PARALLEL_DECODES, (item) =>
    codec.decode(item),
  );
  const place = (last: T) => ({ namespace: last.namespace, after: last.name });
  const { shown, revision, next } = endPage(start, objects, largestRevision(objects), place);
  return { items: shown, revision, ...next };
}
