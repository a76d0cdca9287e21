/** Names of the form `stream:tag`, and the answers for the ones that are not there (openshift-semantics.md §4.1). */
import { splitTagName } from '../../image/reference.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import { badRequest, notFound } from '../../kubernetes/status.ts';
import { IMAGE_GROUP } from '../image-api.ts';

export interface StreamAndTag {
  readonly stream: string;
  readonly tag: string;
}

/** Throws ApiError 400 unless the name has exactly one ':' with something on both sides and no '@'. */
export function parseTagName(name: string): StreamAndTag {
  const parts = splitTagName(name);
  if (parts === null) throw new ApiError(badRequest('ImageStreamTags must be retrieved with <name>:<tag>'));
  return parts;
}

export function tagNotFound(name: string): ApiError {
  return new ApiError(notFound(IMAGE_GROUP, 'imagestreamtags', name));
}

/** Upstream names a missing stream by the resource that was asked for (§11b.1). */
export function streamNotFound(name: string): ApiError {
  return new ApiError(notFound(IMAGE_GROUP, 'imagestreamtags', name));
}
