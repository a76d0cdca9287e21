import { type MessageSchema, OBJECT_META } from '../../kubernetes/protobuf.ts';

/** authentication.k8s.io/v1 TokenRequest as `kubectl create token` ≥ 1.32 sends it. The status is the server's and not read. */
export const TOKEN_REQUEST_MESSAGE: MessageSchema = {
  1: { name: 'metadata', type: 'message', fields: OBJECT_META },
  2: {
    name: 'spec',
    type: 'message',
    fields: {
      1: { name: 'audiences', type: 'string', repeated: true },
      3: {
        name: 'boundObjectRef',
        type: 'message',
        fields: {
          1: { name: 'kind', type: 'string' },
          2: { name: 'apiVersion', type: 'string' },
          3: { name: 'name', type: 'string' },
          4: { name: 'uid', type: 'string' },
        },
      },
      4: { name: 'expirationSeconds', type: 'int' },
    },
  },
};
