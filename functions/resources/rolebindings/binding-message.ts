import { type MessageSchema, OBJECT_META } from '../../kubernetes/protobuf.ts';

const fieldsOf = (...names: readonly string[]): MessageSchema =>
  Object.fromEntries(names.map((name, index) => [index + 1, { name, type: 'string' }]));

/** RoleBinding and ClusterRoleBinding as `kubectl create rolebinding` ≥ 1.32 sends them. */
export const BINDING_MESSAGE: MessageSchema = {
  1: { name: 'metadata', type: 'message', fields: OBJECT_META },
  2: { name: 'subjects', type: 'message', repeated: true, fields: fieldsOf('kind', 'apiGroup', 'name', 'namespace') },
  3: { name: 'roleRef', type: 'message', fields: fieldsOf('apiGroup', 'kind', 'name') },
};
