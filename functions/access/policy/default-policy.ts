/** The roles and bindings that are there without being stored, in the cluster and in every namespace (../rbac/default-roles.ts, default-bindings.ts). */
import { DEFAULT_CLUSTER_BINDINGS, namespaceBindings } from '../../rbac/default-bindings.ts';
import { DEFAULT_CLUSTER_ROLES, namespaceRoles } from '../../rbac/default-roles.ts';
import type { Originals } from '../original-objects.ts';
import type { StoredBinding, StoredRole } from '../ports.ts';

export interface DefaultPolicy {
  readonly roles: Originals<StoredRole>;
  readonly bindings: Originals<StoredBinding>;
}

export const DEFAULT_POLICY: DefaultPolicy = {
  roles: { kind: 'Role', of: (namespace) => (namespace === '' ? DEFAULT_CLUSTER_ROLES : namespaceRoles(namespace)) },
  bindings: {
    kind: 'RoleBinding',
    of: (namespace) =>
      (namespace === '' ? DEFAULT_CLUSTER_BINDINGS : namespaceBindings(namespace)).map((binding) => ({ ...binding, labels: {} })),
  },
};
