/** From spec tags to events: what a new or changed spec tag points to right now (openshift-semantics.md §2.5). Pure; the caller reads other streams. */
import type { FieldError, ObjectReference } from '../kubernetes/types.ts';
import { isTagChanged } from './generations.ts';
import { formatReference, parseReference } from './reference.ts';
import { EMPTY_TAG, type RegistryHosts, type StreamState, type TagState } from './stream-state.ts';
import { addTagEvent } from './tag-history.ts';
import { DENIED_IMAGES_ANNOTATION } from './tag-policy.ts';
import type { TagEvent, TagReference } from './types.ts';

/** A tag or an image of a stream, perhaps of another one. */
export interface TagSource {
  readonly namespace: string;
  readonly stream: string;
  readonly kind: 'ImageStreamTag' | 'ImageStreamImage';
  /** Tag, or image id. */
  readonly key: string;
}

/** What was found at a source: an event to copy, or why there is none. `ambiguous`: the id is a prefix of several digests. */
export type SourceFound =
  | { readonly kind: 'event'; readonly event: TagEvent }
  | { readonly kind: 'no-stream' | 'no-tag' | 'no-image' | 'ambiguous' }
  | { readonly kind: 'forbidden'; readonly reason: string };

export interface ResolveOptions {
  /** RFC 3339. */
  readonly now: string;
  readonly hosts: RegistryHosts;
}

export interface ResolvedTags {
  readonly state: StreamState;
  readonly errors: readonly FieldError[];
}

const SEPARATORS = { ImageStreamTag: ':', ImageStreamImage: '@' } as const;
const MALFORMED = 'must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>';

/** Identity of a source: the key of the map `resolveTags` takes. */
export function sourceKey({ namespace, stream, kind, key }: TagSource): string {
  return JSON.stringify([kind, namespace, stream, key]);
}

/** `tag`, `stream:tag`, `id` or `stream@id`; one part means this stream, no tag after the ':' means latest. null: neither form, or another kind. */
export function parseTagSource(stream: Pick<StreamState, 'namespace' | 'name'>, from: ObjectReference): TagSource | null {
  const { kind } = from;
  if (kind !== 'ImageStreamTag' && kind !== 'ImageStreamImage') return null;
  const parts = (from.name ?? '').split(SEPARATORS[kind]);
  const key = parts.at(-1) || (kind === 'ImageStreamTag' ? 'latest' : '');
  const name = parts.length === 1 ? stream.name : (parts[0] ?? '');
  if (parts.length > 2 || name === '') return null;
  return { namespace: from.namespace || stream.namespace, stream: name, kind, key };
}

/** Sources of the new and changed spec tags, this stream's included. Malformed names are left out: `resolveTags` reports them. */
export function listTagSources(before: StreamState | null, after: StreamState): readonly TagSource[] {
  return changedTags(before, after)
    .map(([, { from }]) => (from === undefined || !from.name ? null : parseTagSource(after, from)))
    .filter((source) => source !== null);
}

/**
 * Puts what the new and changed spec tags point to on top of their histories. `found` answers every source of `listTagSources`; tags of this
 * stream that are loaded are taken from `after` instead, where they may have moved in this very write.
 * Errors name the spec tag's own field (§12); `after` must be numbered (`applyGenerations`).
 */
export function resolveTags(
  before: StreamState | null,
  after: StreamState,
  found: ReadonlyMap<string, SourceFound>,
  options: ResolveOptions,
): ResolvedTags {
  const tags = new Map(after.tags);
  const errors: FieldError[] = [];
  let isMoved = false;
  for (const [name, spec] of changedTags(before, after)) {
    const resolved = resolveTag({ ...after, tags }, spec, found, options);
    if (resolved.kind === 'error') errors.push(errorAt(name, spec, resolved));
    if (resolved.kind !== 'event') continue;
    const renumbered = resolved.own !== undefined && renumberNewest(tags, resolved.own, after.generation);
    const { tag, changed } = addTagEvent(tags.get(name) ?? { name, ...EMPTY_TAG }, resolved.event);
    tags.set(name, tag);
    isMoved ||= changed || renumbered;
  }
  return { state: isMoved ? { ...after, tags } : after, errors };
}

/** By name, so that errors and the order of events are the same for the same request. */
function changedTags(before: StreamState | null, after: StreamState): readonly (readonly [string, TagReference])[] {
  const changed: (readonly [string, TagReference])[] = [];
  for (const [name, { spec }] of after.tags) {
    if (spec?.from === undefined) continue;
    const old = before?.tags.get(name)?.spec ?? null;
    if (old !== spec && isTagChanged(old, spec, after.namespace)) changed.push([name, spec]);
  }
  return changed.sort(([a], [b]) => (a < b ? -1 : 1));
}

type Resolved =
  | { readonly kind: 'nothing' }
  /** `own`: the tag of this stream it was copied from. */
  | { readonly kind: 'event'; readonly event: TagEvent; readonly own?: string }
  | ({ readonly kind: 'error' } & Pick<FieldError, 'type' | 'detail'>);

