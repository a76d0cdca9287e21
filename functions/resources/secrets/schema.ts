/** Fields of Secret (core `v1`) and of the list that imagestreams/secrets answers, described in our own words. */
import type { KindSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema, LIST_META_SCHEMA } from '../../kubernetes/meta-schema.ts';

export const SECRET: KindSchema = kindSchema({
  group: '',
  version: 'v1',
  kind: 'Secret',
  isBuiltIn: true,
  ownable: ['data', 'type', 'immutable'],
  name: 'io.k8s.api.core.v1.Secret',
  description:
    'Something not everybody may read, kept encrypted. Those of type kubernetes.io/dockerconfigjson are used to pull images from their registries.',
  fields: {
    data: { description: 'Values in base64, by key. Keys are letters, digits, dashes, underscores and dots.', value: { map: 'bytes' } },
    stringData: { description: 'Values as plain text, put over those of data. Never shown again.', value: { map: 'string' } },
    type: {
      description: 'What the data is for, and thus which keys there must be; Opaque when empty. It cannot be changed.',
      value: 'string',
    },
    immutable: { description: 'True for data that can never be changed again, only deleted with the secret.', value: 'bool' },
  },
});

export const IMAGE_SECRET_LIST: KindSchema = kindSchema({
  group: 'image.openshift.io',
  version: 'v1',
  kind: 'SecretList',
  isBuiltIn: true,
  name: 'com.github.openshift.api.image.v1.SecretList',
  description: 'The secrets of a namespace that images may be pulled with.',
  fields: {
    metadata: { description: 'Always empty.', value: LIST_META_SCHEMA },
    items: { description: 'The secrets, with their data.', value: { list: SECRET } },
  },
});
