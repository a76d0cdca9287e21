import { headIsUnchanged } from './conditions.ts';
import type { Database } from './database.ts';
import type { EventItem } from './event-item.ts';
import { decodeHead } from './head-item.ts';
import type { HeadItem, TagItem } from './items.ts';
import { eventsRange, headKey, memberKey, type StreamLife, tagsRange } from './keys.ts';
import { encodeMember, type MemberItem } from './member-item.ts';
import { chunked } from './parallel.ts';
import { queryAll, readItem } from './reading.ts';
import { readMembers } from './stream-members.ts';
import { type Action, writeTransaction } from './transaction.ts';

/** TransactWriteItems takes 100 actions; one is the head. */
const MEMBERS_PER_TRANSACTION = 99;

/**
 * Strikes off the images that no tag's history holds any more; those that also are children of an index stay as such. Reads the whole stream,
 * which is why no request does it. The head counts these strikes (`struckOff`), and commits go on only from the count they read: one that found
 * a member there and relied on it cannot pass a strike. `more`: somebody wrote meanwhile; the same call looks again.
 */
export async function retireMembers(db: Database, life: StreamLife): Promise<'done' | 'more'> {
  let head = await readHead(db, life);
  if (head === null) return 'done';
  for (const members of chunked(await unusedMembers(db, life), MEMBERS_PER_TRANSACTION)) {
    const counted: HeadItem = { ...head, struckOff: (head.struckOff ?? 0) + 1 };
    const condition = headIsUnchanged(head.revision, head.incarnation, head.struckOff ?? 0);
    const refusals = await writeTransaction(db, [{ put: counted, condition }, ...members.map((member) => retire(life, member))]);
    if (refusals.length > 0) return 'more';
    head = counted;
  }
  return 'done';
}

async function readHead(db: Database, life: StreamLife): Promise<HeadItem | null> {
  const item = await readItem(db, headKey(life));
  const head = item === null ? null : decodeHead(item);
  return head === null || head.deleted === true || head.incarnation !== life.incarnation ? null : head;
}

function retire(life: StreamLife, member: MemberItem): Action {
  if (member.child === true) return { put: encodeMember(life, { ...member, inHistory: false }) };
  return { remove: memberKey(life, member.digest) };
}

async function unusedMembers(db: Database, life: StreamLife): Promise<readonly MemberItem[]> {
  const [tags, events, members] = await Promise.all([
    queryAll(db, tagsRange(life), { attributes: ['tag', 'base', 'sequence', 'newest'] }),
    queryAll(db, eventsRange(life), { attributes: ['tag', 'sequence', 'event'] }),
    readMembers(db, life, ''),
  ]);
  const used = new Set<string>();
  const counted = new Map<string, Pick<TagItem, 'base' | 'sequence'>>();
  for (const { tag, base, sequence, newest } of tags as unknown as readonly Pick<TagItem, 'tag' | 'base' | 'sequence' | 'newest'>[]) {
    counted.set(tag, { base, sequence });
    if (newest !== undefined) used.add(newest.image);
  }
  for (const { tag, sequence, event } of events as unknown as readonly Pick<EventItem, 'tag' | 'sequence' | 'event'>[]) {
    const range = counted.get(tag);
    if (range !== undefined && sequence > range.base && sequence < range.sequence) used.add(event.image);
  }
  return members.filter((member) => member.inHistory && !used.has(member.digest));
}
