import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { WatchableStore } from '../access/ports.ts';
import type { Page, PageRequest } from '../resources/ports.ts';
import { INDEX } from '../runtime/environment.ts';
import type { TriggerStore } from '../triggers/ports.ts';
import type { FollowedTag, StoredTrigger } from '../triggers/stored-trigger.ts';
import { type Condition, nameIsFree, objectIsUnchanged } from './conditions.ts';
import { type Database, openDatabase, type StoreOptions } from './database.ts';
import { StoreError } from './errors.ts';
import { createHeadReader, type HeadSource } from './heads.ts';
import type { Key } from './keys.ts';
import { followPartition, targetPartition, triggerFollowKey, triggerKey, triggersRange } from './trigger-keys.ts';
import { encodeDelivery, listDeliveries } from './delivery-item.ts';
import { afterIn, endPage, largestRevision, startPage } from './list-page.ts';
import { namespaceNames, namespaceNamesEver } from './namespace-store.ts';
import { pages, queryPages, readItems, readNamed } from './reading.ts';
import { nextRevision } from './revision.ts';
import { burial, isTombstone, OBJECT_HEAD, toObjectHead } from './tombstone.ts';
import { sameJson } from '../image/same-json.ts';
import { type Action, readRefusal, type Refused, writeTransaction } from './transaction.ts';
import { decodeTrigger, encodeFollow, encodeTrigger, TRIGGER_DUE, type TriggerFollowItem } from './trigger-item.ts';
import type { TriggerDelivery } from '../triggers/types.ts';

/** Most tags one trigger follows: each is a row of its own, written in the trigger's transaction. */
export const MAX_FOLLOWS = 20;

const TRIGGER_HEADS: HeadSource = {
  entity: 'trigger',
  key: triggerKey,
  range: (namespace) => triggersRange(namespace, null),
  attributes: OBJECT_HEAD,
  toHead: toObjectHead,
};

/** Triggers and the rows they are found by. A change that follows the same tags writes the trigger alone. */
export function createTriggerStore(options: StoreOptions): TriggerStore & WatchableStore<StoredTrigger> {
  const db = openDatabase(options);
  return {
    ...createHeadReader(db, TRIGGER_HEADS, () => namespaceNamesEver(db)),
    readDeleted: async (namespace, name) => {
      const item = await readNamed(db, () => triggerKey(namespace, name));
      return item !== null && isTombstone(item) ? decodeTrigger(item) : null;
    },
    readTrigger: (namespace, name) => readTrigger(db, namespace, name),
    listTriggers: (namespace, page) => listTriggers(db, namespace, page),
    createTrigger: (trigger) => createTrigger(db, trigger),
    updateTrigger: (trigger, concluded) => updateTrigger(db, trigger, concluded),
    deleteTrigger: (trigger) => deleteTrigger(db, trigger),
    async listTriggersFollowing(tag) {
      const found = await readFound(db, followersQuery(db.table, followPartition(tag.namespace, tag.stream, tag.tag)));
      return found.filter(({ follows }) => follows.some((follow) => sameTag(follow, tag)));
    },
    async listTriggersActingOn(targetKey) {
      const found = await readFound(db, followersQuery(db.table, targetPartition(targetKey)));
      return found.filter((trigger) => trigger.targetKey === targetKey);
    },
    listDueTriggers: (now, limit) => listDueTriggers(db, now, limit),
    listDeliveries: (trigger, page) => listDeliveries(db, trigger, page),
  };
}

async function readTrigger(db: Database, namespace: string, name: string): Promise<StoredTrigger | null> {
  const item = await readNamed(db, () => triggerKey(namespace, name));
  return item === null || isTombstone(item) ? null : decodeTrigger(item);
}

/** `above`: the last revision of its name. */
async function createTrigger(db: Database, trigger: StoredTrigger, above = 0): Promise<StoredTrigger> {
  const created = { ...trigger, revision: nextRevision(above, db.clock()) };
  const action = { put: encodeTrigger(created), condition: nameIsFree(created.revision) };
  const refused = await writeTrigger(db, action, followRows(created));
  if (refused === null) return created;
  if (refused.isDeleted) return createTrigger(db, trigger, refused.storedRevision);
  throw new StoreError('ERR_STORE_EXISTS', 'the trigger exists', refused);
}

async function updateTrigger(db: Database, trigger: StoredTrigger, concluded?: TriggerDelivery): Promise<StoredTrigger> {
  const stored = await readTrigger(db, trigger.namespace, trigger.name);
  if (stored === null) throw conflict({});
  // Not left to the condition: rows of another version of the trigger are not to be touched, not even in vain.
  if (stored.uid !== trigger.uid || stored.revision !== trigger.revision) throw conflict({ storedRevision: stored.revision });
  const updated = { ...trigger, revision: nextRevision(trigger.revision, db.clock()) };
  const rows = sameJson(stored.follows, updated.follows) ? [] : [...followRows(updated), ...removedRows(stored, updated.follows.length)];
  const history = concluded === undefined ? [] : [{ put: encodeDelivery(updated, concluded, db.clock()) }];
  const refused = await writeTrigger(db, { put: encodeTrigger(updated), condition: unchanged(trigger) }, [...rows, ...history]);
  if (refused !== null) throw conflict(refused);
  return updated;
}

