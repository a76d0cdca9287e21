/** The clauses that guard writes, by name: concurrency is audited here. */
import type { Item } from './item-size.ts';

export interface Condition {
  readonly expression: string;
  readonly values?: Item;
  /** Answer the stored item when the condition does not hold: the loser's view without a second read. */
  readonly tellStored?: true;
}

/** Nothing under this key, not even a tombstone. */
const ABSENT = 'attribute_not_exists(pk)';
const PRESENT = 'attribute_exists(pk)';
/** What was deleted may be created anew, but only above its last revision, so that revisions of a name never go back. */
const TOMBSTONE_BELOW = '(deleted = :true AND revision < :revision)';
/** Nobody wrote the stream since it was read. */
const SAME_REVISION = 'revision = :expected';
/** It is not a later stream of the same name. */
const SAME_INCARNATION = 'incarnation = :incarnation';
const ALIVE = 'attribute_not_exists(deleted)';
/** No member was struck off since it was read (retire-members.ts). */
const SAME_MEMBERS = 'struckOff = :struckOff';
const ALL_MEMBERS = 'attribute_not_exists(struckOff)';

/** Nothing of this name is alive. */
export function nameIsFree(revision: number): Condition {
  return { expression: `${ABSENT} OR ${TOMBSTONE_BELOW}`, values: { ':true': true, ':revision': revision }, tellStored: true };
}

/** `struckOff`: for writes that rely on the members they read. */
export function headIsUnchanged(expected: number, incarnation: string, struckOff?: number): Condition {
  const members = struckOff === undefined ? '' : ` AND ${struckOff === 0 ? ALL_MEMBERS : SAME_MEMBERS}`;
  return {
    expression: `${SAME_REVISION} AND ${SAME_INCARNATION} AND ${ALIVE}${members}`,
    values: { ':expected': expected, ':incarnation': incarnation, ...(struckOff ? { ':struckOff': struckOff } : {}) },
    tellStored: true,
  };
}

/**
 * The tag item is the one the change was computed from. The head's revision alone would not do: a read that passes while a transaction is being
 * applied may find its head written and its tag not yet.
 */
export function tagIsUnchanged(revision: number | null): Condition {
  return itemIsUnchanged(revision);
}

/** null: there was none. */
export function itemIsUnchanged(revision: number | null): Condition {
  return revision === null ? { expression: ABSENT } : { expression: SAME_REVISION, values: { ':expected': revision } };
}

/** A live item: repeats of a sweep find their work done. */
export const STILL_ALIVE: Condition = { expression: `${PRESENT} AND ${ALIVE}` };

export const IS_ABSENT: Condition = { expression: ABSENT, tellStored: true };

/** Nobody has it, or who had it gave it up. */
export const IS_FREE: Condition = { expression: `${ABSENT} OR deleted = :true`, values: { ':true': true } };

/** The very object the change was computed from, and not a later one of its name. */
export function objectIsUnchanged(uid: string, revision: number): Condition {
  return { expression: `${SAME_REVISION} AND uid = :uid`, values: { ':expected': revision, ':uid': uid }, tellStored: true };
}

/** The back-off that was read: of several workers that learn the same, one tells the others. */
export function isBackoffUntil(until: number): Condition {
  return { expression: 'backoffUntil = :until', values: { ':until': until } };
}

/** The very image the change was computed from; revisions of images never repeat. */
export function imageIsUnchanged(revision: number): Condition {
  return { expression: `${SAME_REVISION} AND ${ALIVE}`, values: { ':expected': revision }, tellStored: true };
}