const NOTHING: Resolved = { kind: 'nothing' };

function resolveTag(stream: StreamState, spec: TagReference, found: ReadonlyMap<string, SourceFound>, options: ResolveOptions): Resolved {
  const { from = {} } = spec;
  if (from.kind === 'DockerImage' && from.name) return resolvePullSpec(stream, spec, options);
  const source = parseTagSource(stream, from);
  if (source === null) return invalid(MALFORMED);
  if (!from.name) return NOTHING; // validation says that the name is required
  const own = ownTag(stream, source);
  const at = own === undefined ? (found.get(sourceKey(source)) ?? { kind: 'no-stream' }) : newestOf(own);
  if (at.kind === 'no-tag') return NOTHING; // and it is never tried again, as upstream
  if (at.kind !== 'event') return refusal(source, at);
  const { event } = at;
  if (isDenied(stream, event.image)) return denial(event.image);
  const created = source.kind === 'ImageStreamImage' ? options.now : event.created;
  const dockerImageReference = spec.reference === true ? event.dockerImageReference : rehome(event, source, stream, options);
  return { kind: 'event', event: { ...event, created, dockerImageReference, generation: stream.generation }, own: own?.name };
}

/** The source tag, if it is a loaded one of this stream. */
function ownTag(stream: StreamState, source: TagSource): TagState | undefined {
  const isOwn = source.kind === 'ImageStreamTag' && source.namespace === stream.namespace && source.stream === stream.name;
  return isOwn ? stream.tags.get(source.key) : undefined;
}

/** References need no import: the pull spec is the event. Others are imported later, by whoever sees that the spec is ahead. */
function resolvePullSpec(stream: StreamState, { from = {}, reference }: TagReference, { now }: ResolveOptions): Resolved {
  if (from.namespace && from.namespace !== stream.namespace) return invalid(MALFORMED); // §11b.4
  const parsed = parseReference(from.name ?? '');
  if (parsed.ok && isDenied(stream, parsed.reference.id)) return denial(parsed.reference.id);
  if (reference !== true) return NOTHING;
  return { kind: 'event', event: { created: now, dockerImageReference: from.name ?? '', image: '', generation: stream.generation } };
}

function isDenied({ deniedImages = [] }: StreamState, image: string): boolean {
  return deniedImages.includes(image);
}

function denial(image: string): Resolved {
  const detail = `${image} is denied by annotation ${DENIED_IMAGES_ANNOTATION} of the image stream`;
  return { kind: 'error', type: 'Forbidden', detail };
}

function newestOf(tag: TagState): SourceFound {
  const [event] = tag.items;
  return event === undefined ? { kind: 'no-tag' } : { kind: 'event', event };
}

/** What the source stream serves from the integrated registry is served from this stream from now on: its readers need no access to the source. */
function rehome({ dockerImageReference: text }: TagEvent, source: TagSource, stream: StreamState, { hosts }: ResolveOptions): string {
  if (hosts.internal === undefined || !text.startsWith(`${hosts.internal}/`)) return text;
  const parsed = parseReference(text);
  if (!parsed.ok || parsed.reference.registry !== hosts.internal) return text;
  if (parsed.reference.namespace !== source.namespace || parsed.reference.name !== source.stream) return text;
  return formatReference({ ...parsed.reference, namespace: stream.namespace, name: stream.name });
}

/** Copying within a stream numbers the source's newest event too (§11.7): tag and copy stay the same event. */
function renumberNewest(tags: Map<string, TagState>, name: string, generation: number): boolean {
  const tag = tags.get(name);
  const [newest, ...older] = tag?.items ?? [];
  if (tag === undefined || newest === undefined || newest.generation === generation) return false;
  tags.set(name, { ...tag, items: [{ ...newest, generation }, ...older] });
  return true;
}

function refusal(source: TagSource, found: Exclude<SourceFound, { readonly kind: 'event' }>): Resolved {
  const image = `imagestreamimage.image.openshift.io ${JSON.stringify(source.key)}`;
  switch (found.kind) {
    case 'forbidden':
      return { kind: 'error', type: 'Forbidden', detail: `${source.namespace}/${source.stream}: ${JSON.stringify(found.reason)} ""` };
    case 'no-image':
      return invalid(`error generating tag event: ${image} not found`);
    case 'ambiguous':
      return invalid(
        `error generating tag event: Operation cannot be fulfilled on ${image}: multiple images match the prefix ${JSON.stringify(source.key)}`,
      );
    default:
      return { kind: 'error', type: 'NotFound' };
  }
}

function invalid(detail: string): Resolved {
  return { kind: 'error', type: 'Invalid', detail };
}

function errorAt(tag: string, { from }: TagReference, { type, detail }: Pick<FieldError, 'type' | 'detail'>): FieldError {
  const field = `spec.tags[${tag}].from`;
  return type === 'Forbidden' ? { type, field, detail } : { type, field: `${field}.name`, value: from?.name ?? '', detail };
}
