/** GET imagetags (openshift-semantics.md §4.2). */
import type { ImageTag } from '../../image/types.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import type { ImageApi } from '../image-api.ts';
import { parseTagName, streamNotFound, tagNotFound } from '../imagestreamtags/stream-and-tag.ts';
import { showTag, viewShown } from './shown-tag.ts';

/** The tag, be it only asked for or only pointed to. Throws ApiError 400 (name), 404 (stream, tag); a missing Image is no error. */
export async function readImageTag(api: ImageApi, { info }: RequestContext, name: string): Promise<ImageTag> {
  const names = parseTagName(name, 'imagetags');
  const stream = await api.streams.readTags(info.namespace, names.stream, [names.tag]);
  if (stream === null) throw streamNotFound(names.stream, 'imagetags');
  if (!stream.tags.has(names.tag)) throw tagNotFound(name, 'imagetags');
  return viewShown(api, await showTag(api, stream, names.tag));
}
