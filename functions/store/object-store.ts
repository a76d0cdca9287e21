/** Plain objects of a namespace: one item each, guarded by uid and revision. */
import type { ObjectStore, StoredObject } from '../access/ports.ts';
import type { Page, PageRequest } from '../resources/ports.ts';
import { type Condition, IS_ABSENT, objectIsUnchanged } from './conditions.ts';
import type { Database } from './database.ts';
import { StoreError } from './errors.ts';
import type { Item } from './item-size.ts';
import type { ItemBase } from './items.ts';
import { objectKey, type ObjectPrefix, objectsRange } from './keys.ts';
import { afterIn, endPage, largestRevision, startPage } from './list-page.ts';
import { mapParallel } from './parallel.ts';
import { queryPages, readItem } from './reading.ts';
import { nextRevision } from './revision.ts';
import { type Action, writeTransaction } from './transaction.ts';

/** Objects decoded at a time: a codec may have to ask a service. */
const PARALLEL_DECODES = 16;

export interface ObjectCodec<T extends StoredObject> {
  readonly prefix: ObjectPrefix;
  /** Without its key. */
  encode(object: T): Promise<Omit<ItemBase, 'pk' | 'sk'>>;
  decode(item: Item): Promise<T>;
}

export interface ObjectStoreOptions<T extends StoredObject> {
  readonly db: Database;
  readonly codec: ObjectCodec<T>;
  /** Names of all namespaces in order, beginning with `from`: a list over all of them goes through each. */
  readonly namespaceNames: (from: string) => Promise<readonly string[]>;
}

export function createObjectStore<T extends StoredObject>(options: ObjectStoreOptions<T>): ObjectStore<T> {
  const { db, codec } = options;

  async function encode(object: T): Promise<ItemBase> {
    return { ...objectKey(codec.prefix, object.namespace, object.name), ...(await codec.encode(object)) };
  }

  async function write(object: T, previous: number, condition: Condition): Promise<T | StoredRevision> {
    const written = { ...object, revision: nextRevision(previous, db.clock()) };
    const refusal = await writeOne(db, { put: await encode(written), condition });
    return refusal ?? written;
  }

  return {
    async read(namespace, name) {
      const item = await readItem(db, objectKey(codec.prefix, namespace, name));
      return item === null ? null : codec.decode(item);
    },
    list: (namespace, page) => listObjects(options, namespace, page),
    async create(object) {
      const result = await write(object, 0, IS_ABSENT);
      if (isRefusal(result)) throw new StoreError('ERR_STORE_EXISTS', 'the object exists', result);
      return result;
    },
    async update(object) {
      const result = await write(object, object.revision, objectIsUnchanged(object.uid, object.revision));
      if (isRefusal(result)) throw conflict(result);
      return result;
    },
    async remove({ namespace, name, uid, revision }) {
      const action = { remove: objectKey(codec.prefix, namespace, name), condition: objectIsUnchanged(uid, revision) };
      const refusal = await writeOne(db, action);
      if (refusal !== null) throw conflict(refusal);
    },
  };
}

/** Objects of one namespace as they are stored, page by page. */
export function queryObjects(db: Database, prefix: ObjectPrefix, namespace: string, after: string | null): AsyncGenerator<readonly Item[]> {
  return queryPages(db, objectsRange(prefix, namespace, after));
}

interface StoredRevision {
  readonly storedRevision?: number;
}

function isRefusal<T extends StoredObject>(result: T | StoredRevision): result is StoredRevision {
  return !('uid' in result);
}

/** null: written; else what the store holds instead. */
async function writeOne(db: Database, action: Action): Promise<StoredRevision | null> {
  const [refusal] = await writeTransaction(db, [action]);
  if (refusal === undefined) return null;
  const revision = refusal.stored?.['revision'];
  return typeof revision === 'number' ? { storedRevision: revision } : {};
}

function conflict(stored: StoredRevision): StoreError {
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
