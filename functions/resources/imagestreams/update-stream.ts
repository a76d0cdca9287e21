/** PUT and PATCH of imagestreams and imagestreams/status (openshift-semantics.md §2.3, §2.4). */
import type { StreamState } from '../../image/stream-state.ts';
import { replaceSpec, replaceStatus } from '../../image/stream-update.ts';
import { viewStream } from '../../image/stream-view.ts';
import type { ImageStream } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, Written } from '../../kubernetes/handlers.ts';
import { notFound } from '../../kubernetes/status.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { checkUpdatePreconditions } from '../preconditions.ts';
import { checkStatusWrite } from './check-stream.ts';
import { findChildren, newEvents } from './index-children.ts';
import { writeStream } from './write-stream.ts';

type Next = (current: ImageStream | null) => ImageStream;
type Apply = (before: StreamState, wire: ImageStream) => Promise<StreamState>;

/** Replaces spec, labels and annotations; the stored status stays and follows from the spec. Throws ApiError 404, 409, 422. */
export function updateStream(api: ImageApi, context: RequestContext, name: string, next: Next): Promise<Written<ImageStream>> {
  return update(api, context, name, next, (before, wire) =>
    writeStream(api, { context, before, wanted: replaceSpec(before, wire), cause: 'tag' }),
  );
}

/**
 * Replaces the status; spec.tags stay, labels and lookupPolicy do change, as upstream's status strategy lets them. Nothing follows: whoever
 * writes a status says what every history holds.
 */
export function updateStreamStatus(api: ImageApi, context: RequestContext, name: string, next: Next): Promise<Written<ImageStream>> {
  return update(api, context, name, next, async (before, wire) => {
    const after = replaceStatus(before, wire);
    const { refusal } = await checkStatusWrite(api, before, after);
    if (refusal !== null) throw new ApiError(refusal);
    const children = await findChildren(api.images, newEvents(before, after));
    return api.write(context).commit({ before, after, children, cause: 'prune' });
  });
}

/** Reads, asks the client's change of the newest state, checks preconditions, applies; again after a lost race. */
function update(api: ImageApi, context: RequestContext, name: string, next: Next, apply: Apply): Promise<Written<ImageStream>> {
  return api.retry(async () => {
    const before = await api.streams.readStream(context.info.namespace, name);
    if (before === null) throw new ApiError(notFound(IMAGE_GROUP, 'imagestreams', name));
    const wire = next(viewStream(before, api.hosts));
    const { uid, revision } = before;
    checkUpdatePreconditions({ group: IMAGE_GROUP, resource: 'imagestreams', name, uid, revision }, wire.metadata);
    return { object: viewStream(await apply(before, wire), api.hosts), created: false };
  });
}
