/** What the watches of a function share. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Watching } from '../resources/watching/watch-collection.ts';
import { createWatchLimit } from '../resources/watching/watch-limit.ts';

/** Watches one identity may hold in one process, of all kinds together. */
const MOST_WATCHES = 20;

/** Call once at module scope of an entry file. */
export function composeWatching(): Watching {
  return { clock: Date.now, sleep, limited: createWatchLimit(MOST_WATCHES) };
}
