import { STILL_ALIVE } from './conditions.ts';
import { openDatabase, type Database, type StoreOptions } from './database.ts';
import { deleteRange, keysOf, PAGE_SIZE, type SweepResult } from './delete-range.ts';
import { decodeHead } from './head-item.ts';
import type { TagItem } from './items.ts';
import { childrenRange, eventsRange, headKey, membersRange, type StreamLife, tagEventsRange } from './keys.ts';
import { mapParallel } from './parallel.ts';
import { queryPages, readItem } from './reading.ts';
import { retireMembers } from './retire-members.ts';
import { encodeTagTombstone } from './tag-item.ts';
import { deleteItems, putItem } from './writing.ts';

export interface SweptStream extends StreamLife {
  readonly uid: string;
  /** Of the head's tombstone; every tag is deleted with it. */
  readonly revision: number;
  readonly actor: string;
  /** When the stream was deleted, ms. */
  readonly now: number;
}

export interface SweptTag extends StreamLife {
  readonly tag: string;
  /** Events up to this number no longer count. */
  readonly base: number;
}

export interface Sweeper {
  /**
   * Removes what a deleted stream left behind. Each live tag becomes a tombstone, so that its deletion is a change of its own; metadata, edges,
   * events and members are deleted. Idempotent. Leaves a stream alone that is alive.
   */
  sweepStream(stream: SweptStream): Promise<SweepResult>;
  /** Removes the events of a deleted or replaced tag history, and the images only they held. Idempotent; events written since are above `base`. */
  sweepTag(tag: SweptTag): Promise<SweepResult>;
}

export interface SweeperOptions extends StoreOptions {
  /** Time one call may take, in ms. */
  readonly budgetMs: number;
}

const PARALLEL_PUTS = 16;

export function createSweeper(options: SweeperOptions): Sweeper {
  const db = openDatabase(options);
  const deadline = (): number => db.clock() + options.budgetMs;
  return {
    sweepStream: (stream) => sweepStream(db, stream, deadline()),
    sweepTag: (tag) => sweepTag(db, tag, deadline()),
  };
}

async function sweepTag(db: Database, { tag, base, ...life }: SweptTag, deadline: number): Promise<SweepResult> {
  if (base < 1) return 'done';
  if ((await deleteRange(db, tagEventsRange(life, tag, 1, base), deadline)) === 'more') return 'more';
  return retireMembers(db, life);
}

async function sweepStream(db: Database, swept: SweptStream, deadline: number): Promise<SweepResult> {
  const life = { namespace: swept.namespace, stream: swept.stream, incarnation: swept.incarnation };
  if (await isAlive(db, life)) return 'done';
  const steps = [
    () => sweepChildren(db, life, swept, deadline),
    () => deleteRange(db, eventsRange(life), deadline),
    () => deleteRange(db, membersRange(life, ''), deadline),
  ];
  for (const step of steps) if ((await step()) === 'more') return 'more';
  return 'done';
}

async function isAlive(db: Database, life: StreamLife): Promise<boolean> {
  const item = await readItem(db, headKey(life));
  const head = item === null ? null : decodeHead(item);
  return head !== null && head.deleted !== true && head.incarnation === life.incarnation;
}

async function sweepChildren(db: Database, life: StreamLife, swept: SweptStream, deadline: number): Promise<SweepResult> {
  const attributes = ['pk', 'sk', 'entity', 'tag', 'sequence', 'deleted'];
  for await (const page of queryPages(db, childrenRange(life), { attributes, pageSize: PAGE_SIZE })) {
    const tags = page.filter((item) => item['entity'] === 'tag' && item['deleted'] !== true) as unknown as readonly TagItem[];
    await mapParallel(tags, PARALLEL_PUTS, (tag) => putItem(db, tombstone(life, swept, tag), STILL_ALIVE));
    const others = page.filter((item) => item['entity'] !== 'tag');
    await deleteItems(db, keysOf(others));
    // Tombstones stay: a page of nothing else is no work, or a short budget would never get past it.
    if (tags.length + others.length > 0 && db.clock() >= deadline) return 'more';
  }
  return 'done';
}

function tombstone(life: StreamLife, { uid, revision, actor, now }: SweptStream, { tag, sequence }: TagItem): TagItem {
  return encodeTagTombstone({ life, uid, revision, context: { actor, cause: 'tag', now } }, tag, sequence);
}
