/**
 * Images that tags point to and that their registry no longer has (docs/decisions/0064-images-that-are-gone.md): which image a registry is asked
 * for, what the tag remembers of the answer, and how clients see it. Pure.
 */
import { canonicalSource } from './canonical-source.ts';
import { formatReference, parseReference } from './reference.ts';
import type { MissingImage, RegistryHosts, StreamState, TagState } from './stream-state.ts';
import type { TagEvent, TagEventCondition, TagReference } from './types.ts';

/** JSON object {tag: which image is missing since when}; on streams with such tags only. Computed, never stored: `oc describe` does not show conditions of ours. */
export const MISSING_IMAGES_ANNOTATION = 'image-streams.io/missing-images';

/** An image as its registry is asked for it. */
export interface ExternalImage {
  /** Pull spec by digest. */
  readonly pullSpec: string;
  /** null: a tag that copies another one's image, or was given another source since, does not know. */
  readonly insecure: boolean | null;
}

/**
 * The image the newest event points to, wherever its history says it is; null when that is the integrated registry, or nothing a registry could be
 * asked for.
 */
export function externalImage(
  { newest, spec }: { readonly newest: TagEvent | undefined; readonly spec: TagReference | null },
  { internal, external }: RegistryHosts,
): ExternalImage | null {
  if (newest === undefined || newest.image === '') return null;
  const parsed = parseReference(newest.dockerImageReference);
  if (!parsed.ok || parsed.reference.name === '') return null;
  const { registry } = parsed.reference;
  if (registry !== '' && (registry === internal || registry === external)) return null;
  const pullSpec = formatReference({ ...parsed.reference, tag: '', id: newest.image });
  const asked = parseReference(pullSpec);
  if (!asked.ok || asked.reference.id !== newest.image) return null;
  return { pullSpec, insecure: isInsecure(spec, canonicalSource(pullSpec).host) };
}

/** What a tag says of its source is said of that registry alone: its image may be of an earlier source, whose secrets are not sent in the clear for it. */
function isInsecure(spec: TagReference | null, host: string): boolean | null {
  if (spec?.from?.kind !== 'DockerImage' || canonicalSource(spec.from.name ?? '').host !== host) return null;
  return spec.importPolicy.insecure === true;
}

/** What is remembered of the newest image; what was of an earlier one counts no more. */
export function missingImage({ items: [newest], missing }: TagState): MissingImage | undefined {
  const isOfNewest = missing?.image === newest?.image && missing?.dockerImageReference === newest?.dockerImageReference;
  return isOfNewest ? missing : undefined;
}

/** What a registry said of the image of a tag. `message` null: it is there. */
export interface Availability {
  readonly tag: string;
  /** The pull spec it was asked for. */
  readonly pullSpec: string;
  readonly message: string | null;
}

/**
 * The stream with what registries said of its tags' newest images. Answers about images that tags no longer point to are dropped; the same object
 * when nothing is new. `now`: RFC 3339.
 */
export function applyAvailability(stream: StreamState, answers: readonly Availability[], now: string): StreamState {
  const changed = answers.flatMap(({ tag: name, pullSpec, message }): readonly TagState[] => {
    const tag = stream.tags.get(name);
    const newest = tag?.items[0];
    if (tag === undefined || newest === undefined || externalImage({ newest, spec: tag.spec }, {})?.pullSpec !== pullSpec) return [];
    const known = missingImage(tag);
    if ((message === null) === (known === undefined)) return [];
    const { missing: _old, ...others } = tag;
    if (message === null) return [others];
    const { image, dockerImageReference } = newest;
    return [{ ...others, missing: { image, dockerImageReference, since: now, message } }];
  });
  if (changed.length === 0) return stream;
  return { ...stream, tags: new Map([...stream.tags, ...changed.map((tag) => [tag.name, tag] as const)]) };
}

/** The condition clients see; none while nothing is known to be missing. */
export function missingConditions(tag: TagState): readonly TagEventCondition[] {
  const missing = missingImage(tag);
  if (missing === undefined) return [];
  const generation = tag.items[0]?.generation ?? 0;
  return [
    {
      type: 'ImageAvailable',
      status: 'False',
      lastTransitionTime: missing.since,
      reason: 'NotFound',
      message: describe(missing),
      generation,
    },
  ];
}

/** The annotation; none when no tag misses its image. */
export function describeMissingImages(tags: readonly TagState[]): Readonly<Record<string, string>> {
  const missing = tags.flatMap((tag) => {
    const known = missingImage(tag);
    return known === undefined ? [] : [[tag.name, `${describe(known)}, first noticed at ${known.since}`] as const];
  });
  return missing.length === 0 ? {} : { [MISSING_IMAGES_ANNOTATION]: JSON.stringify(Object.fromEntries(missing)) };
}

function describe({ image, dockerImageReference, message }: MissingImage): string {
  const name = dockerImageReference.endsWith(image) ? dockerImageReference : `${dockerImageReference} (${image})`;
  return `the registry no longer has ${name}: ${message}`;
}
