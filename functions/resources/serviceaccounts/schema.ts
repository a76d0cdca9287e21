/** Fields of ServiceAccount (core `v1`), described in our own words. */
import type { KindSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { LOCAL_OBJECT_REFERENCE, OBJECT_REFERENCE } from '../reference-schema.ts';

export const SERVICE_ACCOUNT: KindSchema = kindSchema({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  isBuiltIn: true,
  ownable: ['secrets', 'imagePullSecrets', 'automountServiceAccountToken'],
  name: 'io.k8s.api.core.v1.ServiceAccount',
  description: 'A name for programs to act under.',
  fields: {
    secrets: { description: 'Secrets that programs of this account may use.', value: { list: OBJECT_REFERENCE, mergeKey: 'name' } },
    imagePullSecrets: {
      description: 'Secrets of the same namespace to pull images with.',
      value: { list: LOCAL_OBJECT_REFERENCE, mergeKey: 'name' },
    },
    automountServiceAccountToken: { description: 'False keeps tokens of the account out of pods that do not ask for one.', value: 'bool' },
  },
});
