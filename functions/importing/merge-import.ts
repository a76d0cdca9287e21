/** The outcome of an import, applied to the newest stream (openshift-semantics.md §6.4, §12: an import survives a concurrent change of other tags). */
import { applyGenerations } from '../image/generations.ts';
import { followTags } from '../image/followers.ts';
import { isTagChanged } from '../image/generations.ts';
import { needsRepositoryImport } from '../image/import-due.ts';
import { applyImportFailure, applyImportPending, applyImportSuccess, type ImportedSource } from '../image/import-result.ts';
import type { StreamState } from '../image/stream-state.ts';
import { resolveTags } from '../image/tag-sources.ts';
import type { TagReference } from '../image/types.ts';
import type { Status } from '../kubernetes/types.ts';
import type { FetchedImage } from './fetch-image.ts';

/** What became of one tag. Of outcomes for the same tag the last one wins. */
export type TagOutcome =
  | { readonly kind: 'success'; readonly source: ImportedSource; readonly fetched: FetchedImage }
  /** `source` null: a spec tag that is missing stays missing. */
  | { readonly kind: 'failure'; readonly tag: string; readonly status: Status; readonly source: ImportedSource | null }
  | { readonly kind: 'pending'; readonly source: ImportedSource };

export function tagOf(outcome: TagOutcome): string {
  return outcome.kind === 'failure' ? outcome.tag : outcome.source.tag;
}

/**
 * Tags whose spec is no longer the one the import was started for. A spec that meanwhile names the very source that was imported is no
 * obstacle: the result is what it asks for.
 */
export function retargetedTags(read: StreamState | null, newest: StreamState | null, outcomes: readonly TagOutcome[]): ReadonlySet<string> {
  const specOf = (stream: StreamState | null, tag: string) => stream?.tags.get(tag)?.spec ?? null;
  const namespace = newest?.namespace ?? '';
  return new Set(
    outcomes
      .filter((outcome) => {
        const [before, now] = [specOf(read, tagOf(outcome)), specOf(newest, tagOf(outcome))];
        return isOtherSpec(before, now, namespace) && !(now !== null && isWanted(now, outcome));
      })
      .map(tagOf),
  );
}

function isOtherSpec(before: TagReference | null, now: TagReference | null, namespace: string): boolean {
  if (now === null) return before !== null;
  // Generation 0 asks for an import of the same spec; it is not another spec.
  return before === null || isTagChanged(before, { ...now, generation: before.generation }, namespace);
}

function isWanted(spec: TagReference, { source }: TagOutcome): boolean {
  const isSameMode = spec.importPolicy.importMode === source?.importPolicy.importMode;
  return spec.from?.kind === 'DockerImage' && spec.from.name === source?.from && spec.reference !== true && isSameMode;
}

export interface MergeOptions {
  /** RFC 3339. */
  readonly now: string;
  /** The import was one of the stream's whole repository; one of single tags leaves the repository waiting for its own. */
  readonly coversRepository: boolean;
}

/**
 * The stream with all outcomes, its generations counted and its tracking tags moved; the same object when nothing changed. `stored` null: the
 * stream is new.
 */
export function mergeImport(
  stored: StreamState | null,
  stream: StreamState,
  outcomes: readonly TagOutcome[],
  { now, coversRepository }: MergeOptions,
): StreamState {
  const applied = outcomes.reduce((state, outcome) => applyOutcome(state, outcome, now), stream);
  const staysUnchecked = needsRepositoryImport(stream) && !coversRepository;
  if (stored !== null && applied === stream && (stream.repositoryCheck !== undefined || staysUnchecked)) return stream;
  const numbered = applyGenerations(stored, staysUnchecked ? applied : { ...applied, repositoryCheck: now });
  // A write of the stream like any other: a reference tag that was given another source points to that text, whatever was fetched from it.
  // What a tag copies from elsewhere is not copied again, for an import reads no other stream.
  const { state } = resolveTags(stored, numbered, new Map(), { now, hosts: {} });
  return followTags(stored, state, now);
}

function applyOutcome(stream: StreamState, outcome: TagOutcome, now: string): StreamState {
  switch (outcome.kind) {
    case 'success': {
      const { image, children, chosenFrom } = outcome.fetched;
      const { name = '' } = image.metadata;
      return applyImportSuccess(stream, {
        ...outcome.source,
        image: name,
        dockerImageReference: image.dockerImageReference ?? '',
        now,
        chosenFrom,
        children: children.map(({ metadata }) => metadata.name ?? ''),
      });
    }
    case 'failure': {
      const { reason = '', message = '' } = outcome.status;
      return applyImportFailure(stream, { tag: outcome.tag, reason, message, now, source: outcome.source });
    }
    case 'pending':
      return applyImportPending(stream, outcome.source, now);
  }
}
