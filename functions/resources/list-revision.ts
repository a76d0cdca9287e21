/** What the resourceVersion of a list says, and where a watch from it has to begin (design.md §3). */

/** Revisions count microseconds. */
const MICROSECONDS = 1000;
/** Behind this much (ms) nothing is under way any more: commits give up after 5 s, clocks differ by less than the rest. */
const LAG_MS = 10_000;
/** Deleted objects are remembered for 24 h (a tombstone's TTL); a watch goes back a little less. Milliseconds. */
const REPLAYABLE_MS = 23 * 60 * 60 * 1000;
/** A quiet list may still tell its newest object's revision up to this age, and a watch from it then has hours to come. Milliseconds. */
const QUIET_MS = REPLAYABLE_MS / 2;
/** Revisions of objects end in 000 but for those written within one millisecond of each other; lists end in this. */
const MARK = 999;

/**
 * Everything up to the end of the answered millisecond is in the list: the largest revision seen, but not newer than what is settled (a
 * smaller revision may be committed after a larger one) and not so old that a watch from it could no longer be replayed.
 */
export function listRevision(largestSeen: number, now: number): number {
  const settled = Math.floor(now - LAG_MS);
  const seen = Math.floor(largestSeen / MICROSECONDS);
  const until = seen < settled - QUIET_MS ? settled : Math.min(seen, settled);
  return Math.max(0, until) * MICROSECONDS + MARK;
}

/** Nothing at or below this is under way any more. */
export function settledRevision(now: number): number {
  return Math.floor(now - LAG_MS) * MICROSECONDS;
}

export interface WatchStart {
  /** Objects above this are told. */
  readonly above: number;
  /** Objects above this are news: the client cannot have seen them. What is between may be a repeat, and is no reason to answer early. */
  readonly newsAbove: number;
  /** This very revision was seen. */
  readonly seen: number;
}

/**
 * A client that goes on from an object's revision may have missed smaller ones that were committed later, so the watch begins a little below.
 * One that goes on from a list's has not, but has seen part of what came right after. `single`: of one object no two writes are under way.
 */
export function watchStart(revision: number, single: boolean): WatchStart {
  const lag = LAG_MS * MICROSECONDS;
  if (isOfList(revision)) return { above: revision, newsAbove: revision + lag, seen: revision };
  return { above: single ? revision : revision - lag, newsAbove: revision, seen: revision };
}

/** Whether `revision` is an object's that was written within the last second: its watcher has just been told. */
export function isJustWritten(revision: number, now: number): boolean {
  return !isOfList(revision) && revision > (now - 1_000) * MICROSECONDS;
}

/** Whether deletions after `revision` may be forgotten already. */
export function isTooOld(revision: number, now: number): boolean {
  return revision < (now - REPLAYABLE_MS) * MICROSECONDS;
}

function isOfList(revision: number): boolean {
  return revision % MICROSECONDS === MARK;
}
