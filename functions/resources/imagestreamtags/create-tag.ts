/** POST imagestreamtags (openshift-semantics.md §4.1 CREATE). */
import { ownersFromWire } from '../../image/tag-owners.ts';
import { IMAGE_STREAM_TAG_PLACE } from '../../image/tag-view.ts';
import { defaultTagReference } from '../../image/tag-reference.ts';
import type { ImageStreamTag } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { alreadyExists, invalid, plainFailure } from '../../kubernetes/status.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { requireNamespace } from '../require-namespace.ts';
import { viewWrittenTag } from './read-tag.ts';
import { parseNewTagName } from './stream-and-tag.ts';
import { validateTagCreate } from './validate-tag.ts';
import { writeTag } from './write-tag.ts';

/** Adds a spec tag, and the stream if need be. Throws ApiError 409 when the spec tag exists (a tag that was only pushed may be created). */
export async function createTag(api: ImageApi, context: RequestContext, wanted: ImageStreamTag): Promise<ImageStreamTag> {
  const { name = '' } = wanted.metadata;
  const names = parseNewTagName(name);
  const spec = wanted.tag === null || wanted.tag === undefined ? null : defaultTagReference({ ...wanted.tag, name: names?.tag ?? '' });
  const errors = validateTagCreate(wanted.metadata, spec, api.allowedRegistries);
  if (errors.length > 0) throw new ApiError(invalid(IMAGE_GROUP, 'ImageStreamTag', name, errors));
  if (names === null) throw unnamed(name);
  await requireNamespace(api.namespaces, context.info, name);
  const written = await api.retry(async () => {
    const before = await api.streams.readTags(context.info.namespace, names.stream, [names.tag]);
    const exists = (before?.tags.get(names.tag)?.spec ?? null) !== null;
    if (exists) throw new ApiError(alreadyExists(IMAGE_GROUP, 'imagestreamtag', name)); // singular, as upstream (§11.10)
    const owners = ownersFromWire(wanted.metadata.managedFields, IMAGE_STREAM_TAG_PLACE);
    return writeTag(api, { context, names, before, spec, owners });
  });
  return viewWrittenTag(api, written.stream, written.tag);
}

/** Upstream's registry answers this one as a plain error: 500, no reason. */
function unnamed(name: string): ApiError {
  return new ApiError(plainFailure(500, `"${name}" must be of the form <stream_name>:<tag>`));
}
