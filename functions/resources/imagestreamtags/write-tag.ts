/** POST, PUT, PATCH and DELETE of imagestreamtags (openshift-semantics.md §4.1). */
import { followedTag } from '../../image/followers.ts';
import { isTagChanged } from '../../image/generations.ts';
import { EMPTY_TAG, type ChangeCause, type StreamState, type TagOwner, type TagState } from '../../image/stream-state.ts';
import { newStream, setSpecTag } from '../../image/stream-update.ts';
import { viewTag } from '../../image/tag-view.ts';
import type { ImageStreamTag, TagReference } from '../../image/types.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { StoreError } from '../../store/errors.ts';
import { type ImageApi } from '../image-api.ts';
import { writeStream } from '../imagestreams/write-stream.ts';
import { asLostRace } from '../lost-race.ts';
import { formatTime } from '../rfc3339.ts';
import type { StreamAndTag } from './stream-and-tag.ts';

export interface TagWrite {
  readonly context: RequestContext;
  readonly names: StreamAndTag;
  /** Stored stream with the tag loaded; null when the write creates the stream. */
  readonly before: StreamState | null;
  /** null creates or touches the stream without any tag. */
  readonly spec: TagReference | null;
  /** Who owns which fields of it. */
  readonly owners: readonly TagOwner[];
}

/**
 * Writes the spec tag, creating the stream if need be; answers the new stream and the tag in it. Throws ERR_STORE_CONFLICT when the stream
 * moved since `before` was read.
 */
export async function writeTag(api: ImageApi, write: TagWrite): Promise<{ readonly stream: StreamState; readonly tag: TagState }> {
  const { context, names, spec, owners } = write;
  const before = await withSourceLoaded(api, write);
  const base = before ?? emptyStream(api, context, names.stream);
  const wanted = spec === null ? base : setSpecTag(base, spec, owners);
  const stream = await asLostRace(() => writeStream(api, { context, before, wanted, cause: (after) => causeOf(api, write, after) }));
  return { stream, tag: stream.tags.get(names.tag) ?? { name: names.tag, ...EMPTY_TAG } };
}

/**
 * A copied tag of the same stream is renumbered with its copy (§11.7), so it has to be loaded too. Throws ERR_STORE_CONFLICT when the stream
 * changed since the caller looked at it.
 */
async function withSourceLoaded(api: ImageApi, { names, before, spec }: TagWrite): Promise<StreamState | null> {
  if (before === null || spec === null || !isTagChanged(before.tags.get(names.tag)?.spec ?? null, spec, before.namespace)) return before;
  const source = followedTag(before, spec);
  if (source === null || before.tags.has(source)) return before;
  const read = await api.streams.readTags(before.namespace, before.name, [names.tag, source]);
  if (read?.revision !== before.revision) throw new StoreError('ERR_STORE_CONFLICT', 'the stream changed while it was read');
  return read;
}

/** The tag as a client sees it before its write; a tag or stream that is not there yet looks empty, so that PATCH can create it. */
export function viewCurrentTag(api: ImageApi, context: RequestContext, names: StreamAndTag, before: StreamState | null): ImageStreamTag {
  const stream = before ?? { ...emptyStream(api, context, names.stream), uid: '', creationTimestamp: '' };
  const view = viewTag(stream, stream.tags.get(names.tag) ?? { name: names.tag, ...EMPTY_TAG }, null, api.hosts);
  if (before !== null) return view;
  const { namespace, name } = view.metadata;
  return { ...view, metadata: { namespace, name } };
}

export function emptyStream(api: ImageApi, context: RequestContext, name: string): StreamState {
  const wire = {
    metadata: { name, namespace: context.info.namespace },
    spec: { lookupPolicy: { local: false } },
    status: { dockerImageRepository: '' },
  };
  return newStream(wire, { uid: api.newUid(), now: formatTime(context.now) });
}

/** A tag put back on an image it pointed to before is a rollback; anything else is a tagging. */
async function causeOf(api: ImageApi, { names, before, spec }: TagWrite, after: StreamState): Promise<ChangeCause> {
  const image = after.tags.get(names.tag)?.items[0]?.image ?? '';
  if (before === null || spec?.from?.kind !== 'ImageStreamImage' || image === '') return 'tag';
  return (await api.streams.hasPointedTo(before, names.tag, image)) ? 'rollback' : 'tag';
}
