import type { StreamState } from '../image/stream-state.ts';
import { fullJitter } from './backoff.ts';
import type { Database } from './database.ts';
import { decodeFollower, type FollowerItem } from './follower-item.ts';
import { decodeHead, lifeOf, toStreamState } from './head-item.ts';
import type { HeadItem, TagItem } from './items.ts';
import {
  allFollowersRange,
  followerKey,
  followersRange,
  headKey,
  keyIfStorable,
  type StreamLife,
  type StreamName,
  tagKey,
} from './keys.ts';
import { queryAll, readItems, readNamed } from './reading.ts';
import type { TagMemory } from './stored-tags.ts';
import { decodeTag, toTagState } from './tag-item.ts';

const ATTEMPTS = 5;
const RETRY_DELAY = { baseMs: 5, maxMs: 100 };
/** With more tags than this, reading every edge of the stream once is cheaper than a query per tag. */
const QUERIES_PER_ROUND = 16;

type TagItems = Map<string, TagItem | null>;

/**
 * Head, the named tags and their followers: a number of reads that depends on neither the stream's tags nor its history. The head is read first;
 * a tag of a later revision means that somebody wrote in between, and everything is read again. A tag that is older than it should be (its
 * transaction is just being applied) cannot be told from here: a commit finds it out by the condition on the tag item.
 */
export async function readTags(db: Database, memory: TagMemory, name: StreamName, tags: readonly string[]): Promise<StreamState | null> {
  for (let attempt = 0; ; attempt++) {
    const item = await readNamed(db, () => headKey(name));
    const head = item === null ? null : decodeHead(item);
    if (head === null || head.deleted === true) return null;
    const items = await readWithFollowers(db, head, tags);
    const isLate = [...items.values()].some((tag) => tag !== null && tag.revision > head.revision);
    if (!isLate || attempt === ATTEMPTS) return assemble(memory, head, items);
    await db.sleep(fullJitter(db.random, attempt, RETRY_DELAY));
  }
}

async function readWithFollowers(db: Database, head: HeadItem, tags: readonly string[]): Promise<TagItems> {
  const life = lifeOf({ namespace: head.namespace, name: head.stream, incarnation: head.incarnation });
  const known: TagItems = new Map();
  let round = [...new Set(tags)].filter((tag) => keyIfStorable(() => followerKey(life, tag, '')) !== null);
  while (round.length > 0) {
    const [found, edges] = await Promise.all([readTagItems(db, life, round), readFollowers(db, life, round)]);
    for (const tag of round) known.set(tag, null);
    for (const tag of found) known.set(tag.tag, tag);
    round = [...new Set(edges.map(({ tag }) => tag))].filter((tag) => !known.has(tag));
  }
  return known;
}

async function readTagItems(db: Database, life: StreamLife, tags: readonly string[]): Promise<TagItem[]> {
  const items = await readItems(
    db,
    tags.map((tag) => tagKey(life, tag)),
  );
  return items.map(decodeTag);
}

async function readFollowers(db: Database, life: StreamLife, tags: readonly string[]): Promise<FollowerItem[]> {
  if (tags.length > QUERIES_PER_ROUND) {
    const wanted = new Set(tags);
    return (await queryAll(db, allFollowersRange(life))).map(decodeFollower).filter(({ followed }) => wanted.has(followed));
  }
  const edges = await Promise.all(tags.map((tag) => queryAll(db, followersRange(life, tag))));
  return edges.flat().map(decodeFollower);
}

function assemble(memory: TagMemory, head: HeadItem, items: TagItems): StreamState {
  const alive = [...items.values()].filter((tag): tag is TagItem => tag !== null && tag.deleted !== true);
  const state = toStreamState(head, { annotations: null }, new Map(alive.map((tag) => [tag.tag, toTagState(tag, [])])));
  memory.set(state, { items, complete: false });
  return state;
}
