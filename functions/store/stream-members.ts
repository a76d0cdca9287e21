import type { StreamMember } from '../image/stream-state.ts';
import type { Database } from './database.ts';
import type { HistoryChange } from './history-change.ts';
import { memberKey, membersRange, type StreamLife } from './keys.ts';
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

/** Members whose digest starts with `prefix`, as they are stored. */
export async function readMembers(db: Database, life: StreamLife, prefix: string): Promise<MemberItem[]> {
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
