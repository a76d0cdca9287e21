/** What the bindings of the cluster and of a namespace give. */
import type { Binding } from '../../rbac/bindings.ts';
import type { Grant } from '../../rbac/decide.ts';
import type { StoredRole } from '../ports.ts';
import type { PolicySource } from './recent-policy.ts';

/**
 * Grants of the bindings that are asked for, the cluster's first; `namespace` '' leaves it at those. Bindings and cluster roles are read at
 * once, roles of the namespace after them. Rejects when anything cannot be read.
 */
export async function readGrants(
  policy: PolicySource,
  namespace: string,
  isAsked: (binding: Binding) => boolean,
): Promise<readonly Grant[]> {
  const [ofCluster, ofNamespace, clusterRoles] = await Promise.all([
    policy.listBindings(''),
    namespace === '' ? [] : policy.listBindings(namespace),
    policy.listClusterRoles(),
  ]);
  const bindings = [...ofCluster, ...ofNamespace].filter(isAsked);
  const roles = new Map(clusterRoles.map((role) => [role.name, role]));
  return Promise.all(bindings.map(async (binding) => ({ binding, rules: (await readRole(policy, binding, roles))?.rules ?? null })));
}

/** A binding of the cluster cannot refer to a role of a namespace. */
async function readRole(
  policy: PolicySource,
  { namespace, roleRef }: Binding,
  clusterRoles: ReadonlyMap<string, StoredRole>,
): Promise<StoredRole | null> {
  if (roleRef.kind === 'ClusterRole') return clusterRoles.get(roleRef.name) ?? null;
  return namespace === '' ? null : policy.readRole(namespace, roleRef.name);
}
