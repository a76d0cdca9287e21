/**
 * Whether a tag may move by itself: the one question every path asks on which nobody names the tag and its new image (imports, pushes, tags that
 * track others). Held tags stay, new images wait until they are old enough, denied ones are never taken
 * (docs/decisions/0033-a-tag-can-be-held.md). Pure.
 */
import { needsImport, observedGeneration } from './import-due.ts';
import type { IndexChoice, PendingImage, StreamState, TagState } from './stream-state.ts';
import { addTagEvent, type TagChange } from './tag-history.ts';
import { isTagChanged } from './generations.ts';
import { sameJson } from './same-json.ts';
import { activeHold, minimumAge } from './tag-policy.ts';
import type { Digest, TagEvent } from './types.ts';

/** An image a tag would point to. */
export interface Candidate {
  readonly image: Digest;
  readonly dockerImageReference: string;
  readonly chosenFrom?: IndexChoice;
  /** Images of an index, where they are known: the index is as denied as they are. */
  readonly children?: readonly Digest[];
}

export interface GateOptions {
  /** RFC 3339. */
  readonly now: string;
  readonly denied: readonly Digest[];
  /** A person asked for this very source: hold and age do not count. Denied images stay denied. */
  readonly isRetag?: boolean;
  /** The spec generation that is answered with this; as before when absent. */
  readonly answers?: number | undefined;
}

/** null: the tag may point to the candidate. Else what it waits for; the very object the tag has already when nothing about it is new. */
export function judge(tag: TagState, candidate: Candidate, options: GateOptions): PendingImage | null {
  const { image, dockerImageReference, chosenFrom } = candidate;
  const [newest] = tag.items;
  if (newest?.image === image && newest.dockerImageReference === dockerImageReference) return null;
  const blocked = blockOf(tag, candidate, options);
  if (blocked === null) return null;
  const pending: PendingImage = {
    image,
    dockerImageReference,
    firstSeen: firstSeen(tag, image, options.now),
    generation: options.answers ?? (tag.pending?.image === image ? tag.pending.generation : observedGeneration(tag)),
    ...blocked,
    ...(chosenFrom === undefined ? {} : { chosenFrom }),
  };
  return tag.pending !== undefined && sameJson(pending, tag.pending) ? tag.pending : pending;
}

/** True while a tag keeps its image whatever an import brings or fails to bring: then failures must not look like somebody's retag. */
export function isGuarded({ spec, items }: TagState, now: string): boolean {
  return items.length > 0 && (activeHold(spec, now) !== null || minimumAge(spec) > 0);
}

/** Points the tag to the event, or notes that the event waits. `changed` false: `tag` itself. */
export function offerEvent(tag: TagState, event: TagEvent, options: GateOptions, children: readonly Digest[] = []): TagChange {
  const pending = judge(tag, { ...event, children }, options);
  if (pending !== null) return withPending(tag, pending);
  const { tag: moved, changed } = addTagEvent(tag, event);
  return changed || tag.pending === undefined ? { tag: moved, changed } : withPending(tag, undefined);
}

/**
 * After a write of the spec: images that wait for nothing any more are pointed to, those of a source the tag no longer has are forgotten.
 * Answers `after` itself when there are none.
 */
export function settlePending(before: StreamState | null, after: StreamState, now: string): StreamState {
  const tags = new Map(after.tags);
  let isSettled = false;
  for (const tag of after.tags.values()) {
    if (tag.pending === undefined) continue;
    const { tag: settled, changed } = settle(before, after, tag, tag.pending, now);
    tags.set(tag.name, settled);
    isSettled ||= changed;
  }
  return isSettled ? { ...after, tags } : after;
}

function settle(before: StreamState | null, after: StreamState, tag: TagState, pending: PendingImage, now: string): TagChange {
  const old = before?.tags.get(tag.name)?.spec ?? null;
  const isOther = tag.spec === null ? old !== null : isTagChanged(old, tag.spec, after.namespace);
  if (isOther) return withPending(tag, undefined);
  const waits = judge(tag, candidateOf(pending), { now, denied: after.deniedImages ?? [] });
  if (waits !== null) return withPending(tag, waits);
  if (needsImport(tag)) return { tag, changed: false }; // what a person asked for comes first
  const { image, dockerImageReference, chosenFrom } = pending;
  const { tag: moved } = addTagEvent(tag, { created: now, dockerImageReference, image, generation: after.generation });
  return { tag: { ...withPending(moved, undefined).tag, chosenFrom }, changed: true };
}

/** What waits, as a candidate again. Of a denied index only the child that was on the list is remembered. */
export function candidateOf({ image, dockerImageReference, chosenFrom, denied }: PendingImage): Candidate {
  return { image, dockerImageReference, chosenFrom, children: denied === undefined ? [] : [denied] };
}

/** Same object when nothing changes. */
export function withPending(tag: TagState, pending: PendingImage | undefined): TagChange {
  if (tag.pending === pending) return { tag, changed: false };
  const { pending: _old, ...others } = tag;
  return { tag: pending === undefined ? others : { ...others, pending }, changed: true };
}

function blockOf(
  tag: TagState,
  { image, chosenFrom, children = [] }: Candidate,
  { now, denied, isRetag = false }: GateOptions,
): Pick<PendingImage, 'reason' | 'denied'> | null {
  const onList = denied.length === 0 ? undefined : [image, chosenFrom?.index, ...children].find((digest) => isOn(denied, digest));
  if (onList !== undefined) return { reason: 'Denied', denied: onList };
  const [newest] = tag.items;
  if (newest === undefined || isRetag) return null;
  if (activeHold(tag.spec, now) !== null) return { reason: 'Held' };
  const age = Date.parse(now) - Date.parse(firstSeen(tag, image, now));
  return newest.image !== image && age < minimumAge(tag.spec) ? { reason: 'MinimumAge' } : null;
}

function isOn(denied: readonly Digest[], digest: Digest | undefined): boolean {
  return digest !== undefined && denied.includes(digest);
}

/** Another image starts anew. */
function firstSeen({ pending }: TagState, image: Digest, now: string): string {
  return pending?.image === image ? pending.firstSeen : now;
}
