/** DELETE of imagestreamtags and imagetags: spec entry and history go, the stream stays (openshift-semantics.md §4.1 DELETE). */
import { applyGenerations } from '../../image/generations.ts';
import { removeTag } from '../../image/stream-update.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { DeleteOptions, RequestContext } from '../../kubernetes/handlers.ts';
import { conflict, success } from '../../kubernetes/status.ts';
import type { Status } from '../../kubernetes/types.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { parseTagName, streamNotFound, tagNotFound, type TagResource } from './stream-and-tag.ts';

/** A uid precondition is compared with the stream's; a resourceVersion is ignored, as upstream does. */
export function deleteTag(
  api: ImageApi,
  context: RequestContext,
  name: string,
  { uid }: DeleteOptions,
  resource: TagResource = 'imagestreamtags',
): Promise<Status> {
  const names = parseTagName(name, resource);
  return api.retry(async () => {
    const before = await api.streams.readTags(context.info.namespace, names.stream, [names.tag]);
    if (before === null) throw streamNotFound(names.stream, resource);
    if (uid !== undefined && uid !== before.uid)
      throw new ApiError(conflict(IMAGE_GROUP, resource, name, 'the UID precondition was not met'));
    if (!before.tags.has(names.tag)) throw tagNotFound(name, resource);
    const after = applyGenerations(before, removeTag(before, names.tag));
    await api.write(context).commit({ before, after, cause: 'tag' });
    return success();
  });
}
