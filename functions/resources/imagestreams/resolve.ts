/** GET imagestreams/NAME/resolve?tag=TAG, ours: what to pull for a tag, since when, and who saw to it (docs/api.md). */
import { type ResolvedImageStreamTag, viewResolved } from '../../image/history-view.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import type { ImageApi } from '../image-api.ts';
import { tagNotFound } from '../imagestreamtags/stream-and-tag.ts';
import { formatTime } from '../rfc3339.ts';
import { readQueriedTag } from './queried-tag.ts';

export function createResolveHandlers(api: ImageApi): ResourceHandlers<ResolvedImageStreamTag> {
  return {
    /** Throws ApiError 404: no stream, no such tag, or one that points to nothing yet. The Image itself is not needed. */
    async get(context, name, query) {
      const { stream, tag } = await readQueriedTag(api, context, name, query);
      const [newest] = (await api.streams.readHistory(stream, tag.name, { limit: 1 })).events;
      if (newest === undefined) throw tagNotFound(`${name}:${tag.name}`);
      return viewResolved(stream, tag, newest, api.hosts, formatTime);
    },
  };
}
