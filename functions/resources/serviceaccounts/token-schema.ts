/** Fields of TokenRequest (authentication.k8s.io/v1), described in our own words. */
import type { KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';

const AUTHENTICATION_V1 = 'io.k8s.api.authentication.v1';

const BOUND_OBJECT: ObjectSchema = {
  name: `${AUTHENTICATION_V1}.BoundObjectReference`,
  description: 'Names an object with which a token ends.',
  fields: {
    kind: { description: 'Kind of the object.', value: 'string' },
    apiVersion: { description: 'Group and version of the object.', value: 'string' },
    name: { description: 'Name of the object.', value: 'string' },
    uid: { description: 'UID of the object.', value: 'string' },
  },
};

const SPEC: ObjectSchema = {
  name: `${AUTHENTICATION_V1}.TokenRequestSpec`,
  description: 'The token that is wanted.',
  required: ['audiences'],
  fields: {
    audiences: { description: 'Whom the token is for; nobody else accepts it. Empty: this API.', value: { list: 'string' } },
    expirationSeconds: { description: 'How long the token is good: 600 seconds at least, 3600 unless said otherwise.', value: 'int64' },
    boundObjectRef: { description: 'The token ends with this object. Not supported here.', value: BOUND_OBJECT },
  },
};

const STATUS: ObjectSchema = {
  name: `${AUTHENTICATION_V1}.TokenRequestStatus`,
  description: 'The token.',
  required: ['token', 'expirationTimestamp'],
  fields: {
    token: { description: 'A bearer token.', value: 'string' },
    expirationTimestamp: { description: 'When it ends.', value: 'Time' },
  },
};

export const TOKEN_REQUEST: KindSchema = kindSchema({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  isBuiltIn: true,
  name: `${AUTHENTICATION_V1}.TokenRequest`,
  description: 'Asks for a token of a service account. It is not stored.',
  required: ['spec'],
  fields: {
    spec: { description: 'The token that is wanted.', value: SPEC },
    status: { description: 'The token.', value: STATUS },
  },
});
