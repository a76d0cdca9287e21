/** Fields of ImageStreamImage (openshift/api image/v1), described in our own words. */
import type { KindSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { IMAGE } from '../images/schema.ts';
import { IMAGE_V1 } from '../imagestreams/tag-schema.ts';

export const IMAGE_STREAM_IMAGE: KindSchema = kindSchema({
  group: 'image.openshift.io',
  version: 'v1',
  kind: 'ImageStreamImage',
  isBuiltIn: true,
  name: `${IMAGE_V1}.ImageStreamImage`,
  description: 'An image that a stream holds, named STREAM@DIGEST; the beginning of the digest is enough.',
  required: ['image'],
  fields: { image: { description: 'The image.', value: IMAGE } },
});
