/** POST imagestreamimports: fetch images now, tag them, and tell how each one went (openshift-semantics.md §6). */
import { stripImage } from '../../image/image-view.ts';
import type { Platform } from '../../image/platform.ts';
import type { StreamState } from '../../image/stream-state.ts';
import { viewStream } from '../../image/stream-view.ts';
import type { Image, ImageStreamImport } from '../../image/types.ts';
import { validateImportRequest, validateStream } from '../../image/validation.ts';
import type { FetchedImage } from '../../importing/fetch-image.ts';
import { type ImageResult, importImages, type ImagesRequest, type ImagesResult } from '../../importing/import-images.ts';
import { repositorySummary } from '../../importing/import-status.ts';
import { mergeImport, type TagOutcome } from '../../importing/merge-import.ts';
import { type ConnectRegistry, openSession } from '../../importing/registry-session.ts';
import { refuseUnstored, storeImages, storeOutcomes } from '../../importing/store-import.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { conflict, invalid, notFound } from '../../kubernetes/status.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { STALE } from '../preconditions.ts';
import { requireNamespace } from '../require-namespace.ts';
import { formatTime } from '../rfc3339.ts';
import { decodeImport } from './decode-import.ts';
import { imageStatuses, outcomesOf, repositoryStatus, requestOf, type ShowImage } from './import-outcomes.ts';

export interface ImportApi extends ImageApi {
  readonly connect: ConnectRegistry;
  /** What a Legacy import takes from an index unless the tag says otherwise. */
  readonly platform: Platform;
  /** Milliseconds; images that take longer are answered as 504 and left to the import queue (§12). */
  readonly timeLimit: number;
}

/** Requests to registries under way at a time for one import. */
const PARALLEL_REQUESTS = 16;
/** Tags of a repository imported by one request (upstream's maxImagesBulkImportedPerRepository). */
const REPOSITORY_TAGS = 50;

export function createImportHandlers(api: ImportApi): ResourceHandlers<ImageStreamImport> {
  return { decode: decodeImport, create: (context, request) => createImport(api, context, request) };
}

/**
 * Always answers what became of each image; throws ApiError only when the request as a whole is refused: 404 (namespace; stream, with a
 * resourceVersion), 409, 422.
 */
async function createImport(api: ImportApi, context: RequestContext, request: ImageStreamImport): Promise<ImageStreamImport> {
  const { namespace } = context.info;
  const name = request.metadata?.name ?? '';
  const errors = validateImportRequest(request);
  if (errors.length > 0) throw new ApiError(invalid(IMAGE_GROUP, 'ImageStreamImport', name, errors));
  await requireNamespace(api.namespaces, namespace);
  const stream = await api.streams.readStream(namespace, name);
  checkResourceVersion(request, stream);
  const results = await fetchImages(api, context, requestOf(request, stream, api.platform));
  if (!request.spec.import) return answer(api, context, request, results, showFetched);
  if (!context.dryRun) return storeImport(api, context, request, stream, results);
  const after = mergeImport(stream, stream ?? emptyStream(api, context, name), outcomesOf(request, results), formatTime(context.now));
  checkStream(stream, after);
  return answer(api, context, request, results, stripImage, after);
}

async function fetchImages({ connect, timeLimit }: ImportApi, { now }: RequestContext, wanted: ImagesRequest): Promise<ImagesResult> {
  const session = openSession(connect, { parallel: PARALLEL_REQUESTS, timeLimit });
  try {
    return await importImages(session, wanted, { now: formatTime(now), repositoryTags: REPOSITORY_TAGS });
  } finally {
    session.close();
  }
}

async function storeImport(
  api: ImportApi,
  context: RequestContext,
  request: ImageStreamImport,
  stream: StreamState | null,
  fetched: ImagesResult,
): Promise<ImageStreamImport> {
  const { namespace } = context.info;
  const name = request.metadata?.name ?? '';
  const images = await storeImages(api.images, taggedImages(outcomesOf(request, fetched)), context.now);
  const results = mapResults(fetched, (result) => refuseUnstored(result, images.refused));
  const stored = await storeOutcomes(api, {
    read: stream,
    readAgain: () => api.streams.readStream(namespace, name),
    create: emptyStream(api, context, name),
    outcomes: outcomesOf(request, results),
    check: checkStream,
    actor: context.identity.user,
    cause: 'import',
    now: context.now,
  });
  if (stored.stream === null || stored.retargeted.length > 0) throw new ApiError(conflict(IMAGE_GROUP, 'imagestreamimports', name, STALE));
  const show: ShowImage = (image) => {
    const known = images.images.get(image.metadata.name ?? '');
    return known === undefined ? stripImage(image) : { ...known, dockerImageReference: image.dockerImageReference };
  };
  return answer(api, context, request, results, show, stored.stream);
}

/** Images that no tag gets are looked at, not kept. */
function taggedImages(outcomes: readonly TagOutcome[]): readonly FetchedImage[] {
  return outcomes.flatMap((outcome) => (outcome.kind === 'success' ? [outcome.fetched] : []));
}

function mapResults({ images, repository }: ImagesResult, map: (result: ImageResult) => ImageResult): ImagesResult {
  if (repository?.images === undefined) return { images: images.map(map), repository };
  const ofRepository = repository.images.map(map);
  const status = repositorySummary(ofRepository.filter(({ kind }) => kind !== 'fetched').length);
  return { images: images.map(map), repository: { ...repository, status, images: ofRepository } };
}

/** An import for a stream as the client saw it: gone is 404, changed is 409. The uid is no precondition (§11b.3). */
function checkResourceVersion({ metadata }: ImageStreamImport, stream: StreamState | null): void {
  const wanted = metadata?.resourceVersion ?? '';
  if (wanted === '') return;
  const name = metadata?.name ?? '';
  if (stream === null) throw new ApiError(notFound(IMAGE_GROUP, 'imagestreamimports', name));
  const found = String(stream.revision);
  if (found === wanted) return;
  throw new ApiError(conflict(IMAGE_GROUP, 'imagestream', name, `the image stream was updated from "${wanted}" to "${found}"`));
}

function checkStream(before: StreamState | null, after: StreamState): void {
  const errors = validateStream(before, after);
  if (errors.length > 0) throw new ApiError(invalid(IMAGE_GROUP, 'ImageStream', after.name, errors));
}

/** Generation 0: the first write makes it 1. */
function emptyStream(api: ImportApi, { info, now }: RequestContext, name: string): StreamState {
  return {
    namespace: info.namespace,
    name,
    uid: api.newUid(),
    incarnation: '',
    revision: 0,
    creationTimestamp: formatTime(now),
    generation: 0,
    labels: {},
    annotations: {},
    lookupPolicy: { local: false },
    dockerImageRepository: '',
    tags: new Map(),
  };
}

function showFetched(image: Image, includeManifest: boolean): Image {
  return includeManifest ? image : stripImage(image);
}

function answer(
  api: ImportApi,
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
      ...(stream === undefined ? {} : { import: viewStream(stream, api.hosts) }),
      ...(repository === undefined ? {} : { repository: repositoryStatus(request, repository, show) }),
      ...(results.images.length === 0 ? {} : { images: imageStatuses(request, results.images, show) }),
    },
  };
}
