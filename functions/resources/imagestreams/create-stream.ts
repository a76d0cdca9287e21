/** POST imagestreams (openshift-semantics.md §2.2). */
import { newStream } from '../../image/stream-update.ts';
import { validateStreamName } from '../../image/validation.ts';
import { viewStream } from '../../image/stream-view.ts';
import type { ImageStream } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { generateName } from '../../kubernetes/generate-name.ts';
import { alreadyExists, invalid } from '../../kubernetes/status.ts';
import { StoreError } from '../../store/errors.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { refuseResourceVersion } from '../preconditions.ts';
import { requireNamespace } from '../require-namespace.ts';
import { formatTime } from '../rfc3339.ts';
import { writeStream } from './write-stream.ts';

/** Creates the stream; its status is discarded and every tag has generation 1. Throws ApiError 404 (namespace), 409, 422, 500 (resourceVersion set). */
export async function createStream(api: ImageApi, context: RequestContext, wire: ImageStream): Promise<ImageStream> {
  refuseResourceVersion(wire.metadata);
  const name = nameOf(wire.metadata, api.newUid());
  await requireNamespace(api.namespaces, context.info, name);
  const metadata = { ...wire.metadata, name, namespace: context.info.namespace };
  const wanted = newStream({ ...wire, metadata }, { uid: api.newUid(), now: formatTime(context.now) });
  const exists = () => new ApiError(alreadyExists(IMAGE_GROUP, 'imagestreams', name));
  try {
    const stream = await writeStream(api, { context, before: null, wanted, cause: 'tag' });
    // What is wrong with it comes before that it is there already, as in a create that is stored.
    if (context.dryRun && (await api.streams.readTags(wanted.namespace, name, [])) !== null) throw exists();
    return viewStream(stream, api.hosts);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'ERR_STORE_EXISTS') throw exists();
    throw error;
  }
}

/** A prefix has to be a name itself, as upstream demands (§9), also where it is not needed. Throws ApiError 422. */
function nameOf({ name: given = '', generateName: prefix = '' }: ImageStream['metadata'], uid: string): string {
  if (prefix === '') return given;
  const name = given || generateName(prefix, uid);
  const errors = validateStreamName(prefix, true).map(
    (detail) => ({ type: 'Invalid', field: 'metadata.generateName', value: prefix, detail }) as const,
  );
  if (errors.length > 0) throw new ApiError(invalid(IMAGE_GROUP, 'ImageStream', name, errors));
  return name;
}
