/** The policy everybody begins with (functions/rbac), as what is there without being stored. */
import { DEFAULT_CLUSTER_BINDINGS, namespaceBindings } from '../rbac/default-bindings.ts';
import { DEFAULT_CLUSTER_ROLES, namespaceRoles } from '../rbac/default-roles.ts';
import type { DefaultPolicy } from './policy-reader.ts';

export const DEFAULT_POLICY: DefaultPolicy = {
  roles: { kind: 'Role', of: (namespace) => (namespace === '' ? DEFAULT_CLUSTER_ROLES : namespaceRoles(namespace)) },
  bindings: {
    kind: 'RoleBinding',
    of: (namespace) =>
      (namespace === '' ? DEFAULT_CLUSTER_BINDINGS : namespaceBindings(namespace)).map((binding) => ({ ...binding, labels: {} })),
  },
};
