import type { KeptEvent, StreamState } from '../image/stream-state.ts';
import { orderTagEvent } from '../image/field-order.ts';
import type { HistoryPage, PageRequest } from '../resources/ports.ts';
import { badToken } from './continue-token.ts';
import type { Database } from './database.ts';
import { decodeEvent } from './event-item.ts';
import { lifeOf } from './head-item.ts';
import type { TagItem } from './items.ts';
import { tagEventsRange } from './keys.ts';
import { queryPages } from './reading.ts';
import { storedTagsOf, type TagMemory } from './stored-tags.ts';

const VERSION = 1;
const NOTHING: HistoryPage = { events: [], total: 0 };

/** See StreamStore.readHistory. A page of one event costs no read when `stream` was read with its tag: the newest lives in the tag item. */
export async function readHistory(
  db: Database,
  memory: TagMemory,
  stream: StreamState,
  tag: string,
  request: PageRequest,
): Promise<HistoryPage> {
  const item = (await storedTagsOf(db, memory, stream, [tag])).get(tag) ?? null;
  if (item === null || item.deleted === true || item.newest === undefined) return NOTHING;
  const below = request.continue === undefined ? item.sequence + 1 : parsePlace(request.continue, stream.incarnation, item);
  const limit = request.limit ?? Infinity;
  const newest = below > item.sequence ? [{ event: orderTagEvent(item.newest), ...movedOf(item) }] : [];
  const wanted = Math.min(limit, below - 1 - item.base) - newest.length;
  const older = await readBelow(db, stream, item, Math.min(below, item.sequence), wanted);
  const events = [...newest, ...older];
  const next = below - events.length;
  const goesOn = events.length > 0 && next - 1 > item.base;
  return {
    events,
    total: item.sequence - item.base,
    ...(goesOn ? { continue: formatPlace(stream.incarnation, next) } : {}),
  };
}

/** `count` events from number `below` - 1 down. */
async function readBelow(db: Database, stream: StreamState, item: TagItem, below: number, count: number): Promise<readonly KeptEvent[]> {
  if (count <= 0) return [];
  const range = tagEventsRange(lifeOf(stream), item.tag, below - count, below - 1);
  const events: KeptEvent[] = [];
  for await (const page of queryPages(db, range, { descending: true })) {
    events.push(...page.map(decodeEvent).map((found) => ({ event: orderTagEvent(found.event), ...movedOf(found) })));
  }
  return events;
}

function movedOf({ moved }: Pick<TagItem, 'moved'>): Pick<KeptEvent, 'moved'> {
  return moved === undefined ? {} : { moved };
}

/** Numbers of events never change, so that a page goes on where it was cut, whatever was tagged meanwhile. */
function formatPlace(incarnation: string, below: number): string {
  return Buffer.from(JSON.stringify({ v: VERSION, inc: incarnation, below })).toString('base64url');
}

/** Throws ERR_STORE_BAD_TOKEN for what formatPlace did not make of this tag, and when the events it points to are gone. */
function parsePlace(token: string, incarnation: string, { base, sequence }: TagItem): number {
  try {
    const { v, inc, below } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Readonly<Record<string, unknown>>;
    const isOurs = v === VERSION && inc === incarnation && Number.isSafeInteger(below);
    if (isOurs && Number(below) > base && Number(below) <= sequence) return Number(below);
  } catch (cause) {
    throw badToken({ cause });
  }
  throw badToken();
}
