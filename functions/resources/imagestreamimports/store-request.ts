/** The storing half of an import request (openshift-semantics.md §6.4). */
import { stripImage } from '../../image/image-view.ts';
import type { Platform } from '../../image/platform.ts';
import type { StreamState } from '../../image/stream-state.ts';
import type { ImageStreamImport } from '../../image/types.ts';
import type { ImagesResult } from '../../importing/import-images.ts';
import { mergeImport } from '../../importing/merge-import.ts';
import type { ImportPolicy } from '../../importing/import-policy.ts';
import type { ConnectRegistry, NamespaceCredentials } from '../../importing/registry-session.ts';
import { refuseUnstored, storeImages, storeOutcomes } from '../../importing/store-import.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { conflict } from '../../kubernetes/status.ts';
import type { Status } from '../../kubernetes/types.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { type CheckApi, checkSpecWrite } from '../imagestreams/check-stream.ts';
import { STALE } from '../preconditions.ts';
import { formatTime } from '../rfc3339.ts';
import { answerImport, type ShowImage } from './answer-import.ts';
import { mapResults, outcomesOf, taggedImages } from './import-outcomes.ts';

export interface ImportApi extends ImageApi {
  readonly connect: ConnectRegistry;
  /** Default: OpenShift's. */
  readonly policy?: ImportPolicy;
  /** Called for each request: what the namespaces may pull with. */
  readonly openCredentials?: () => NamespaceCredentials;
  /** What a Legacy import takes from an index unless the tag says otherwise. */
  readonly platform: Platform;
  /** Milliseconds; images that take longer are answered as 504 and left to the import queue (§12). */
  readonly timeLimit: number;
}

/**
 * Images first, then the stream, merged into whatever it is by now. Throws ApiError 409 when one of the tags was pointed elsewhere meanwhile, and 422:
 * with a limit exceeded, the tags that are new to the stream tell so before (§6.1 step 9).
 */
export async function storeImport(
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
    whenRetargeted: 'store-nothing',
    outcomes: outcomesOf(request, results),
    coversRepository: hasReadRepository(results),
    refuse: (before, after) => refuseOverLimit(api, before, after),
    refusalOn: 'new-tags',
    actor: context.identity.user,
    cause: 'import',
    now: context.now,
  });
  if (stored.refused !== undefined) throw new ApiError(stored.refused);
  if (stored.stream === null || stored.retargeted.length > 0) throw new ApiError(conflict(IMAGE_GROUP, 'imagestreamimports', name, STALE));
  const show: ShowImage = (image) => {
    const known = images.images.get(image.metadata.name ?? '');
    return known === undefined ? stripImage(image) : { ...known, dockerImageReference: image.dockerImageReference };
  };
  return answerImport(api, context, request, results, show, stored.stream);
}

/** What `storeImport` would answer, without storing anything. */
export async function simulateImport(
  api: ImportApi,
  context: RequestContext,
  request: ImageStreamImport,
  stream: StreamState | null,
  results: ImagesResult,
): Promise<ImageStreamImport> {
  const base = stream ?? emptyStream(api, context, request.metadata?.name ?? '');
  const options = { now: formatTime(context.now), coversRepository: hasReadRepository(results) };
  const after = mergeImport(stream, base, outcomesOf(request, results), options);
  const { refusal } = await checkSpecWrite(api, stream, after);
  if (refusal !== null) throw new ApiError(refusal);
  return answerImport(api, context, request, results, stripImage, after);
}

/** Only limits are told of by tags; anything else is for the caller alone. Throws ApiError 422. */
async function refuseOverLimit(api: CheckApi, before: StreamState | null, after: StreamState): Promise<Status | null> {
  const { refusal, isOverLimit } = await checkSpecWrite(api, before, after);
  if (refusal !== null && !isOverLimit) throw new ApiError(refusal);
  return refusal;
}

/** A repository whose tags could not even be listed still waits for its import. */
function hasReadRepository({ repository }: ImagesResult): boolean {
  return repository?.images !== undefined;
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
