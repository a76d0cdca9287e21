/** GET and the image part of every answer about one tag (openshift-semantics.md §4.1). */
import type { StreamState, TagState } from '../../image/stream-state.ts';
import { viewTag } from '../../image/tag-view.ts';
import type { ImageStreamTag } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { notFound } from '../../kubernetes/status.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { parseTagName, streamNotFound, tagNotFound } from './stream-and-tag.ts';

/** The tag with its image. 404 when stream, tag or image is missing, or the tag points to no image yet (reference tags never do). */
export async function readTag(api: ImageApi, { info }: RequestContext, name: string): Promise<ImageStreamTag> {
  const { stream: streamName, tag: tagName } = parseTagName(name);
  const stream = await api.streams.readTags(info.namespace, streamName, [tagName]);
  if (stream === null) throw streamNotFound(streamName);
  const tag = stream.tags.get(tagName);
  const digest = tag?.items[0]?.image ?? '';
  if (tag === undefined || digest === '') throw tagNotFound(name);
  const image = await api.images.readImage(digest);
  if (image === null) throw new ApiError(notFound(IMAGE_GROUP, 'imagestreamtags', digest));
  return viewTag(stream, tag, image, api.hosts);
}

/** The answer to a write: with its image when there is one already. */
export async function viewWrittenTag(api: ImageApi, stream: StreamState, tag: TagState): Promise<ImageStreamTag> {
  const digest = tag.items[0]?.image ?? '';
  const image = digest === '' ? null : await api.images.readImage(digest);
  return viewTag(stream, tag, image, api.hosts);
}
