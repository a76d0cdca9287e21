/** Names of the form `stream:tag`, and the answers for the ones that are not there (openshift-semantics.md §4.1). */
import { splitTagName } from '../../image/reference.ts';
import type { StreamState } from '../../image/stream-state.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import { badRequest, conflict, notFound } from '../../kubernetes/status.ts';
import { IMAGE_GROUP } from '../image-api.ts';

export interface StreamAndTag {
  readonly stream: string;
  readonly tag: string;
}

/** The two resources whose objects are the tags of a stream. */
export type TagResource = 'imagestreamtags' | 'imagetags';

const KINDS: Readonly<Record<TagResource, string>> = { imagestreamtags: 'ImageStreamTags', imagetags: 'ImageTags' };

/** Throws ApiError 400 unless the name has exactly one ':' with something on both sides and no '@'. */
export function parseTagName(name: string, resource: TagResource = 'imagestreamtags'): StreamAndTag {
  const parts = splitTagName(name);
  if (parts === null) throw new ApiError(badRequest(`${KINDS[resource]} must be retrieved with <name>:<tag>`));
  return parts;
}

/**
 * The name of a tag to be created, where upstream is lenient: it is cut at the first ':', and nothing after it means latest. null without ':'.
 * Throws ApiError 400 for a stream without name.
 */
export function parseNewTagName(name: string): StreamAndTag | null {
  const [stream = '', ...rest] = name.split(':');
  if (rest.length === 0) return null;
  if (stream === '') throw new ApiError(badRequest('Name parameter required.'));
  return { stream, tag: rest.join(':') || 'latest' };
}

export function tagNotFound(name: string, resource: TagResource = 'imagestreamtags'): ApiError {
  return new ApiError(notFound(IMAGE_GROUP, resource, name));
}

/** Upstream names a missing stream by the resource that was asked for (§11b.1). */
export function streamNotFound(name: string, resource: TagResource = 'imagestreamtags'): ApiError {
  return new ApiError(notFound(IMAGE_GROUP, resource, name));
}

/** A tag is changed as its stream: a resourceVersion is the stream's. Throws ApiError 409, and 404 for one of a stream that is not there. */
export function checkTagVersion(before: StreamState | null, name: string, version: string | undefined, resource: TagResource): void {
  if (version === undefined || version === '') return;
  if (before === null) throw tagNotFound(name, resource);
  if (version === String(before.revision)) return;
  throw new ApiError(conflict(IMAGE_GROUP, resource, name, `another caller has updated the resource version to ${before.revision}`));
}
