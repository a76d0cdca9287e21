/** The defaults of an image stream tag, before who owns what is worked out: what a client left out is not a change. */
import { splitTagName } from '../../image/reference.ts';
import type { ImageStreamTag } from '../../image/types.ts';
import { defaultTagReference } from '../../image/tag-reference.ts';

/** The tag is named as its object, whatever the client calls it. `body` is of the kind's types. */
export function decodeTag(body: unknown): ImageStreamTag {
  const object = body as ImageStreamTag;
  const { tag } = object;
  if (tag === null || tag === undefined) return object;
  return { ...object, tag: defaultTagReference({ ...tag, name: splitTagName(object.metadata.name ?? '')?.tag ?? tag.name }) };
}
