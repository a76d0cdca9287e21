/** What subscribers are told of one write of a tag item (design.md §4). Pure. */
import { resolvedReference } from '../image/stream-view.ts';
import type { TagEventCondition } from '../image/types.ts';
import type { TagItem } from '../store/items.ts';
import { eventId } from './event-id.ts';
import { DETAIL_TYPE, type DetailType, type TagChangeDetail, type TagChangeEvent } from './tag-change-event.ts';

export interface TagChange {
  /** null: the item was inserted. */
  readonly before: TagItem | null;
  /** null: the item was removed. */
  readonly after: TagItem | null;
}

type Pointer = NonNullable<TagChangeDetail['previous']>;

/**
 * The event for one write of a tag item, or null when subscribers have nothing to learn from it: generations and cleared conditions,
 * tags that point to nothing yet, tombstones and what becomes of them. A write that moves the tag and fails an import is a move. `repository` is where
 * tags with reference policy Local are pulled from, '' when there is no such place.
 */
export function describeChange({ before, after }: TagChange, repository: string): TagChangeEvent | null {
  // Tags of a deleted stream become tombstones before they go, and so does every deleted tag: what is removed was told of.
  if (after === null) return null;
  const was = pointerOf(before, repository);
  if (isGone(after)) return before === null || isGone(before) ? null : describeDeletion(after, before, was);
  const is = pointerOf(after, repository);
  if (is === null && was !== null && before !== null) return describeDeletion(after, before, was);
  if (is !== null && !isSame(is, was)) return event(DETAIL_TYPE.changed, after, { ...is, previous: was, generation: generationOf(after) });
  return describeFailure(before, after, is) ?? describeLoss(before, after, is);
}

function describeDeletion(after: TagItem, before: TagItem, was: Pointer | null): TagChangeEvent {
  return event(DETAIL_TYPE.deleted, after, {
    image: '',
    dockerImageReference: '',
    previous: was,
    generation: generationOf(before),
  });
}

function describeFailure(before: TagItem | null, after: TagItem, is: Pointer | null): TagChangeEvent | null {
  const failed = failureOf(after);
  if (failed === undefined) return null;
  const known = before === null || isGone(before) ? undefined : failureOf(before);
  if (known !== undefined && isSameFailure(known, failed)) return null;
  const failure = { reason: failed.reason ?? '', message: failed.message ?? '' };
  const now = is ?? { image: '', dockerImageReference: '' };
  return event(DETAIL_TYPE.importFailed, after, { ...now, previous: null, generation: failed.generation, failure });
}

/** The image cannot be pulled any more. That it is back is no event. */
function describeLoss(before: TagItem | null, after: TagItem, is: Pointer | null): TagChangeEvent | null {
  const { missing } = after;
  if (missing === undefined || is === null || before?.missing !== undefined) return null;
  const failure = { reason: 'NotFound', message: missing.message };
  return event(DETAIL_TYPE.imageMissing, after, { ...is, previous: null, generation: generationOf(after), failure });
}

type Told = Pick<TagChangeDetail, 'image' | 'dockerImageReference' | 'previous' | 'generation' | 'failure'>;

function event(detailType: DetailType, item: TagItem, told: Told): TagChangeEvent {
  const { namespace, stream, uid, tag, cause, actor } = item;
  const revision = String(item.revision);
  const time = new Date(item.time).toISOString();
  return {
    detailType,
    detail: { id: eventId(uid, tag, revision, detailType), namespace, stream, uid, tag, ...told, revision, cause, actor, time },
  };
}

/** What a client resolves the tag to, or null while it points to nothing. */
function pointerOf(item: TagItem | null, repository: string): Pointer | null {
  if (item === null || isGone(item) || item.newest === undefined) return null;
  return { image: item.newest.image, dockerImageReference: resolvedReference(item.spec ?? null, item.newest, repository) };
}

function isGone(item: TagItem): boolean {
  return item.deleted === true;
}

function isSame(one: Pointer, other: Pointer | null): boolean {
  return one.image === other?.image && one.dockerImageReference === other.dockerImageReference;
}

function generationOf(item: TagItem): number {
  return item.newest?.generation ?? item.spec?.generation ?? 0;
}

function failureOf(item: TagItem): TagEventCondition | undefined {
  return item.conditions?.find((condition) => condition.type === 'ImportSuccess' && condition.status === 'False');
}

/** When it failed again in the same way for the same generation, nothing is new. */
function isSameFailure(one: TagEventCondition, other: TagEventCondition): boolean {
  return one.reason === other.reason && one.message === other.message && one.generation === other.generation;
}
