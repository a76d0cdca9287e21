/** What the tags of a repository get of its import (openshift-semantics.md §6.4). Pure. */
import type { ImportedSource } from '../image/import-result.ts';
import { formatReference, parseReference } from '../image/reference.ts';
import type { RepositoryImportSpec } from '../image/types.ts';
import type { ImageResult } from './import-image.ts';
import type { TagOutcome } from './merge-import.ts';

export type RepositorySource = Pick<RepositoryImportSpec, 'from' | 'importPolicy' | 'referencePolicy'>;

/** Each tag that was found follows that tag from now on; one that failed does not become a spec tag. */
export function repositoryOutcomes(source: RepositorySource, results: readonly ImageResult[]): readonly TagOutcome[] {
  return results.map((result) => outcomeOf(result, sourceOf(source, result.tag), false));
}

/** `createsTag`: whether a failure makes the spec tag that is missing. */
export function outcomeOf(result: ImageResult, source: ImportedSource, createsTag: boolean): TagOutcome {
  switch (result.kind) {
    case 'fetched':
      return { kind: 'success', source, fetched: result.fetched };
    case 'failed':
      return { kind: 'failure', tag: source.tag, status: result.status, source: createsTag ? source : null };
    case 'pending':
      return { kind: 'pending', source };
  }
}

function sourceOf({ from, importPolicy, referencePolicy }: RepositorySource, tag: string): ImportedSource {
  const parsed = parseReference(from.name ?? '');
  return { tag, from: parsed.ok ? formatReference({ ...parsed.reference, tag, id: '' }) : '', importPolicy, referencePolicy };
}
