/** Fields of ImageTag (openshift/api image/v1), described in our own words. */
import type { KindSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { IMAGE } from '../images/schema.ts';
import { IMAGE_V1, NAMED_TAG_EVENT_LIST, TAG_REFERENCE } from '../imagestreams/tag-schema.ts';

export const IMAGE_TAG: KindSchema = kindSchema({
  group: 'image.openshift.io',
  version: 'v1',
  kind: 'ImageTag',
  isBuiltIn: true,
  ownable: ['spec'],
  element: 'spec',
  name: `${IMAGE_V1}.ImageTag`,
  description:
    'One tag of an image stream, named STREAM:TAG: what is wanted of it and where it points and pointed, side by side. Deleting it removes both.',
  required: ['spec', 'status', 'image'],
  fields: {
    spec: { description: 'The tag as somebody wants it; null for one that was only pushed to.', value: TAG_REFERENCE },
    status: {
      description: 'Where the tag points and pointed; null before the first image. Kept by the server.',
      value: NAMED_TAG_EVENT_LIST,
    },
    image: { description: 'The image the tag points to; null in lists.', value: IMAGE },
  },
});
