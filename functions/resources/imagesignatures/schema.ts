/** Fields of ImageSignature (openshift/api image/v1), described in our own words. */
import type { FieldSchema, KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { IMAGE_V1 } from '../imagestreams/tag-schema.ts';

const CONDITION: ObjectSchema = {
  name: `${IMAGE_V1}.SignatureCondition`,
  description: 'What a verifier found out about a signature.',
  required: ['type', 'status'],
  fields: {
    type: { description: 'Trusted, or ForImage: the signature is one of this image.', value: 'string' },
    status: { description: 'True, False or Unknown.', value: 'string' },
    lastProbeTime: { description: 'When this was last looked at.', value: 'Time' },
    lastTransitionTime: { description: 'When the status last changed.', value: 'Time' },
    reason: { description: 'Why, in one word.', value: 'string' },
    message: { description: 'Why, in words for people.', value: 'string' },
  },
};

const NAMES = {
  organization: { description: 'Organization.', value: 'string' },
  commonName: { description: 'Name in it.', value: 'string' },
} as const satisfies Readonly<Record<string, FieldSchema>>;

const ISSUER: ObjectSchema = {
  name: `${IMAGE_V1}.SignatureIssuer`,
  description: 'Who vouches for the key of a signature.',
  fields: NAMES,
};

const SUBJECT: ObjectSchema = {
  name: `${IMAGE_V1}.SignatureSubject`,
  description: 'Whose key a signature was made with.',
  required: ['publicKeyID'],
  fields: { ...NAMES, publicKeyID: { description: 'Identifier of the public key.', value: 'string' } },
};

export const IMAGE_SIGNATURE: KindSchema = kindSchema({
  group: 'image.openshift.io',
  version: 'v1',
  kind: 'ImageSignature',
  isBuiltIn: true,
  name: `${IMAGE_V1}.ImageSignature`,
  description: 'A signature of an image, named IMAGE@NAME and kept with the image. Nothing here verifies it.',
  required: ['type', 'content'],
  fields: {
    type: { description: 'What the content is, e.g. atomic.', value: 'string' },
    content: { description: 'The signature, base64.', value: 'bytes' },
    conditions: { description: 'What verifiers found out.', value: { list: CONDITION, mergeKey: 'type' } },
    imageIdentity: { description: 'Pull spec the signer signed, as read from the content.', value: 'string' },
    signedClaims: { description: 'Claims the signer made, as read from the content.', value: { map: 'string' } },
    created: { description: 'When it was signed.', value: 'Time' },
    issuedBy: { description: 'Who vouches for the key.', value: ISSUER },
    issuedTo: { description: 'Whose key it is.', value: SUBJECT },
  },
});
