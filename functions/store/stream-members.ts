import type { StreamMember } from '../image/stream-state.ts';
import type { Database } from './database.ts';
import type { HistoryChange } from './history-change.ts';
import type { EventItem } from './event-item.ts';
import type { TagItem } from './items.ts';
import { eventsRange, memberKey, membersRange, type StreamLife, tagsRange } from './keys.ts';
import { decodeMember, type MemberItem, type MemberRecord, toMember } from './member-item.ts';
import { queryAll, readItems } from './reading.ts';

/** Algorithms of digests (OCI image-spec descriptor.md, "Registered algorithms"): an id may be just the hex part. */
const ALGORITHMS = ['sha256', 'sha512', 'blake3'] as const;
const MAX_ID_BYTES = 512;

export async function listMembers(db: Database, life: StreamLife): Promise<readonly StreamMember[]> {
  return (await readMembers(db, life, '')).map(toMember);
}

/** Members whose digest starts with `id`, or whose hex part does (openshift-semantics.md §2.5). */
export async function findMembers(db: Database, life: StreamLife, id: string): Promise<readonly StreamMember[]> {
  if (Buffer.byteLength(id) > MAX_ID_BYTES) return [];
  const prefixes = id.includes(':') ? [id] : [id, ...ALGORITHMS.map((algorithm) => `${algorithm}:${id}`)];
  const found = await Promise.all(prefixes.map((prefix) => readMembers(db, life, prefix)));
  return [...new Map(found.flat().map((member) => [member.digest, toMember(member)])).values()];
}

async function readMembers(db: Database, life: StreamLife, prefix: string): Promise<MemberItem[]> {
  return (await queryAll(db, membersRange(life, prefix))).map(decodeMember);
}

/** Members a change brings, one per digest; history counts more than being a child. */
export function wantedMembers(histories: readonly HistoryChange[], children: readonly StreamMember[]): Map<string, MemberRecord> {
  const wanted = new Map<string, MemberRecord>();
  for (const { digest, dockerImageReference } of children) {
    wanted.set(digest, { digest, dockerImageReference, inHistory: false, child: true });
  }
  for (const { image: digest, dockerImageReference } of histories.flatMap(({ added }) => added)) {
    const child = wanted.get(digest)?.child;
    if (digest !== '') wanted.set(digest, { digest, dockerImageReference, inHistory: true, ...(child === true ? { child } : {}) });
  }
  return wanted;
}

export async function storedMembers(db: Database, life: StreamLife, digests: Iterable<string>): Promise<Map<string, MemberItem>> {
  const keys = Array.from(digests, (digest) => memberKey(life, digest));
  const found = await readItems(db, keys);
  return new Map(found.map(decodeMember).map((member) => [member.digest, member]));
}

/** What to write for a wanted member, null when the stored one says it already. */
export function mergeMember(wanted: MemberRecord, stored: MemberItem | undefined): MemberRecord | null {
  if (stored === undefined) return wanted;
  const merged = {
    digest: wanted.digest,
    dockerImageReference: wanted.inHistory ? wanted.dockerImageReference : stored.dockerImageReference,
    inHistory: wanted.inHistory || stored.inHistory,
    ...(wanted.child === true || stored.child === true ? { child: true as const } : {}),
  };
  const same =
    merged.dockerImageReference === stored.dockerImageReference && merged.inHistory === stored.inHistory && merged.child === stored.child;
  return same ? null : merged;
}

/**
 * Members of no tag's history any more. Reads all tags and events: only for commits that drop events. `dropping`: tags whose stored history no
 * longer counts; `stillUsed`: digests the change itself keeps or brings.
 */
export async function obsoleteMembers(
  db: Database,
  life: StreamLife,
  dropping: ReadonlySet<string>,
  stillUsed: Iterable<string>,
): Promise<readonly MemberItem[]> {
  const [tags, events, members] = await Promise.all([
    queryAll(db, tagsRange(life), { attributes: ['tag', 'base', 'sequence', 'newest'] }),
    queryAll(db, eventsRange(life), { attributes: ['tag', 'sequence', 'event'] }),
    readMembers(db, life, ''),
  ]);
  const used = new Set(stillUsed);
  const counted = new Map<string, Pick<TagItem, 'base' | 'sequence'>>();
  for (const { tag, base, sequence, newest } of tags as unknown as readonly Pick<TagItem, 'tag' | 'base' | 'sequence' | 'newest'>[]) {
    if (dropping.has(tag)) continue;
    counted.set(tag, { base, sequence });
    if (newest !== undefined) used.add(newest.image);
  }
  for (const { tag, sequence, event } of events as unknown as readonly Pick<EventItem, 'tag' | 'sequence' | 'event'>[]) {
    const range = counted.get(tag);
    if (range !== undefined && sequence > range.base && sequence < range.sequence) used.add(event.image);
  }
  return members.filter((member) => member.inHistory && !used.has(member.digest));
}
