/** Between an import request, what is fetched for it, and what its tags get of that (openshift-semantics.md §6.1, §6.4). Pure. */
import { type Platform, preferredPlatform } from '../../image/platform.ts';
import type { StreamState } from '../../image/stream-state.ts';
import type { ImageStreamImport, RepositoryImportSpec } from '../../image/types.ts';
import type { FetchedImage } from '../../importing/fetch-image.ts';
import type { ImageResult, SourceRequest } from '../../importing/import-image.ts';
import type { ImagesRequest, ImagesResult } from '../../importing/import-images.ts';
import { repositorySummary } from '../../importing/import-status.ts';
import type { TagOutcome } from '../../importing/merge-import.ts';
import { outcomeOf, repositoryOutcomes } from '../../importing/repository-outcomes.ts';

/** What is to be fetched. Which image of an index a tag prefers is written on the spec tag that is there already. */
export function requestOf({ spec }: ImageStreamImport, stream: StreamState | null, deployment: Platform): ImagesRequest {
  const request = (source: RepositoryImportSpec, platform: Platform): SourceRequest => ({
    from: source.from.name ?? '',
    insecure: source.importPolicy.insecure ?? false,
    importMode: source.importPolicy.importMode ?? 'Legacy',
    platform,
  });
  const images = (spec.images ?? []).map((image) =>
    request(image, preferredPlatform(image.to && stream?.tags.get(image.to.name)?.spec, deployment)),
  );
  return spec.repository === undefined ? { images } : { images, repository: request(spec.repository, deployment) };
}

/** Outcomes of all tags the import names: those of the repository first, so that images[] win on the same tag. */
export function outcomesOf({ spec }: ImageStreamImport, results: ImagesResult): readonly TagOutcome[] {
  const ofRepository = spec.repository === undefined ? [] : repositoryOutcomes(spec.repository, results.repository?.images ?? []);
  const ofImages = (spec.images ?? []).flatMap((image, index) => {
    const result = results.images[index];
    if (image.to === undefined || result === undefined) return [];
    const { importPolicy, referencePolicy } = image;
    return [outcomeOf(result, { tag: image.to.name, from: image.from.name ?? '', importPolicy, referencePolicy }, true)];
  });
  return [...ofRepository, ...ofImages];
}

/** Images that no tag gets are looked at, not kept. */
export function taggedImages(outcomes: readonly TagOutcome[]): readonly FetchedImage[] {
  return outcomes.flatMap((outcome) => (outcome.kind === 'success' ? [outcome.fetched] : []));
}

/** The results with each image's replaced, and the sum of the repository's with it. */
export function mapResults({ images, repository }: ImagesResult, map: (result: ImageResult) => ImageResult): ImagesResult {
  if (repository?.images === undefined) return { images: images.map(map), repository };
  const ofRepository = repository.images.map(map);
  const status = repositorySummary(ofRepository.filter(({ kind }) => kind !== 'fetched').length);
  return { images: images.map(map), repository: { ...repository, status, images: ofRepository } };
}
