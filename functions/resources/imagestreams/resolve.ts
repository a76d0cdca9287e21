/** GET imagestreams/NAME/resolve?tag=TAG, ours: what to pull for a tag, since when, and who saw to it (docs/api.md). */
import { type ResolvedImageStreamTag, viewResolved } from '../../image/history-view.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import { notFound } from '../../kubernetes/status.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { formatTime } from '../rfc3339.ts';

/** As everywhere with images. */
const DEFAULT_TAG = 'latest';

export function createResolveHandlers(api: ImageApi): ResourceHandlers<ResolvedImageStreamTag> {
  return {
    /** Throws ApiError 404: no stream, no such tag, or one that points to nothing yet. The Image itself is not needed. */
    async get({ info }, name, query) {
      const tagName = query?.get('tag') || DEFAULT_TAG;
      const stream = await api.streams.readTags(info.namespace, name, [tagName]);
      if (stream === null) throw new ApiError(notFound(IMAGE_GROUP, 'imagestreams', name));
      const tag = stream.tags.get(tagName);
      const missing = new ApiError(notFound(IMAGE_GROUP, 'imagestreamtags', `${name}:${tagName}`));
      // Also a name that is too long to be looked up.
      if (tag === undefined) throw missing;
      const [newest] = (await api.streams.readHistory(stream, tagName, { limit: 1 })).events;
      if (newest === undefined) throw missing;
      return viewResolved(stream, tag, newest, api.hosts, formatTime);
    },
  };
}
