/** Generations of a stream and its spec tags (openshift-semantics.md §2.2, §2.3). Pure. */
import type { ObjectReference } from '../kubernetes/types.ts';
import type { StreamState, TagState } from './stream-state.ts';
import { importModeOf, isSameTagReference } from './tag-reference.ts';
import type { TagReference } from './types.ts';

/**
 * Whether a spec tag asks for something else than before: new, or another source, `reference`, import mode, or its generation reset to 0.
 * Kind, schedule, insecure, reference policy and annotations do not count; nor does a tag without a source (§2.3 *changed*).
 */
export function isTagChanged(before: TagReference | null, after: TagReference, namespace: string): boolean {
  if (before === null) return true;
  if (!after.from?.kind && !after.from?.name) return false;
  return (
    isOtherSource(before.from ?? {}, after.from, namespace) ||
    (before.reference ?? false) !== (after.reference ?? false) ||
    importModeOf(before) !== importModeOf(after) ||
    isReset(before, after)
  );
}

function isOtherSource(before: ObjectReference, after: ObjectReference, namespace: string): boolean {
  return (before.namespace || namespace) !== (after.namespace || namespace) || (before.name ?? '') !== (after.name ?? '');
}

/**
 * Numbers a wanted stream. Created (`before` null): everything is 1. Updated: client generations count only when 0 ("import again"); a
 * spec that differs raises the stream's generation by one, and new, changed and unnumbered tags take the stream's. Tags that were not
 * loaded are neither looked at nor missed. Answers `after` itself when every number in it is right already.
 */
export function applyGenerations(before: StreamState | null, after: StreamState): StreamState {
  if (before === null) return numberTags({ ...after, generation: 1 }, () => 1);
  const kept = numberTags(after, ({ name, spec }) => keptGeneration(before.tags.get(name)?.spec ?? null, spec));
  const isRaised = before.generation === 0 || isSpecChanged(before, kept);
  const generation = isRaised ? before.generation + 1 : before.generation;
  const numbered = numberTags(kept, ({ name, spec }) => {
    const isOld = spec.generation !== null && !isTagChanged(before.tags.get(name)?.spec ?? null, spec, after.namespace);
    return isOld && spec.generation !== 0 ? spec.generation : generation;
  });
  return numbered.generation === generation ? numbered : { ...numbered, generation };
}

type SpecifiedTag = TagState & { readonly spec: TagReference };

/** Applies `generationOf` to every tag with a spec; the same object when no number changes. */
function numberTags(stream: StreamState, generationOf: (tag: SpecifiedTag) => number | null): StreamState {
  let tags: Map<string, TagState> | null = null;
  for (const [name, tag] of stream.tags) {
    if (tag.spec === null) continue;
    const generation = generationOf(tag as SpecifiedTag);
    if (generation === tag.spec.generation) continue;
    tags ??= new Map(stream.tags);
    tags.set(name, { ...tag, spec: { ...tag.spec, generation } });
  }
  return tags === null ? stream : { ...stream, tags };
}

function keptGeneration(before: TagReference | null, after: TagReference): number | null {
  return after.generation === 0 || before === null ? after.generation : before.generation;
}

function isSpecChanged(before: StreamState, after: StreamState): boolean {
  if (before.lookupPolicy.local !== after.lookupPolicy.local) return true;
  if (before.dockerImageRepository !== after.dockerImageRepository) return true;
  for (const [name, tag] of after.tags) if (!isSameTagReference(before.tags.get(name)?.spec ?? null, tag.spec)) return true;
  for (const [name, tag] of before.tags) if (tag.spec !== null && !after.tags.has(name)) return true;
  return false;
}

function isReset(before: TagReference, after: TagReference): boolean {
  return before.generation !== null && before.generation !== 0 && after.generation === 0;
}
