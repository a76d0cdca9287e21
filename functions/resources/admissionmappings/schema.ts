/** Fields of AdmissionMapping and of its tokens (docs/admission.md). */
import type { KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';

const DELIVERY_V1 = 'io.image-streams.delivery.v1';
const delivery = { group: 'delivery.image-streams.io', version: 'v1', isBuiltIn: false } as const;

const NAMESPACE: ObjectSchema = {
  name: `${DELIVERY_V1}.NamespaceMapping`,
  description: 'Which image streams a namespace of the cluster sees.',
  required: ['name'],
  fields: {
    name: { description: 'Namespace of the cluster; * stands for any characters. The first entry that fits counts.', value: 'string' },
    imageNamespace: { description: 'Namespace of the image streams; that of the same name when empty.', value: 'string' },
    resolveNames: {
      description:
        'Honours the annotation alpha.image.policy.openshift.io/resolve-names, by which pods ask also for streams whose lookupPolicy is not local.',
      value: 'bool',
    },
  },
};

const SPEC: ObjectSchema = {
  name: `${DELIVERY_V1}.AdmissionMappingSpec`,
  description: 'Which namespaces of the cluster get their images from image streams.',
  required: ['namespaces'],
  fields: { namespaces: { description: 'Namespaces of the cluster; others are left alone.', value: { list: NAMESPACE } } },
};

const ISSUED: ObjectSchema = {
  name: `${DELIVERY_V1}.IssuedAdmissionToken`,
  description: 'A token that lets the API server of the cluster in.',
  fields: { issued: { description: 'When it was issued.', value: 'Time' } },
};

const STATUS: ObjectSchema = {
  name: `${DELIVERY_V1}.AdmissionMappingStatus`,
  description: 'How the cluster gets in.',
  fields: { tokens: { description: 'Those that hold, newest first; what they are is not shown.', value: { list: ISSUED } } },
};

export const ADMISSION_MAPPING: KindSchema = kindSchema({
  ...delivery,
  kind: 'AdmissionMapping',
  ownable: ['spec'],
  name: `${DELIVERY_V1}.AdmissionMapping`,
  description: 'Resolves names of image streams in pods and workloads of a cluster.',
  required: ['spec'],
  fields: {
    spec: { description: 'Which namespaces see which image streams.', value: SPEC },
    status: { description: 'Set by the server.', value: STATUS },
  },
});

const TOKEN_SPEC: ObjectSchema = {
  name: `${DELIVERY_V1}.AdmissionTokenSpec`,
  description: 'What becomes of the tokens before it.',
  fields: { revokeOthers: { description: 'None of them holds any longer; else the newest of them goes on.', value: 'bool' } },
};

const TOKEN_STATUS: ObjectSchema = {
  name: `${DELIVERY_V1}.AdmissionTokenStatus`,
  description: 'What the webhook of the cluster is configured with. Shown once.',
  fields: {
    token: { description: 'Lets whoever has it ask for images of the mapped namespaces.', value: 'string' },
    path: { description: 'Of the URL of the webhook, behind the address of the server.', value: 'string' },
  },
};

export const ADMISSION_TOKEN: KindSchema = kindSchema({
  ...delivery,
  kind: 'AdmissionToken',
  name: `${DELIVERY_V1}.AdmissionToken`,
  description: 'Issues a token for the API server of a cluster.',
  fields: {
    spec: { description: 'How.', value: TOKEN_SPEC },
    status: { description: 'The token. Empty for a dry run.', value: TOKEN_STATUS },
  },
});