async function deleteTrigger(db: Database, trigger: StoredTrigger): Promise<void> {
  const stored = await readTrigger(db, trigger.namespace, trigger.name);
  if (stored === null) throw conflict({});
  const refused = await writeTrigger(db, burial(encodeTrigger(trigger), db.clock()), removedRows(stored, 0));
  if (refused !== null) throw conflict(refused);
}

/** null: written; else what the store holds instead. */
async function writeTrigger(db: Database, action: Action, rows: readonly Action[]): Promise<Refused | null> {
  const [refusal] = await writeTransaction(db, [action, ...rows]);
  return refusal === undefined ? null : readRefusal(refusal);
}

function unchanged({ uid, revision }: StoredTrigger): Condition {
  return objectIsUnchanged(uid, revision);
}

function conflict(stored: { readonly storedRevision?: number }): StoreError {
  return new StoreError('ERR_STORE_CONFLICT', 'the trigger was changed meanwhile', stored);
}

function followRows(trigger: StoredTrigger): Action[] {
  if (trigger.follows.length > MAX_FOLLOWS) throw new StoreError('ERR_STORE_TOO_LARGE', `a trigger follows at most ${MAX_FOLLOWS} tags`);
  return trigger.follows.map((follow, index) => ({ put: encodeFollow(trigger, follow, index) }));
}

/** Rows of `stored` from number `first` on. */
function removedRows(stored: StoredTrigger, first: number): Action[] {
  const rows = stored.follows.map((_, index) => ({ remove: triggerFollowKey(stored.namespace, stored.name, index) }));
  return rows.slice(first);
}

async function listTriggers(db: Database, namespace: string | null, request: PageRequest): Promise<Page<StoredTrigger>> {
  const start = startPage(request, namespace, db.clock());
  const namespaces = namespace === null ? await namespaceNames(db, start.position?.namespace ?? '') : [namespace];
  const found: StoredTrigger[] = [];
  for (const name of namespaces) {
    found.push(...(await readNamespace(db, name, afterIn(start, name), start.limit + 1 - found.length)));
    if (found.length > start.limit) break;
  }
  const place = (last: StoredTrigger) => ({ namespace: last.namespace, after: last.name });
  const { shown, revision, next } = endPage(start, found, largestRevision(found), place);
  return { items: shown, revision, ...next };
}

async function readNamespace(db: Database, namespace: string, after: string | null, wanted: number): Promise<StoredTrigger[]> {
  const triggers: StoredTrigger[] = [];
  for await (const items of queryPages(db, triggersRange(namespace, after))) {
    triggers.push(...items.filter((item) => item['entity'] === 'trigger' && !isTombstone(item)).map(decodeTrigger));
    if (triggers.length >= wanted) break;
  }
  return Number.isFinite(wanted) ? triggers.slice(0, wanted) : triggers;
}

/** The indexes are eventually consistent: they name candidates, the triggers themselves decide. */
async function readFound(db: Database, query: QueryCommandInput): Promise<readonly StoredTrigger[]> {
  const keys = new Map<string, ReturnType<typeof triggerKey>>();
  for await (const rows of pages(db, query)) {
    for (const { namespace, name, followSk } of rows as unknown as readonly TriggerFollowItem[])
      keys.set(followSk, triggerKey(namespace, name));
  }
  return readTriggers(db, [...keys.values()]);
}

async function readTriggers(db: Database, keys: readonly Key[]): Promise<readonly StoredTrigger[]> {
  return (await readItems(db, keys)).filter((item) => !isTombstone(item)).map(decodeTrigger);
}

async function listDueTriggers(db: Database, now: number, limit: number): Promise<readonly StoredTrigger[]> {
  const keys: Key[] = [];
  for await (const page of pages(db, dueQuery(db.table, now, limit))) {
    keys.push(...page.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
    if (keys.length >= limit) break;
  }
  const triggers = await readTriggers(db, keys.slice(0, limit));
  const due = triggers.filter(({ deferred }) => deferred !== undefined && deferred.due <= now);
  return due.toSorted((one, other) => (one.deferred?.due ?? 0) - (other.deferred?.due ?? 0));
}

function sameTag(a: FollowedTag, b: FollowedTag): boolean {
  return a.namespace === b.namespace && a.stream === b.stream && a.tag === b.tag;
}

/** Command input; pure. */
export function followersQuery(table: string, partition: string): QueryCommandInput {
  return {
    TableName: table,
    IndexName: INDEX.triggersByTag,
    KeyConditionExpression: 'followPk = :pk',
    ExpressionAttributeValues: marshall({ ':pk': partition }),
  };
}

/** Command input; pure. Longest due first. */
export function dueQuery(table: string, now: number, limit: number): QueryCommandInput {
  return {
    TableName: table,
    IndexName: INDEX.importDue,
    KeyConditionExpression: 'duePk = :pk AND importDue <= :now',
    ExpressionAttributeValues: marshall({ ':pk': TRIGGER_DUE, ':now': now }),
    Limit: limit,
  };
}
