/** The answer to an import: what became of each image, and the stream (openshift-semantics.md §6.1). Pure. */
import type { StreamState } from '../../image/stream-state.ts';
import { viewStream } from '../../image/stream-view.ts';
import type { Image, ImageImportStatus, ImageStream, ImageStreamImport, RepositoryImportStatus } from '../../image/types.ts';
import type { ImageResult } from '../../importing/import-image.ts';
import type { ImagesResult, RepositoryResult } from '../../importing/import-images.ts';
import { SUCCESS } from '../../importing/import-status.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import type { ImageApi } from '../image-api.ts';
import { formatTime } from '../rfc3339.ts';

/** How an image looks in the answer. */
export type ShowImage = (image: Image, includeManifest: boolean) => Image;

/** `stream` is left out when nothing was to be stored. */
export function answerImport(
  api: Pick<ImageApi, 'newUid' | 'hosts'>,
  { info, now }: RequestContext,
  request: ImageStreamImport,
  results: ImagesResult,
  show: ShowImage,
  stream?: StreamState,
): ImageStreamImport {
  const { repository } = results;
  return {
    ...request,
    metadata: { ...request.metadata, namespace: info.namespace, uid: api.newUid(), creationTimestamp: formatTime(now) },
    status: {
      ...(stream === undefined ? {} : { import: untyped(viewStream(stream, api.hosts)) }),
      ...(repository === undefined ? {} : { repository: repositoryStatus(request, repository, show) }),
      ...(results.images.length === 0 ? {} : { images: imageStatuses(request, results.images, show) }),
    },
  };
}

/** Objects inside others carry no kind and apiVersion. */
function untyped({ kind: _kind, apiVersion: _apiVersion, ...object }: ImageStream): ImageStream {
  return object;
}

function imageStatuses({ spec }: ImageStreamImport, results: readonly ImageResult[], show: ShowImage): readonly ImageImportStatus[] {
  return results.map((result, index) => imageStatus(result, spec.images?.[index]?.includeManifest ?? false, show));
}

function repositoryStatus({ spec }: ImageStreamImport, result: RepositoryResult, show: ShowImage): RepositoryImportStatus {
  const { status, images, additionalTags = [] } = result;
  return {
    status,
    ...(images === undefined || images.length === 0
      ? {}
      : { images: images.map((image) => imageStatus(image, spec.repository?.includeManifest ?? false, show)) }),
    ...(additionalTags.length === 0 ? {} : { additionalTags }),
  };
}

function imageStatus(result: ImageResult, includeManifest: boolean, show: ShowImage): ImageImportStatus {
  const tag = result.tag === '' ? {} : { tag: result.tag };
  if (result.kind !== 'fetched') return { status: result.status, ...tag };
  const { image, children } = result.fetched;
  const manifests = children.map((child) => show(child, includeManifest));
  return { status: SUCCESS, image: show(image, includeManifest), ...tag, ...(manifests.length === 0 ? {} : { manifests }) };
}
