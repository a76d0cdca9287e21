/** Fields of RoleBinding and ClusterRoleBinding (rbac.authorization.k8s.io/v1), described in our own words. */
import type { FieldSchema, KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { RBAC_KIND, RBAC_V1 } from '../roles/schema.ts';

const SUBJECT: ObjectSchema = {
  name: `${RBAC_V1}.Subject`,
  description: 'Somebody: a user, a group, or a service account.',
  required: ['kind', 'name'],
  isAtomic: true,
  fields: {
    kind: { description: 'User, Group or ServiceAccount.', value: 'string' },
    apiGroup: {
      description: 'Filled in: that of RBAC for users and groups, empty for service accounts.',
      value: 'string',
    },
    name: { description: 'Name of the user, the group or the service account.', value: 'string' },
    namespace: { description: 'Namespace of the service account.', value: 'string' },
  },
};

const ROLE_REF: ObjectSchema = {
  name: `${RBAC_V1}.RoleRef`,
  description: 'A role.',
  required: ['apiGroup', 'kind', 'name'],
  isAtomic: true,
  fields: {
    apiGroup: { description: 'That of RBAC, which is filled in.', value: 'string' },
    kind: { description: 'ClusterRole, or Role for one of the same namespace.', value: 'string' },
    name: { description: 'Name of the role.', value: 'string' },
  },
};

const fields: Readonly<Record<string, FieldSchema>> = {
  subjects: { description: 'Who is given the role.', value: { list: SUBJECT } },
  roleRef: { description: 'The role that is given. It cannot be changed.', value: ROLE_REF },
};

export const ROLE_BINDING: KindSchema = kindSchema({
  ...RBAC_KIND,
  kind: 'RoleBinding',
  ownable: ['subjects', 'roleRef'],
  required: ['roleRef'],
  name: `${RBAC_V1}.RoleBinding`,
  description: 'Gives a role to somebody in one namespace.',
  fields,
});

export const CLUSTER_ROLE_BINDING: KindSchema = kindSchema({
  ...RBAC_KIND,
  kind: 'ClusterRoleBinding',
  ownable: ['subjects', 'roleRef'],
  required: ['roleRef'],
  name: `${RBAC_V1}.ClusterRoleBinding`,
  description: 'Gives a cluster role to somebody everywhere.',
  fields,
});
