import type { TagEvent } from '../image/types.ts';
import type { Database } from './database.ts';
import { decodeEvent, type EventItem } from './event-item.ts';
import type { TagItem } from './items.ts';
import { eventsRange, type StreamLife, tagEventsRange } from './keys.ts';
import { mapParallel } from './parallel.ts';
import { queryAll, queryFirst } from './reading.ts';
import { LOADED_EVENTS } from './tag-item.ts';

const PARALLEL_QUERIES = 16;
/** One sequential read of everything may answer this many times what is wanted before a query per tag is the better deal. */
const WHOLE_RANGE_WASTE = 2;

export interface OlderEvents {
  /** By tag, newest first, without the newest of all (the tag item holds it). */
  readonly events: ReadonlyMap<string, readonly TagEvent[]>;
  /** false: numbers are missing, so that something moved between the reads. */
  readonly complete: boolean;
}

/** The newest 50 events of each tag but its very newest; reads nothing for tags that have only one. `tags`: all of the stream. */
export async function readOlderEvents(db: Database, life: StreamLife, tags: readonly TagItem[]): Promise<OlderEvents> {
  const withHistory = tags.filter((tag) => olderWanted(tag) > 0);
  const wanted = withHistory.reduce((sum, tag) => sum + olderWanted(tag), 0);
  const stored = withHistory.reduce((sum, tag) => sum + tag.sequence - tag.base - 1, 0);
  if (wanted === 0) return { events: new Map(), complete: true };
  const found = stored <= WHOLE_RANGE_WASTE * wanted ? await readRange(db, life) : await readPerTag(db, life, withHistory);
  const results = withHistory.map((tag) => ({ tag, events: contiguous(tag, found.get(tag.tag) ?? []) }));
  return {
    events: new Map(results.map(({ tag, events }) => [tag.tag, events])),
    complete: results.every(({ tag, events }) => events.length === olderWanted(tag)),
  };
}

/** The same of one tag, at a cost that knows nothing of the others. */
export async function readOlderEventsOfTag(db: Database, life: StreamLife, tag: TagItem): Promise<readonly TagEvent[]> {
  if (olderWanted(tag) <= 0) return [];
  const found = await readPerTag(db, life, [tag]);
  return contiguous(tag, found.get(tag.tag) ?? []);
}

function olderWanted(tag: TagItem): number {
  return Math.min(tag.sequence - tag.base, LOADED_EVENTS) - 1;
}

async function readRange(db: Database, life: StreamLife): Promise<Map<string, readonly EventItem[]>> {
  return Map.groupBy((await queryAll(db, eventsRange(life))).map(decodeEvent), (item) => item.tag);
}

async function readPerTag(db: Database, life: StreamLife, tags: readonly TagItem[]): Promise<Map<string, readonly EventItem[]>> {
  const found = await mapParallel(tags, PARALLEL_QUERIES, async (tag) => {
    const range = tagEventsRange(life, tag.tag, tag.sequence - olderWanted(tag), tag.sequence - 1);
    const items = await queryFirst(db, range, { descending: true, pageSize: LOADED_EVENTS });
    return [tag.tag, items.map(decodeEvent)] as const;
  });
  return new Map(found);
}

/** Newest first, up to the first number that is missing. Numbers outside base … sequence are leftovers or not counted yet. */
function contiguous(tag: TagItem, items: readonly EventItem[]): TagEvent[] {
  const bySequence = new Map(items.map((item) => [item.sequence, item.event]));
  const events: TagEvent[] = [];
  for (let sequence = tag.sequence - 1; events.length < olderWanted(tag); sequence--) {
    const event = bySequence.get(sequence);
    if (event === undefined) break;
    events.push(event);
  }
  return events;
}
