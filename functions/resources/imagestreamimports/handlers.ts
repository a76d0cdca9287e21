/** POST imagestreamimports: fetch images now, tag them, and tell how each one went (openshift-semantics.md §6). */
import { stripImage } from '../../image/image-view.ts';
import type { StreamState } from '../../image/stream-state.ts';
import type { Image, ImageStreamImport } from '../../image/types.ts';
import { validateImportRequest } from '../../image/validation.ts';
import { importImages, type ImagesRequest, type ImagesResult } from '../../importing/import-images.ts';
import { DEFAULT_IMPORT_POLICY } from '../../importing/import-policy.ts';
import { openSession } from '../../importing/registry-session.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { conflict, invalid, notFound } from '../../kubernetes/status.ts';
import { IMAGE_GROUP } from '../image-api.ts';
import { requireNamespace } from '../require-namespace.ts';
import { formatTime } from '../rfc3339.ts';
import { answerImport } from './answer-import.ts';
import { checkRegistries } from './check-registries.ts';
import { decodeImport } from './decode-import.ts';
import { requestOf } from './import-outcomes.ts';
import { IMAGE_STREAM_IMPORT } from './schema.ts';
import { type ImportApi, simulateImport, storeImport } from './store-request.ts';

/** Requests to registries under way at a time for one import. */
const PARALLEL_REQUESTS = 16;

export function createImportHandlers(api: ImportApi): ResourceHandlers<ImageStreamImport> {
  return { decode: decodeImport, create: (context, request) => createImport(api, context, request), schema: IMAGE_STREAM_IMPORT };
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
  await checkRegistries(api, context, request);
  await requireNamespace(api.namespaces, context.info, name);
  const stream = await api.streams.readStream(namespace, name);
  checkResourceVersion(request, stream);
  const results = await fetchImages(api, context, requestOf(request, stream, api.platform));
  if (!request.spec.import) return answerImport(api, context, request, results, showFetched);
  return (context.dryRun ? simulateImport : storeImport)(api, context, request, stream, results);
}

async function fetchImages(
  { connect, timeLimit, openCredentials, policy = DEFAULT_IMPORT_POLICY }: ImportApi,
  { now, info }: RequestContext,
  wanted: ImagesRequest,
): Promise<ImagesResult> {
  const session = openSession(connect, { parallel: PARALLEL_REQUESTS, timeLimit, credentialsOf: openCredentials?.() });
  try {
    const options = { now: formatTime(now), ...policy, isContinued: true };
    return await importImages(session.forNamespace(info.namespace), wanted, options);
  } finally {
    session.close();
  }
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

/** Only an import that stores nothing shows manifests (§11b.8). */
function showFetched(image: Image, includeManifest: boolean): Image {
  return includeManifest ? image : stripImage(image);
}
