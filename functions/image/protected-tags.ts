/** Tags that not everyone who may write the stream may move (docs/decisions/0054-protected-tags.md). Pure. */
import type { FieldError } from '../kubernetes/types.ts';
import { followedTag } from './followers.ts';
import { matchesGlob } from './glob.ts';
import { isImportable, needsImport, needsRepositoryImport } from './import-due.ts';
import { sameJson } from './same-json.ts';
import { EMPTY_TAG, type StreamState, type TagState } from './stream-state.ts';
import type { TagEvent, TagReference } from './types.ts';

/** Of a stream: patterns of tag names (`*`, `?`), separated by commas or white space. */
export const PROTECTED_TAGS_ANNOTATION = 'image-streams.io/protected-tags';

/** Every write of the stream carries the patterns (head item). */
export const MOST_PATTERNS = 20;
export const MOST_PATTERN_CHARACTERS = 512;

type Tag = Omit<TagState, 'name'>;
type Annotations = Readonly<Record<string, string>> | null | undefined;

/** The patterns of a stream's annotations. */
export function protectedTags(annotations: Annotations): readonly string[] {
  return [...new Set((annotations?.[PROTECTED_TAGS_ANNOTATION] ?? '').split(/[\s,]+/).filter((word) => word !== ''))];
}

/** Errors of patterns that differ from the stored ones. `before`: null where annotations were not loaded, undefined for a new stream. */
export function validateNewPatterns(before: Annotations, after: Annotations): readonly FieldError[] {
  if (before === null || before?.[PROTECTED_TAGS_ANNOTATION] === after?.[PROTECTED_TAGS_ANNOTATION]) return [];
  const patterns = protectedTags(after);
  const invalid = (value: string, detail: string): FieldError => ({
    type: 'Invalid',
    field: `metadata.annotations[${PROTECTED_TAGS_ANNOTATION}]`,
    value,
    detail,
  });
  if (patterns.length > MOST_PATTERNS) return [invalid(String(patterns.length), `must have at most ${MOST_PATTERNS} patterns`)];
  const length = patterns.join(',').length;
  return length <= MOST_PATTERN_CHARACTERS ? [] : [invalid(String(length), `must have at most ${MOST_PATTERN_CHARACTERS} characters`)];
}

/**
 * What the change needs the right to move, in order: protected tags it moves or deletes or lets the background move, and patterns it takes away or
 * opens to an import. The stored patterns count, so that protecting a tag is free and a new stream has nothing to protect yet. A pattern stands for itself: tags it
 * would allow to be made later have no name yet. `after` null: the stream is deleted.
 */
export function movedProtectedTags(before: StreamState | null, after: StreamState | null): readonly string[] {
  const { protectedTags: patterns = [] } = before ?? {};
  if (before === null || patterns.length === 0) return [];
  if (after === null) return [...patterns].sort();
  const kept = after.protectedTags ?? [];
  const opened = patterns.filter((pattern) => asksForRepository(before, after) || !kept.includes(pattern));
  const moved = [...new Set([...before.tags.keys(), ...after.tags.keys()])].filter(
    (name) =>
      patterns.some((pattern) => matchesGlob(name, pattern)) &&
      (isMoved(before.tags.get(name) ?? EMPTY_TAG, after.tags.get(name) ?? EMPTY_TAG) || willFollow(before, after, name)),
  );
  return [...new Set([...opened, ...moved])].sort();
}

/** An import of the whole repository, which may make or move whatever tag the repository has. */
function asksForRepository(before: StreamState, after: StreamState): boolean {
  const isOther = after.dockerImageRepository !== '' && after.dockerImageRepository !== before.dockerImageRepository;
  return isOther || (needsRepositoryImport(after) && !needsRepositoryImport(before));
}

/**
 * Neither owners of fields nor conditions count: they point nowhere. Nor do the numbers of events: a copy renumbers its source
 * (openshift-semantics.md §11.7).
 */
function isMoved(before: Tag, after: Tag): boolean {
  return before !== after && !sameJson(whatMoves(before), whatMoves(after)) && !isReleasedByTime(before, after);
}

/** What the tag tracks, perhaps through others, was given a source that moves by itself: the tag will go with it when nobody is asked. */
function willFollow(before: StreamState, after: StreamState, name: string): boolean {
  const passed = new Set<string>();
  for (let next = trackedBy(after, name); next !== null && !passed.has(next); next = trackedBy(after, next)) {
    if (isSetGoing(after, before.tags.get(next), after.tags.get(next))) return true;
    passed.add(next);
  }
  return false;
}

function trackedBy(stream: StreamState, name: string): string | null {
  const spec = stream.tags.get(name)?.spec ?? null;
  return spec === null ? null : followedTag(stream, spec);
}

/** The number counts only while an import has to answer it: a failed one leaves another. */
function isSetGoing(stream: StreamState, before: TagState | undefined, after: TagState | undefined): boolean {
  const [old, spec] = [before?.spec ?? null, after?.spec ?? null];
  if (after === undefined || spec === null || old === spec) return false;
  if (!isImportable(spec) && followedTag(stream, spec) === null) return false;
  return needsImport(after) ? !sameJson(old, spec) : !sameJson(unnumbered(old), unnumbered(spec));
}

function unnumbered(spec: TagReference | null): Partial<TagReference> {
  return { ...spec, generation: null };
}

function whatMoves({ spec, items, total, continued, pending }: Tag): unknown {
  // That a hold ended and the age still lacks is nobody's doing.
  const waits = pending && { image: pending.image, reference: pending.dockerImageReference, isDenied: pending.reason === 'Denied' };
  return { spec, items: items.map(withoutNumber), total, continued, waits };
}

/** The image that waited came with a write that was allowed; whichever write comes after the wait puts it in place (tag-gate.ts). */
function isReleasedByTime(before: Tag, after: Tag): boolean {
  const { pending } = before;
  const [newest, ...older] = after.items;
  if (pending === undefined || pending.reason === 'Denied' || after.pending !== undefined || newest === undefined) return false;
  const isThatImage = newest.image === pending.image && newest.dockerImageReference === pending.dockerImageReference;
  const isKept = sameJson([before.spec, before.continued], [after.spec, after.continued]);
  // An event that differs in one of image and reference is corrected in place (tag-history.ts).
  const remains = [before.items, before.items.slice(1)].some((items) => sameJson(items.map(withoutNumber), older.map(withoutNumber)));
  return isThatImage && isKept && remains;
}

function withoutNumber({ generation: _generation, ...event }: TagEvent): Omit<TagEvent, 'generation'> {
  return event;
}
