import { type MessageSchema, OBJECT_META } from '../../kubernetes/protobuf.ts';

const RULE_FIELDS = ['verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs'] as const;

const RULES = {
  name: 'rules',
  type: 'message',
  repeated: true,
  fields: Object.fromEntries(RULE_FIELDS.map((name, index) => [index + 1, { name, type: 'string', repeated: true }])) as MessageSchema,
} as const;

const LABEL_SELECTOR: MessageSchema = {
  1: { name: 'matchLabels', type: 'map' },
  2: {
    name: 'matchExpressions',
    type: 'message',
    repeated: true,
    fields: {
      1: { name: 'key', type: 'string' },
      2: { name: 'operator', type: 'string' },
      3: { name: 'values', type: 'string', repeated: true },
    },
  },
};

/** Role as `kubectl create role` ≥ 1.32 sends it. */
export const ROLE_MESSAGE: MessageSchema = { 1: { name: 'metadata', type: 'message', fields: OBJECT_META }, 2: RULES };

/** ClusterRole as `kubectl create clusterrole` ≥ 1.32 sends it. */
export const CLUSTER_ROLE_MESSAGE: MessageSchema = {
  ...ROLE_MESSAGE,
  3: {
    name: 'aggregationRule',
    type: 'message',
    fields: { 1: { name: 'clusterRoleSelectors', type: 'message', repeated: true, fields: LABEL_SELECTOR } },
  },
};
