/** Fields of LimitRange (core `v1`), described in our own words. */
import type { FieldSchema, KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { CORE_V1 } from '../namespaces/schema.ts';

const amounts = (description: string): FieldSchema => ({ description, value: { map: 'Quantity' } });

const ITEM: ObjectSchema = {
  name: `${CORE_V1}.LimitRangeItem`,
  description: 'Limits of one type of object.',
  required: ['type'],
  fields: {
    type: {
      description: 'What is limited: openshift.io/Image and openshift.io/ImageStream are enforced here, other types are kept only.',
      value: 'string',
    },
    max: amounts('The most of each resource: storage of an image, openshift.io/images and openshift.io/image-tags of an image stream.'),
    min: amounts('The least of each resource.'),
    default: amounts('Limits of containers that name none.'),
    defaultRequest: amounts('Requests of containers that name none.'),
    maxLimitRequestRatio: amounts('How many times its request the limit of a container may be.'),
  },
};

const SPEC: ObjectSchema = {
  name: `${CORE_V1}.LimitRangeSpec`,
  description: 'The limits of a namespace.',
  required: ['limits'],
  fields: { limits: { description: 'One entry per type of object.', value: { list: ITEM } } },
};

export const LIMIT_RANGE: KindSchema = kindSchema({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  isBuiltIn: true,
  ownable: ['spec'],
  name: `${CORE_V1}.LimitRange`,
  description: 'How much each object of a namespace may take. Of several ranges the smallest maximum counts.',
  fields: { spec: { description: 'The limits.', value: SPEC } },
});
