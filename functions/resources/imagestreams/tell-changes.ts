/** From changed heads to events with whole objects, as many as an answer holds. */
import type { StreamState } from '../../image/stream-state.ts';
import { viewStream } from '../../image/stream-view.ts';
import type { ImageStream } from '../../image/types.ts';
import type { ListOptions } from '../../kubernetes/handlers.ts';
import type { StreamHead } from '../ports.ts';
import type { HeadChange } from './changed-heads.ts';
import { matchesStreamFields } from './stream-selection.ts';
import type { StreamWatchApi } from './watch-streams.ts';

export interface StreamEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ImageStream;
}

export interface Told {
  /** In the order of revisions, so that a client can go on from the last one. */
  readonly events: readonly StreamEvent[];
  /** Not all fit. */
  readonly isCut: boolean;
  readonly hasNews: boolean;
  /** Characters of JSON. */
  readonly size: number;
}

export const NOTHING: Told = { events: [], isCut: false, hasNews: false, size: 0 };

type Api = Pick<StreamWatchApi, 'streams' | 'hosts'>;

/** Streams read at once. */
const PARALLEL = 8;
/** Lambda ends answers at 6 MB, quotes escaped. Characters of JSON. */
const MOST = 4_000_000;

/**
 * Reads the changed streams until the answer is full, news before possible repeats (which would take the place of the news again and again),
 * older before newer. `told` is what it holds already.
 */
export async function tellChanges(api: Api, told: Told, changes: readonly HeadChange[], options: ListOptions): Promise<Told> {
  const ordered = [...changes].sort((a, b) => Number(b.isNews) - Number(a.isNews) || a.head.revision - b.head.revision);
  const events: StreamEvent[] = [];
  let { size } = told;
  const all = (fitting: readonly StreamEvent[]) => [...told.events, ...inOrder(fitting)];
  let hasNews = false;
  for (let first = 0; first < ordered.length; first += PARALLEL) {
    const part = ordered.slice(first, first + PARALLEL);
    const found = await Promise.all(part.map((change) => tellChange(api, change, options)));
    for (const [index, event] of found.entries()) {
      if (event === null) continue;
      size += JSON.stringify(event).length;
      if (size > MOST && told.events.length + events.length > 0)
        return { events: all(upTo(events, part[index])), isCut: true, hasNews, size };
      events.push(event);
      hasNews ||= part[index]?.isNews === true;
    }
  }
  return { events: all(events), isCut: false, hasNews, size };
}

/** A stream that has moved on past the first one left out is left out, too: the client goes on behind the last event. */
function upTo(events: readonly StreamEvent[], leftOut: HeadChange | undefined): readonly StreamEvent[] {
  const kept = events.filter((event) => leftOut?.isNews !== true || revisionOf(event) < leftOut.head.revision);
  return kept.length === 0 ? events : kept;
}

/** A stream may have moved on since its head was read. */
function inOrder(events: readonly StreamEvent[]): readonly StreamEvent[] {
  return [...events].sort((a, b) => revisionOf(a) - revisionOf(b));
}

function revisionOf({ object }: StreamEvent): number {
  return Number(object.metadata.resourceVersion);
}

/** null: nothing to tell this client, or gone since; then the next poll tells. */
async function tellChange({ streams, hosts }: Api, change: HeadChange, options: ListOptions): Promise<StreamEvent | null> {
  const { head, type, mayBeKnown } = change;
  if (type === 'DELETED') return mayBeKnown ? { type, object: viewStream(remainder(head), hosts) } : null;
  if (!options.matchesLabels(head.labels) && !mayBeKnown) return null;
  const state = await streams.readStream(head.namespace, head.name);
  if (state === null) return null;
  const object = viewStream(state, hosts);
  if (options.matchesLabels(state.labels) && matchesStreamFields(object, options)) return { type, object };
  return mayBeKnown ? { type: 'DELETED', object } : null;
}

/** What a tombstone keeps of a stream: enough to know which one is gone. */
function remainder({ namespace, name, uid, revision, creationTimestamp, labels }: StreamHead): StreamState {
  const metadata = { namespace, name, uid, revision, creationTimestamp, labels, annotations: {}, generation: 1, incarnation: '' };
  return { ...metadata, lookupPolicy: { local: false }, dockerImageRepository: '', tags: new Map() };
}
