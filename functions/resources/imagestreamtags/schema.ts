/** Fields of ImageStreamTag (openshift/api image/v1), described in our own words. */
import type { KindSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { IMAGE } from '../images/schema.ts';
import { IMAGE_LOOKUP_POLICY, IMAGE_V1, TAG_EVENT_CONDITION, TAG_REFERENCE } from '../imagestreams/tag-schema.ts';

export const IMAGE_STREAM_TAG: KindSchema = kindSchema({
  group: 'image.openshift.io',
  version: 'v1',
  kind: 'ImageStreamTag',
  isBuiltIn: true,
  ownable: ['tag'],
  element: 'tag',
  name: `${IMAGE_V1}.ImageStreamTag`,
  description:
    'One tag of an image stream with the image it points to, named STREAM:TAG. Writing it tags; the stream is made if there is none.',
  required: ['tag', 'generation', 'lookupPolicy', 'image'],
  fields: {
    tag: { description: 'The tag as somebody wants it; null for one that was only pushed to.', value: TAG_REFERENCE },
    generation: { description: 'Generation of the tag.', value: 'int64' },
    lookupPolicy: { description: 'Lookup policy of the stream.', value: IMAGE_LOOKUP_POLICY },
    conditions: {
      description: 'How the last import of the tag went, if it failed, and whether an image waits.',
      value: { list: TAG_EVENT_CONDITION },
    },
    image: { description: 'The image the tag points to.', value: IMAGE },
  },
});
