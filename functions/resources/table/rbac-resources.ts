/** Who may do what: roles, and bindings that give them to somebody. */
import type { ResourceEntry } from './entry.ts';

const rbac = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  function: 'access',
} as const;

export const RBAC_RESOURCES: readonly ResourceEntry[] = [
  { ...rbac, resource: 'clusterrolebindings', kind: 'ClusterRoleBinding', singular: 'clusterrolebinding', namespaced: false },
  { ...rbac, resource: 'clusterroles', kind: 'ClusterRole', singular: 'clusterrole', namespaced: false },
  { ...rbac, resource: 'rolebindings', kind: 'RoleBinding', singular: 'rolebinding', namespaced: true },
  { ...rbac, resource: 'roles', kind: 'Role', singular: 'role', namespaced: true },
];
