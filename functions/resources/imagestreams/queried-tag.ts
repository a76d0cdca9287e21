/** The tag that the subresources of ours are asked about: imagestreams/NAME/resolve, schedule and diagnose, each with `?tag=TAG`. */
import type { StreamState, TagState } from '../../image/stream-state.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { notFound } from '../../kubernetes/status.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { tagNotFound } from '../imagestreamtags/stream-and-tag.ts';

/** As everywhere with images. */
const DEFAULT_TAG = 'latest';

export interface QueriedTag {
  readonly stream: StreamState;
  readonly tag: TagState;
}

/** Throws ApiError 404: no stream, no such tag (a name that is too long to be looked up is none). */
export async function readQueriedTag(
  { streams }: Pick<ImageApi, 'streams'>,
  { info }: RequestContext,
  name: string,
  query: URLSearchParams | undefined,
): Promise<QueriedTag> {
  const tagName = query?.get('tag') || DEFAULT_TAG;
  const stream = await streams.readTags(info.namespace, name, [tagName]);
  if (stream === null) throw new ApiError(notFound(IMAGE_GROUP, 'imagestreams', name));
  const tag = stream.tags.get(tagName);
  if (tag === undefined) throw tagNotFound(`${name}:${tagName}`);
  return { stream, tag };
}
