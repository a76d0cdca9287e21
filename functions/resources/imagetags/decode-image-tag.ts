/** The defaults of an image tag, before who owns what is worked out: what a client left out is not a change. */
import type { ImageTag } from '../../image/types.ts';
import { defaultTagReference } from '../../image/tag-reference.ts';

/** `body` is of the kind's types. */
export function decodeImageTag(body: unknown): ImageTag {
  const object = body as ImageTag;
  const { spec } = object;
  return spec === null || spec === undefined ? object : { ...object, spec: defaultTagReference(spec) };
}
