import { type MessageSchema, OBJECT_META } from '../../kubernetes/protobuf.ts';

/** core/v1 Namespace as `kubectl create namespace` ≥ 1.32 sends it. spec and status are the server's and not read. */
export const NAMESPACE_MESSAGE: MessageSchema = { 1: { name: 'metadata', type: 'message', fields: OBJECT_META } };
