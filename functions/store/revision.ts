const MICROSECONDS = 1000;

/** Behind this much (ms) nothing is under way any more: commits give up after 5 s. */
const LIST_LAG_MS = 10_000;

/** The next revision of an object: microseconds since the epoch, and always above the previous one (design.md §3). */
export function nextRevision(previous: number, now: number): number {
  return Math.max(previous + 1, Math.floor(now * MICROSECONDS));
}

/** Age of a revision in ms; negative when the clock went back. */
export function revisionAge(revision: number, now: number): number {
  return now - revision / MICROSECONDS;
}

/** Revision of a list: a watch from it misses nothing, though it may repeat something. At least 1. */
export function listRevision(largestSeen: number, now: number): number {
  return Math.max(1, Math.min(largestSeen, Math.floor((now - LIST_LAG_MS) * MICROSECONDS)));
}
