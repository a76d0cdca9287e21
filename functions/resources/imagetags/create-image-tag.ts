/** POST imagetags (openshift-semantics.md §4.2 CREATE). */
import { IMAGE_TAG_PLACE } from '../../image/image-tag-view.ts';
import { ownersFromWire } from '../../image/tag-owners.ts';
import { defaultTagReference } from '../../image/tag-reference.ts';
import type { ImageTag } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { alreadyExists, invalid, plainFailure } from '../../kubernetes/status.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { parseNewTagName } from '../imagestreamtags/stream-and-tag.ts';
import { emptyStream, writeTag } from '../imagestreamtags/write-tag.ts';
import { requireNamespace } from '../require-namespace.ts';
import { showTag, showWritten, viewShown } from './shown-tag.ts';
import { validateImageTagCreate } from './validate-image-tag.ts';

/** Adds a spec tag, and the stream if need be; status and image of the body count for nothing. Throws ApiError 404 (namespace), 409, 422. */
export async function createImageTag(api: ImageApi, context: RequestContext, wanted: ImageTag): Promise<ImageTag> {
  const { name = '' } = wanted.metadata;
  const { namespace } = context.info;
  const names = parseNewTagName(name);
  const errors = validateImageTagCreate(wanted, names?.tag ?? null, api.allowedRegistries);
  if (errors.length > 0) throw new ApiError(invalid(IMAGE_GROUP, 'ImageTag', name, errors));
  // Validation lets neither pass without the other.
  if (names === null || wanted.spec === null) throw new ApiError(plainFailure(500, `"${name}" must be of the form <stream_name>:<tag>`));
  const spec = defaultTagReference({ ...wanted.spec, name: names.tag });
  const owners = ownersFromWire(wanted.metadata.managedFields, IMAGE_TAG_PLACE);
  await requireNamespace(api.namespaces, context.info, name);
  const shown = await api.retry(async () => {
    const before = await api.streams.readTags(namespace, names.stream, [names.tag]);
    if ((before?.tags.get(names.tag)?.spec ?? null) !== null) throw new ApiError(alreadyExists(IMAGE_GROUP, 'imagetags', name));
    const then = await showTag(api, before ?? emptyStream(api, context, names.stream), names.tag);
    return showWritten(before, then, (await writeTag(api, { context, names, before, spec, owners })).stream);
  });
  return viewShown(api, shown);
}
