/** Fields of ImageStreamMapping (openshift/api image/v1), described in our own words. */
import type { KindSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { IMAGE } from '../images/schema.ts';
import { IMAGE_V1 } from '../imagestreams/tag-schema.ts';

export const IMAGE_STREAM_MAPPING: KindSchema = kindSchema({
  group: 'image.openshift.io',
  version: 'v1',
  kind: 'ImageStreamMapping',
  isBuiltIn: true,
  name: `${IMAGE_V1}.ImageStreamMapping`,
  description: 'Puts an image under a tag of the stream of the same name, as a registry does after a push. It is not stored.',
  required: ['image', 'tag'],
  fields: {
    image: { description: 'The image that was pushed.', value: IMAGE },
    tag: { description: 'The tag that is to point to it; latest when empty.', value: 'string' },
  },
});
