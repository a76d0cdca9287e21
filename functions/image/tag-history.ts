/** History of a tag, newest first, and the condition that tells of a failed import (openshift-semantics.md §3, §6.4). Pure. */
import type { TagState } from './stream-state.ts';
import type { TagEvent, TagEventCondition } from './types.ts';

export interface TagChange {
  readonly tag: TagState;
  /** false: `tag` is the very object that was given. */
  readonly changed: boolean;
}

/**
 * Points the tag to `next` (§3). Only the newest event is looked at: an event that differs from it in one of reference and image is
 * corrected in place and keeps its `created`; one that differs in both goes on top. Any change clears the conditions and the image that waits.
 */
export function addTagEvent(tag: TagState, next: TagEvent): TagChange {
  const [newest, ...older] = tag.items;
  if (newest === undefined) return moved({ ...tag, items: [next], total: tag.total + 1 });
  const sameReference = newest.dockerImageReference === next.dockerImageReference;
  const sameImage = newest.image === next.image;
  if (sameReference && sameImage && newest.generation === next.generation) return { tag, changed: false };
  if (!sameReference && !sameImage) return moved({ ...tag, items: [next, ...tag.items], total: tag.total + 1 });
  return moved({ ...tag, items: [{ ...next, created: newest.created }, ...older] });
}

/** The condition replaces all others, unless one tells the same already (type, status, reason, message). History is never touched. */
export function setImportCondition(tag: TagState, condition: TagEventCondition): TagChange {
  const isKnown = tag.conditions.some((known) => isSameCondition(known, condition));
  return isKnown ? { tag, changed: false } : { tag: { ...tag, conditions: [condition] }, changed: true };
}

/** Equal in everything a follower would copy. */
export function isSameEvent(one: TagEvent | undefined, other: TagEvent | undefined): boolean {
  return (
    one === other ||
    (one?.created === other?.created &&
      one?.dockerImageReference === other?.dockerImageReference &&
      one?.image === other?.image &&
      one?.generation === other?.generation)
  );
}

/** An image that waited was newer than what the tag pointed to before; what it is to the new one is not known. */
function moved({ pending: _old, missing: _known, ...tag }: TagState): TagChange {
  return { tag: { ...tag, conditions: [] }, changed: true };
}

function isSameCondition(one: TagEventCondition, other: TagEventCondition): boolean {
  return (
    one.type === other.type &&
    one.status === other.status &&
    (one.reason ?? '') === (other.reason ?? '') &&
    (one.message ?? '') === (other.message ?? '')
  );
}
