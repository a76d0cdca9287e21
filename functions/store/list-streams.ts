import type { StreamState } from '../image/stream-state.ts';
import type { CuttablePage, PageRequest } from '../resources/ports.ts';
import { formatToken } from './continue-token.ts';
import type { Database } from './database.ts';
import type { Item } from './item-size.ts';
import { streamsRange } from './keys.ts';
import { afterIn, endPage, type PageStart, startPage } from './list-page.ts';
import { namespaceNames } from './namespace-store.ts';
import { mapParallel } from './parallel.ts';
import { loadSnapshot, readStream } from './read-stream.ts';
import { queryPages } from './reading.ts';
import type { TagMemory } from './stored-tags.ts';
import { type StreamSnapshot, takeSnapshot } from './stream-snapshot.ts';

const PARALLEL_STREAMS = 8;

interface Found {
  readonly snapshot: StreamSnapshot;
  readonly namespace: string;
  readonly stream: string;
}

interface Walk {
  /** At most one more than asked for: it tells that the list goes on. */
  readonly found: readonly Found[];
  /** Largest revision of all heads passed, tombstones included. */
  readonly largest: number;
}

/** See StreamStore.listStreams. `limit` counts streams. Throws ERR_STORE_BAD_TOKEN. */
export async function listStreams(
  db: Database,
  memory: TagMemory,
  namespace: string | null,
  request: PageRequest,
): Promise<CuttablePage<StreamState>> {
  const start = startPage(request, namespace, db.clock());
  const { found, largest } = await walk(db, namespace, start);
  const { shown, revision, next } = endPage(start, found, largest, (last) => ({ namespace: last.namespace, after: last.stream }));
  const states = await mapParallel(shown, PARALLEL_STREAMS, (entry) => loadStream(db, memory, entry));
  const continueAfter = (last: StreamState) => formatToken({ namespace: last.namespace, after: last.name, revision });
  return { items: states.filter((state) => state !== null), revision, continueAfter, ...next };
}

/** What one query tore apart is read once more on its own; null when it is gone by then. */
async function loadStream(db: Database, memory: TagMemory, { snapshot, namespace, stream }: Found): Promise<StreamState | null> {
  const { state, complete } = await loadSnapshot(db, memory, snapshot);
  return complete ? state : readStream(db, memory, { namespace, stream });
}

async function walk(db: Database, namespace: string | null, start: PageStart): Promise<Walk> {
  const namespaces = namespace === null ? await namespaceNames(db, start.position?.namespace ?? '') : [namespace];
  const found: Found[] = [];
  let largest = 0;
  for (const name of namespaces) {
    for await (const items of streamItems(db, name, afterIn(start, name))) {
      const head = items.find((item) => item['entity'] === 'head');
      largest = Math.max(largest, Number(head?.['revision'] ?? 0));
      const snapshot = takeSnapshot(items, db.clock());
      if (snapshot !== null) found.push({ snapshot, namespace: name, stream: snapshot.head.stream });
      if (found.length > start.limit) return { found, largest };
    }
  }
  return { found, largest };
}

/** Items of a namespace's streams, one stream at a time. */
async function* streamItems(db: Database, namespace: string, after: string | null): AsyncGenerator<readonly Item[]> {
  let items: Item[] = [];
  for await (const page of queryPages(db, streamsRange(namespace, after))) {
    for (const item of page) {
      if (items.length > 0 && items[0]?.['stream'] !== item['stream']) {
        yield items;
        items = [];
      }
      items.push(item);
    }
  }
  if (items.length > 0) yield items;
}
