import { type MessageSchema, OBJECT_META } from '../../kubernetes/protobuf.ts';

/** core/v1 Secret as `kubectl create secret` ≥ 1.32 sends it (clients-on-the-wire.md §3.2). */
export const SECRET_MESSAGE: MessageSchema = {
  1: { name: 'metadata', type: 'message', fields: OBJECT_META },
  2: { name: 'data', type: 'bytesMap' },
  3: { name: 'type', type: 'string' },
  4: { name: 'stringData', type: 'map' },
  5: { name: 'immutable', type: 'bool' },
};
