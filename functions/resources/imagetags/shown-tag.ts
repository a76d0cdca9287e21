/** What an image tag shows and a read of tags alone leaves out: the stream's annotations and the newest events. */
import { EMPTY_TAG, type StreamState, type TagState } from '../../image/stream-state.ts';
import { viewImageTag } from '../../image/image-tag-view.ts';
import { EMBEDDED_EVENTS } from '../../image/stream-view.ts';
import type { ImageTag } from '../../image/types.ts';
import type { ImageApi } from '../image-api.ts';

export interface ShownTag {
  /** With annotations. For views only: a commit needs the state as it was read. */
  readonly stream: StreamState;
  /** With the events an object embeds. */
  readonly tag: TagState;
}

/** A flat number of reads, whatever stream and history hold; none for a stream that was never stored. The tag looks empty when it is not there. */
export async function showTag(api: ImageApi, stream: StreamState, name: string): Promise<ShownTag> {
  const tag = stream.tags.get(name) ?? { name, ...EMPTY_TAG };
  const [annotations, history] = await Promise.all([
    stream.annotations ?? api.streams.readAnnotations(stream),
    tag.total > tag.items.length ? api.streams.readHistory(stream, name, { limit: EMBEDDED_EVENTS }) : null,
  ]);
  const items = history === null ? tag.items : history.events.map(({ event }) => event);
  return { stream: { ...stream, annotations }, tag: { ...tag, items } };
}

/** The tag after a write, with the older events it was shown with before: the write knows only the newest. */
export function showWritten(before: StreamState | null, shown: ShownTag, written: StreamState): ShownTag {
  const { name } = shown.tag;
  const known = before?.tags.get(name)?.items.length ?? 0;
  const tag = written.tags.get(name) ?? { name, ...EMPTY_TAG };
  const items = tag.items.length === 0 ? [] : [...tag.items, ...shown.tag.items.slice(known)].slice(0, EMBEDDED_EVENTS);
  return { stream: { ...written, annotations: written.annotations ?? shown.stream.annotations }, tag: { ...tag, items } };
}

/** The whole object, with its image. */
export async function viewShown(api: ImageApi, { stream, tag }: ShownTag): Promise<ImageTag> {
  const digest = tag.items[0]?.image ?? '';
  return viewImageTag(stream, tag, digest === '' ? null : await api.images.readImage(digest), api.hosts);
}
