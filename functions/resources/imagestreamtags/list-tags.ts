/** LIST of imagestreamtags and imagetags, paged by tags although streams are what is stored (openshift-semantics.md §1, §12). */
import type { StreamState, TagState } from '../../image/stream-state.ts';
import { viewTag } from '../../image/tag-view.ts';
import type { ImageStreamTag } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { ListOptions, RequestContext } from '../../kubernetes/handlers.ts';
import { expired } from '../../kubernetes/status.ts';
import type { KubernetesList, KubernetesObject } from '../../kubernetes/types.ts';
import { openGauge } from '../collect-page.ts';
import { checkFieldSelector, listedNamespace, matchesFields } from '../field-selection.ts';
import { IMAGE_API_VERSION, type ImageApi } from '../image-api.ts';

const FIELDS = ['metadata.name', 'metadata.namespace'];
const STREAMS_PER_READ = 50;
/** Where nothing that was read is read again. */
const STREAMS_PER_READ_OF_WHOLE = 500;

/** How a kind of tag is listed. */
export interface TagListing<T extends KubernetesObject> {
  readonly kind: string;
  /** Whether the tag is in the list at all. */
  isListed(tag: TagState): boolean;
  /** Whether it shows no event but the newest. */
  readonly newestOnly: boolean;
  view(stream: StreamState, tag: TagState): T;
}

/** Where the next page begins: the page of streams that was cut, and the last tag answered from it. */
interface Position {
  readonly streams?: string;
  readonly after?: readonly [namespace: string, stream: string, tag: string];
}

/** Every tag that points to an image; `image` holds only name and reference. Labels are the stream's. */
export function listTags(api: ImageApi, context: RequestContext, options: ListOptions): Promise<KubernetesList<ImageStreamTag>> {
  return listTagsAs(api, context, options, {
    kind: 'ImageStreamTagList',
    newestOnly: true,
    isListed: (tag) => (tag.items[0]?.image ?? '') !== '',
    // Lists of tags may be long, and nobody looks for owners in them.
    view: (stream, tag) => viewTag(stream, { ...tag, owners: [] }, null, api.hosts),
  });
}

/** Tags of all streams, ordered by namespace, stream and tag. With a limit, a page also ends where its objects grow too large to be sent. */
export async function listTagsAs<T extends KubernetesObject>(
  api: ImageApi,
  { info }: RequestContext,
  options: ListOptions,
  listing: TagListing<T>,
): Promise<KubernetesList<T>> {
  checkFieldSelector(options, FIELDS);
  const namespace = listedNamespace(info, options);
  const fits = openGauge(options.limit);
  const items: T[] = [];
  let position = decodePosition(options.continue);
  for (;;) {
    const page = await api.streams.listStreams(namespace, {
      limit: options.limit === undefined ? STREAMS_PER_READ_OF_WHOLE : STREAMS_PER_READ,
      continue: position.streams,
      newestOnly: listing.newestOnly,
    });
    let { after } = position;
    for (const [stream, tag] of tagsAfter(page.items, position.after)) {
      if (!listing.isListed(tag) || !isSelected(stream, tag, options)) continue;
      const item = listing.view(stream, tag);
      if (!fits(item)) return answer(listing, items, page.revision, encodePosition({ streams: position.streams, after }));
      items.push(item);
      after = [stream.namespace, stream.name, tag.name];
    }
    if (page.continue === undefined) return answer(listing, items, page.revision);
    position = { streams: page.continue };
  }
}

function* tagsAfter(streams: readonly StreamState[], after: Position['after']): Iterable<readonly [StreamState, TagState]> {
  for (const stream of streams) {
    const order = after === undefined ? 1 : compare([stream.namespace, stream.name], after);
    if (order < 0) continue;
    const tags = [...stream.tags.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const tag of tags) {
      if (order > 0 || after === undefined || tag.name > after[2]) yield [stream, tag];
    }
  }
}

function compare([namespace, name]: readonly [string, string], after: NonNullable<Position['after']>): number {
  if (namespace !== after[0]) return namespace < after[0] ? -1 : 1;
  if (name !== after[1]) return name < after[1] ? -1 : 1;
  return 0;
}

function isSelected(stream: StreamState, tag: TagState, options: ListOptions): boolean {
  const fields = { 'metadata.name': `${stream.name}:${tag.name}`, 'metadata.namespace': stream.namespace };
  return options.matchesLabels(stream.labels) && matchesFields(options.fieldRequirements, fields);
}

function answer<T extends KubernetesObject>(
  { kind }: TagListing<T>,
  items: readonly T[],
  revision: number,
  next?: string,
): KubernetesList<T> {
  const metadata = { resourceVersion: String(revision), ...(next === undefined ? {} : { continue: next }) };
  return { kind, apiVersion: IMAGE_API_VERSION, metadata, items };
}

function encodePosition(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function decodePosition(token: string | undefined): Position {
  if (token === undefined || token === '') return {};
  try {
    const { streams, after } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<string, unknown>;
    const isAfter = after === undefined || (Array.isArray(after) && after.length === 3 && after.every((part) => typeof part === 'string'));
    if ((streams === undefined || typeof streams === 'string') && isAfter) return { streams, after: after as unknown as Position['after'] };
  } catch {
    // Falls through: not one of our tokens, whatever is wrong with it.
  }
  throw new ApiError(expired('The provided continue parameter is not valid. Start a new list without the continue parameter.'));
}
