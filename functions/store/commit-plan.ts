import { followedTag } from '../image/followers.ts';
import type { StreamState, TagState } from '../image/stream-state.ts';
import { tagIsUnchanged } from './conditions.ts';
import { encodeEvent } from './event-item.ts';
import { encodeFollower } from './follower-item.ts';
import type { HistoryChange } from './history-change.ts';
import type { TagItem } from './items.ts';
import { followerKey } from './keys.ts';
import { encodeMember, type MemberRecord } from './member-item.ts';
import { encodeManagers } from './managers-item.ts';
import { encodeMetadata } from './metadata-item.ts';
import type { StreamChange, TagChange } from './stream-diff.ts';
import { encodeTag, encodeTagTombstone, type TagWrite } from './tag-item.ts';
import { followersFirst } from './tag-order.ts';
import type { Action } from './transaction.ts';

/** Writes that belong together. */
export interface WriteGroup {
  /** Count for nothing until `core` is written: the only ones that may travel ahead of it, should the group be too large for one transaction. */
  readonly ahead: readonly Action[];
  readonly core: readonly Action[];
}

export interface CommitFacts {
  readonly write: TagWrite;
  readonly after: StreamState;
  readonly change: StreamChange;
  /** By tag; of every changed tag that remains. */
  readonly histories: ReadonlyMap<string, HistoryChange>;
  /** Stored items of the changed tags; null when the stream is new. */
  readonly stored: ReadonlyMap<string, TagItem | null> | null;
  /** Members to write, by digest. */
  readonly members: ReadonlyMap<string, MemberRecord>;
}

/** All writes of a commit but the head's, in the order they have to happen: tags first, annotations last. Pure. */
export function planCommit(facts: CommitFacts): WriteGroup[] {
  const { write, after, change } = facts;
  const membersLeft = new Map(facts.members);
  const tags = followersFirst(after, change.tags).map((tag) => tagGroup(facts, tag, membersLeft));
  const children = [...membersLeft.values()].map((member) => group({ put: encodeMember(write.life, member) }));
  const metadata = change.annotations === null ? [] : [group({ put: encodeMetadata(write.life, change.annotations, write.revision) })];
  const managers = change.managers === null ? [] : [group({ put: encodeManagers(write.life, change.managers, write.revision) })];
  return [...children, ...tags, ...managers, ...metadata];
}

function group(action: Action): WriteGroup {
  return { ahead: [], core: [action] };
}

function tagGroup(facts: CommitFacts, change: TagChange, membersLeft: Map<string, MemberRecord>): WriteGroup {
  const { write, stored } = facts;
  const item = stored?.get(change.name) ?? null;
  const condition = stored === null ? {} : { condition: tagIsUnchanged(item?.revision ?? null) };
  const history = facts.histories.get(change.name);
  if (change.after === null || history === undefined) {
    const tombstone = encodeTagTombstone(write, change.name, item?.sequence ?? 0);
    return { ahead: [], core: [{ put: tombstone, ...condition }, ...edgeWrites(facts, change)] };
  }
  const members = history.added.flatMap(({ image }) => takeMember(membersLeft, image));
  return {
    ahead: [
      ...members.map((member) => ({ put: encodeMember(write.life, member) })),
      ...history.events.map(({ sequence, event }) => ({
        // Of the events that step back only the one that was the newest has a known move.
        put: encodeEvent(write.life, change.name, sequence, event, sequence === item?.sequence ? item.moved : undefined),
      })),
    ],
    core: [{ put: encodeTag(write, change.after, history, item), ...condition }, ...edgeWrites(facts, change)],
  };
}

/** A member two tags need is written with the first. */
function takeMember(left: Map<string, MemberRecord>, digest: string): MemberRecord[] {
  const member = left.get(digest);
  left.delete(digest);
  return member === undefined ? [] : [member];
}

function edgeWrites({ write, after }: CommitFacts, change: TagChange): Action[] {
  const was = followed(after, change.before);
  const is = followed(after, change.after);
  if (was === is) return [];
  return [
    ...(was === null ? [] : [{ remove: followerKey(write.life, was, change.name) }]),
    ...(is === null ? [] : [{ put: encodeFollower(write.life, is, change.name, write.revision) }]),
  ];
}

function followed(stream: StreamState, tag: TagState | null): string | null {
  return tag === null || tag.spec === null ? null : followedTag(stream, tag.spec);
}
