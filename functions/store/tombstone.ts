/** What stays of a deleted object for a day, in its place: watches tell of it (docs/decisions/0021-watch-is-a-bounded-poll.md). */
import type { ObjectHead } from '../resources/ports.ts';
import { tombstoneTtl } from './codec.ts';
import { type Condition, objectIsUnchanged } from './conditions.ts';
import type { Item } from './item-size.ts';
import type { ItemBase } from './items.ts';
import { nextRevision } from './revision.ts';

/** The item as its last state was, marked. `now` in ms. */
export function toTombstone<T extends ItemBase>(item: T, now: number): T & { readonly deleted: true; readonly ttl: number } {
  return { ...item, deleted: true, ttl: tombstoneTtl(now) };
}

/** What is stored of a namespace or a plain object. */
export interface ObjectItem extends ItemBase {
  readonly uid: string;
  readonly revision: number;
}

/**
 * The write that deletes a stored object. Neither what was sealed nor annotations and owners are kept: what is deleted is gone, waits for nothing, and
 * no item becomes larger by being deleted.
 */
export function burial(item: ObjectItem, now: number): { readonly put: ItemBase; readonly condition: Condition } {
  const last = {
    ...item,
    annotations: {},
    managers: undefined,
    sealed: undefined,
    duePk: undefined,
    importDue: undefined,
    revision: nextRevision(item.revision, now),
  };
  return { put: toTombstone(last, now), condition: objectIsUnchanged(item.uid, item.revision) };
}

export function isTombstone(item: Item): boolean {
  return item['deleted'] === true;
}

/** The item as it was, for codecs that know nothing of tombstones. */
export function withoutTombstone(item: Item): Item {
  const { deleted: _deleted, ttl: _ttl, ...kept } = item;
  return kept;
}

/** Attributes of plain objects that make a head. */
export const OBJECT_HEAD = ['namespace', 'name', 'uid', 'revision', 'creationTimestamp', 'labels', 'deleted'] as const;

type HeadAttributes = Pick<ObjectHead, 'namespace' | 'name' | 'uid' | 'revision' | 'creationTimestamp' | 'labels'>;

export function toObjectHead(item: Item): ObjectHead {
  const { namespace, name, uid, revision, creationTimestamp, labels } = item as unknown as HeadAttributes;
  return {
    namespace,
    name,
    uid,
    revision,
    createdRevision: createdBy(creationTimestamp),
    creationTimestamp,
    labels,
    isDeleted: isTombstone(item),
  };
}

/** The last revision that an object created in this second can have been created with. */
export function createdBy(creationTimestamp: string): number {
  return Date.parse(creationTimestamp) * 1000 + 999_999;
}
