const MICROSECONDS = 1000;

/** The next revision of an object: microseconds since the epoch, and always above the previous one (design.md §3). */
export function nextRevision(previous: number, now: number): number {
  return Math.max(previous + 1, Math.floor(now * MICROSECONDS));
}

/** When a revision was written, in whole ms. */
export function revisionTime(revision: number): number {
  return Math.floor(revision / MICROSECONDS);
}

/** Age of a revision in ms; negative when the clock went back. */
export function revisionAge(revision: number, now: number): number {
  return now - revision / MICROSECONDS;
}
