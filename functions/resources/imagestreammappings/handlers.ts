/** POST imagestreammappings: a registry (or a pipeline) says that it pushed an image under a tag (openshift-semantics.md §5). */

import { followTags } from '../../image/followers.ts';
import { describeStoredImage } from '../../image/stored-image.ts';
import { EMPTY_TAG, type StreamMember, type StreamState } from '../../image/stream-state.ts';
import { localRepository } from '../../image/stream-view.ts';
import { offerEvent } from '../../image/tag-gate.ts';
import type { Image, ImageStreamMapping, TagEvent } from '../../image/types.ts';
import { validateMapping } from '../../image/validation.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { formatQuantity, quantityOf } from '../../kubernetes/quantity.ts';
import { conflict, forbidden, invalid, notFound, success } from '../../kubernetes/status.ts';
import type { Status } from '../../kubernetes/types.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { limitExceeded } from '../imagestreams/check-limits.ts';
import { checkStatusWrite } from '../imagestreams/check-stream.ts';
import { childrenOf } from '../imagestreams/index-children.ts';
import { refuseResourceVersion, STALE } from '../preconditions.ts';
import { formatTime } from '../rfc3339.ts';
import { normalizeMapping, validateImageName } from './normalize-mapping.ts';
import { IMAGE_STREAM_MAPPING } from './schema.ts';

const MANAGED = 'openshift.io/image.managed';

export function createMappingHandlers(api: ImageApi): ResourceHandlers<ImageStreamMapping> {
  return { create: (context, mapping) => createMapping(api, context, mapping), schema: IMAGE_STREAM_MAPPING };
}

/**
 * Stores the image and puts it on top of the tag; posting the same again writes nothing. Throws ApiError 422, and before anything is stored 403
 * for an image larger than the namespace allows and 404 for a missing stream. A conditional loss of the stream is retried unless the tag itself
 * moved meanwhile, as upstream does.
 */
async function createMapping(api: ImageApi, context: RequestContext, wire: ImageStreamMapping): Promise<Status> {
  const { namespace } = context.info;
  const name = wire.metadata?.name ?? '';
  const mapping = normalizeMapping(wire, name === '' ? '' : localRepository(api.hosts, namespace, name));
  const errors = [...validateMapping(mapping), ...validateImageName(mapping.image)];
  if (errors.length > 0) throw new ApiError(invalid(IMAGE_GROUP, 'ImageStreamMapping', name, errors));
  const image = describeStoredImage(mapping.image, formatTime(context.now));
  await checkImageSize(api, namespace, name, image);
  const first = await readTarget(api, namespace, name, mapping.tag);
  refuseResourceVersion(mapping.image.metadata);
  if (context.dryRun) {
    const isNew = (await api.images.readImage(image.metadata.name ?? '')) === null;
    const event = eventOf(first, mapping.image, referenceOf(api, first, mapping.image, isNew), context.now);
    const children = childrenOf(event, image);
    await push(api, context, first, pushTag(first, mapping.tag, event, children), children);
    return created();
  }
  const stored = await api.images.createImage(image, context.now);
  const newest = first.tags.get(mapping.tag)?.items[0];
  await api.retry(async () => {
    const before = await readTarget(api, namespace, name, mapping.tag);
    if (!isSameImage(before.tags.get(mapping.tag)?.items[0], newest)) throw movedMeanwhile(name);
    const event = eventOf(before, mapping.image, referenceOf(api, before, mapping.image, stored.created), context.now);
    const children = childrenOf(event, stored.image);
    const after = pushTag(before, mapping.tag, event, children);
    await push(api, context, before, after, children);
  });
  return created();
}

async function readTarget(api: ImageApi, namespace: string, name: string, tag: string): Promise<StreamState> {
  const stream = await api.streams.readTags(namespace, name, [tag]);
  if (stream === null) throw new ApiError(notFound(IMAGE_GROUP, 'imagestreammappings', name));
  return stream;
}

/** Limit ranges say how large one image may be, whatever the stream. Throws ApiError 403. */
async function checkImageSize({ limits }: ImageApi, namespace: string, name: string, { dockerImageMetadata }: Image): Promise<void> {
  const { imageSize } = await limits.readLimits(namespace);
  const size = dockerImageMetadata?.Size ?? 0;
  if (imageSize === undefined || BigInt(size) <= imageSize.most) return;
  const why = limitExceeded('storage', 'openshift.io/Image', formatQuantity(quantityOf(size, 'BinarySI')), imageSize);
  throw new ApiError(forbidden(IMAGE_GROUP, 'imagestreammappings', name, why));
}

/** A push is a write of the status: it is held to what those are held to. Throws ApiError 403, 422. */
async function push(
  api: ImageApi,
  context: RequestContext,
  before: StreamState,
  after: StreamState,
  children: readonly StreamMember[],
): Promise<void> {
  if (after === before) return;
  const { refusal } = await checkStatusWrite(api, before, after);
  if (refusal !== null) throw new ApiError(refusal);
  await api.write(context).commit({ before, after, children, cause: 'mapping' });
}

/** A managed image that was known before is pulled from this stream's repository, not from where it was first seen (§5.7). */
function referenceOf(api: ImageApi, stream: StreamState, image: Image, isNew: boolean): string {
  const repository = localRepository(api.hosts, stream.namespace, stream.name) || stream.dockerImageRepository;
  const isManaged = image.metadata.annotations?.[MANAGED] === 'true';
  return !isNew && isManaged && repository !== '' ? `${repository}@${image.metadata.name ?? ''}` : (image.dockerImageReference ?? '');
}

function eventOf({ generation }: StreamState, image: Image, dockerImageReference: string, now: number): TagEvent {
  return { created: formatTime(now), dockerImageReference, image: image.metadata.name ?? '', generation };
}

/** A push is no retag: a tag that must not move by itself notes what was pushed. */
function pushTag(before: StreamState, name: string, event: TagEvent, children: readonly StreamMember[]): StreamState {
  const options = { now: event.created, denied: before.deniedImages ?? [] };
  const digests = children.map(({ digest }) => digest);
  const { tag, changed } = offerEvent(before.tags.get(name) ?? { name, ...EMPTY_TAG }, event, options, digests);
  if (!changed) return before;
  return followTags(before, { ...before, tags: new Map(before.tags).set(name, tag) }, event.created);
}

function isSameImage(a: TagEvent | undefined, b: TagEvent | undefined): boolean {
  return b === undefined || (a?.image === b.image && a.dockerImageReference === b.dockerImageReference);
}

function movedMeanwhile(name: string): ApiError {
  return new ApiError(conflict(IMAGE_GROUP, 'imagestreams', name, STALE));
}

function created(): Status {
  return { ...success(), code: 201 };
}
