import type { StreamState } from '../image/stream-state.ts';
import { fullJitter } from './backoff.ts';
import type { Database } from './database.ts';
import { lifeOf, toStreamState } from './head-item.ts';
import type { TagItem } from './items.ts';
import { headKey, keyIfStorable, type StreamName, streamRange } from './keys.ts';
import { type OlderEvents, readOlderEvents } from './read-events.ts';
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

/** The same without the events behind the newest of each tag, which its own item holds: nothing more is read. */
export function loadNewest(memory: TagMemory, snapshot: StreamSnapshot): { readonly state: StreamState; readonly complete: boolean } {
  return { state: assemble(memory, snapshot, new Map()), complete: snapshot.whole };
}

/** Adds the events a query of the namespace partition does not hold. `complete`: head, children and events fit together. */
export async function loadSnapshot(
  db: Database,
  memory: TagMemory,
  snapshot: StreamSnapshot,
): Promise<{ readonly state: StreamState; readonly complete: boolean }> {
  const { namespace, stream: name, incarnation } = snapshot.head;
  const older = await readOlderEvents(db, lifeOf({ namespace, name, incarnation }), snapshot.tags.filter(isAlive));
  return { state: assemble(memory, snapshot, older.events), complete: snapshot.whole && older.complete };
}

function assemble(memory: TagMemory, snapshot: StreamSnapshot, older: OlderEvents['events']): StreamState {
  const { head, tags } = snapshot;
  const states = tags.filter(isAlive).map((tag) => [tag.tag, toTagState(tag, older.get(tag.tag) ?? [])] as const);
  const state = toStreamState(head, snapshot, new Map(states));
  memory.set(state, { items: new Map(tags.map((tag) => [tag.tag, tag])), complete: true });
  return state;
}

function isAlive(tag: TagItem): boolean {
  return tag.deleted !== true;
}
