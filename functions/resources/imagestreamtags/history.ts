/** GET imagestreamtags/NAME/history, ours: every event of a tag, and what it pointed to at a time (docs/api.md, openshift-semantics.md §12). */
import { type ImageStreamTagHistory, viewHistory } from '../../image/history-view.ts';
import type { KeptEvent, StreamState } from '../../image/stream-state.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import { parseListOptions } from '../../kubernetes/list-options.ts';
import { badRequest, notFound } from '../../kubernetes/status.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { formatTime } from '../rfc3339.ts';
import { parseTagName, streamNotFound, tagNotFound } from './stream-and-tag.ts';

/** Events of a page when the client does not say, and at most: below 1 KB each, they stay far from what an answer may hold. */
const PAGE = 500;
const MOST = 2_000;
/** Date and time with an offset; a date alone would leave open which part of the day is meant. */
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

export function createHistoryHandlers(api: ImageApi): ResourceHandlers<ImageStreamTagHistory> {
  return {
    async get({ info }, name, query = new URLSearchParams()) {
      const at = parseTime(query.get('at'));
      const names = parseTagName(name);
      const stream = await api.streams.readTags(info.namespace, names.stream, [names.tag]);
      if (stream === null) throw streamNotFound(names.stream);
      if (!stream.tags.has(names.tag)) throw tagNotFound(name);
      if (at !== null) return readAt(api, stream, names.tag, at);
      const { limit = PAGE, continue: token } = parseListOptions(query);
      const page = await api.streams.readHistory(stream, names.tag, {
        limit: Math.min(limit, MOST),
        ...(token === undefined ? {} : { continue: token }),
      });
      return viewHistory(stream, names.tag, { ...page, next: page.continue }, formatTime);
    },
  };
}

/** The event in force then: the newest that came no later. Throws ApiError 404 when the tag pointed to nothing yet, as far as is known. */
async function readAt(api: ImageApi, stream: StreamState, tag: string, at: number): Promise<ImageStreamTagHistory> {
  for (let token: string | undefined; ;) {
    const page = await api.streams.readHistory(stream, tag, { limit: MOST, ...(token === undefined ? {} : { continue: token }) });
    const found = page.events.find((kept) => cameAt(kept) <= at);
    if (found !== undefined) return viewHistory(stream, tag, { events: [found], total: page.total }, formatTime);
    if (page.continue === undefined) throw unknownAt(`${stream.name}:${tag}`, at);
    token = page.continue;
  }
}

/** Whole seconds, as times are shown: who asks with a time of the answer gets the event it was shown with. */
function cameAt({ event, moved }: KeptEvent): number {
  return Date.parse(moved === undefined ? event.created : formatTime(moved.time));
}

function parseTime(text: string | null): number | null {
  if (text === null) return null;
  const time = RFC3339.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time))
    throw new ApiError(badRequest(`at must be a time of RFC 3339, e.g. 2026-11-21T10:00:00Z, not "${text.slice(0, 100)}"`));
  return time;
}

function unknownAt(name: string, at: number): ApiError {
  const status = notFound(IMAGE_GROUP, 'imagestreamtags', name);
  return new ApiError({ ...status, message: `${status.message ?? ''}: it pointed to nothing at ${formatTime(at)}` });
}
