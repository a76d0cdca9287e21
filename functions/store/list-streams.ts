import type { StreamState } from '../image/stream-state.ts';
import type { CuttablePage, StreamPageRequest } from '../resources/ports.ts';
import { formatToken } from './continue-token.ts';
import type { Database } from './database.ts';
import type { Item } from './item-size.ts';
import { streamsRange } from './keys.ts';
import { afterIn, endPage, type PageStart, startPage } from './list-page.ts';
import { namespaceNames } from './namespace-store.ts';
import { mapAhead, mapParallel } from './parallel.ts';
import { loadSnapshot, loadNewest, readStream } from './read-stream.ts';
import { queryPages } from './reading.ts';
import type { TagMemory } from './stored-tags.ts';
import { type StreamSnapshot, takeSnapshot } from './stream-snapshot.ts';

const PARALLEL_STREAMS = 8;
/** Namespaces whose first page is read before it is asked for. */
const READ_AHEAD = 8;
/** Items in hand at a time: of streams with thousands of tags a page takes fewer than it may. */
const MOST_ITEMS = 20_000;

interface Found {
  readonly snapshot: StreamSnapshot;
  readonly namespace: string;
  readonly stream: string;
}

interface Walk {
  /** One more than the page takes where the list goes on: it tells so. */
  readonly found: readonly Found[];
  /** Streams the page takes. */
  readonly limit: number;
  /** Largest revision of all heads passed, tombstones included. */
  readonly largest: number;
}

/** See StreamStore.listStreams. `limit` counts streams. Throws ERR_STORE_BAD_TOKEN. */
export async function listStreams(
  db: Database,
  memory: TagMemory,
  namespace: string | null,
  request: StreamPageRequest,
): Promise<CuttablePage<StreamState>> {
  const start = startPage(request, namespace, db.clock());
  const { found, largest, limit } = await walk(db, namespace, start);
  const taken = { ...start, limit };
  const { shown, revision, next } = endPage(taken, found, largest, (last) => ({ namespace: last.namespace, after: last.stream }));
  const isShallow = request.newestOnly === true;
  const states = await mapParallel(shown, PARALLEL_STREAMS, (entry) => loadStream(db, memory, entry, isShallow));
  const continueAfter = (last: StreamState) => formatToken({ namespace: last.namespace, after: last.name, revision });
  return { items: states.filter((state) => state !== null), revision, continueAfter, ...next };
}

/** What one query tore apart is read once more on its own; null when it is gone by then. */
async function loadStream(
  db: Database,
  memory: TagMemory,
  { snapshot, namespace, stream }: Found,
  isShallow: boolean,
): Promise<StreamState | null> {
  const { state, complete } = isShallow ? loadNewest(memory, snapshot) : await loadSnapshot(db, memory, snapshot);
  return complete ? state : readStream(db, memory, { namespace, stream });
}

async function walk(db: Database, namespace: string | null, start: PageStart): Promise<Walk> {
  const namespaces = namespace === null ? await namespaceNames(db, start.position?.namespace ?? '') : [namespace];
  const found: Found[] = [];
  const most = Number.isFinite(start.limit) ? MOST_ITEMS : Infinity;
  let largest = 0;
  let read = 0;
  const open = (name: string) => openPages(queryPages(db, streamsRange(name, afterIn(start, name))));
  // What is read ahead of a page that ends is lost: a page that is filled by few namespaces reads few ahead.
  const ahead = (passed: number) => (Number.isFinite(start.limit) ? Math.min(2 ** passed - 1, READ_AHEAD) : READ_AHEAD);
  for await (const { item: name, result: pages } of mapAhead(namespaces, ahead, open)) {
    for await (const items of streamItems(pages)) {
      const head = items.find((item) => item['entity'] === 'head');
      largest = Math.max(largest, Number(head?.['revision'] ?? 0));
      const snapshot = takeSnapshot(items, db.clock());
      if (snapshot !== null) found.push({ snapshot, namespace: name, stream: snapshot.head.stream });
      read += items.length;
      if (found.length > start.limit || (found.length > 1 && read > most)) return { found, largest, limit: found.length - 1 };
    }
  }
  return { found, largest, limit: start.limit };
}

/** The pages of a query whose first one has been read. */
async function openPages(pages: AsyncGenerator<readonly Item[]>): Promise<AsyncIterable<readonly Item[]>> {
  const first = await pages.next();
  return (async function* () {
    if (first.done === true) return;
    yield first.value;
    yield* pages;
  })();
}

/** Items of a namespace's streams, one stream at a time. */
async function* streamItems(pages: AsyncIterable<readonly Item[]>): AsyncGenerator<readonly Item[]> {
  let items: Item[] = [];
  for await (const page of pages) {
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
