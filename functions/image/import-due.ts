/** Which tags wait for an import, and which are checked again and again (openshift-semantics.md §7). Pure. */
import { parseReference } from './reference.ts';
import type { StreamState, TagState } from './stream-state.ts';
import type { TagReference } from './types.ts';

/** Follows an image of a registry: a DockerImage that is not a mere reference. */
export function isImportable(spec: TagReference | null): boolean {
  return spec?.from?.kind === 'DockerImage' && spec.reference !== true;
}

/** The newest spec generation an import has answered, with an image, a failure or an image that has to wait; 0 when none has. */
export function observedGeneration({ items, conditions, pending }: TagState): number {
  const failed = conditions.find((condition) => condition.type === 'ImportSuccess');
  return Math.max(items[0]?.generation ?? 0, failed?.generation ?? 0, pending?.generation ?? 0);
}

/** The spec is ahead of what was imported. A failed import is not due again by itself: its condition answers the generation. */
export function needsImport(tag: TagState): boolean {
  return isImportable(tag.spec) && (tag.spec?.generation ?? 0) > observedGeneration(tag);
}

/**
 * A person gave the tag this very source and no import has answered that yet: the first one may move the tag, whatever holds it. An import that
 * only goes on with another is no person's.
 */
export function isRetagTo(tag: TagState, from: string | null): boolean {
  if (!needsImport(tag) || tag.spec?.generation === tag.continued) return false;
  return from === null || tag.spec?.from?.name === from;
}

/**
 * The stream names a repository whose tags nobody has imported yet. Once they were, other tags of the repository do not follow by themselves;
 * taking away the annotation that keeps `repositoryCheck` asks for them again.
 */
export function needsRepositoryImport({ dockerImageRepository, repositoryCheck }: StreamState): boolean {
  return dockerImageRepository !== '' && repositoryCheck === undefined;
}

/** To be checked on schedule. A digest can never move, so it is tried only until its first success. */
export function isScheduled({ spec, items: [newest] }: TagState): boolean {
  if (spec === null || !isImportable(spec) || spec.importPolicy.scheduled !== true) return false;
  const parsed = parseReference(spec.from?.name ?? '');
  if (!parsed.ok) return false;
  return parsed.reference.id === '' || newest === undefined || newest.generation !== spec.generation;
}
