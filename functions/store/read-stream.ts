import type { StreamState } from '../image/stream-state.ts';
import { fullJitter } from './backoff.ts';
import type { Database } from './database.ts';
import { lifeOf, toStreamState } from './head-item.ts';
import { headKey, keyIfStorable, type StreamName, streamRange } from './keys.ts';
import { readOlderEvents } from './read-events.ts';
import { queryAll } from './reading.ts';
import type { TagMemory } from './stored-tags.ts';
import { type StreamSnapshot, takeSnapshot } from './stream-snapshot.ts';
import { toTagState } from './tag-item.ts';

const ATTEMPTS = 8;
const RETRY_DELAY = { baseMs: 5, maxMs: 100 };

/**
 * The whole stream; read again while it is being written. A stream that is written faster than it can be read is answered in the end under an
 * older revision than its own: what it shows may be of two revisions, but nothing can be committed on top of it.
 */
export async function readStream(db: Database, memory: TagMemory, name: StreamName): Promise<StreamState | null> {
  if (keyIfStorable(() => headKey(name)) === null) return null;
  for (let attempt = 0; ; attempt++) {
    const snapshot = takeSnapshot(await queryAll(db, streamRange(name)), db.clock());
    if (snapshot === null) return null;
    const { state, complete } = await loadSnapshot(db, memory, snapshot);
    if (complete) return state;
    if (attempt === ATTEMPTS) return { ...state, revision: state.revision - 1 };
    await db.sleep(fullJitter(db.random, attempt, RETRY_DELAY));
  }
}

/** Adds the events a query of the namespace partition does not hold. `complete`: head, children and events fit together. */
export async function loadSnapshot(
  db: Database,
  memory: TagMemory,
  snapshot: StreamSnapshot,
): Promise<{ readonly state: StreamState; readonly complete: boolean }> {
  const { head } = snapshot;
  const tags = snapshot.tags.filter((tag) => tag.deleted !== true);
  const life = lifeOf({ namespace: head.namespace, name: head.stream, incarnation: head.incarnation });
  const older = await readOlderEvents(db, life, tags);
  const states = tags.map((tag) => [tag.tag, toTagState(tag, older.events.get(tag.tag) ?? [])] as const);
  const state = toStreamState(head, snapshot, new Map(states));
  memory.set(state, { items: new Map(snapshot.tags.map((tag) => [tag.tag, tag])), complete: true });
  return { state, complete: snapshot.whole && older.complete };
}
