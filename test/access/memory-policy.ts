/** Policy in memory, over the default one, that counts how it is read. */
import { DEFAULT_POLICY } from '../../functions/access/policy/default-policy.ts';
import { CLUSTER_OWNER, originalsOf } from '../../functions/access/original-objects.ts';
import type { PolicyReader, StoredBinding, StoredRole } from '../../functions/access/ports.ts';
import { gatherRules } from '../../functions/rbac/gather-rules.ts';
import type { PolicyRule, RoleRef, Subject } from '../../functions/rbac/types.ts';

const PLAIN = { uid: 'u', revision: 1, creationTimestamp: '2026-01-01T00:00:00Z', labels: {}, annotations: {} };

export interface MemoryPolicy {
  readonly reader: PolicyReader;
  /** What was read, in order: `roles`, `bindings shop`, `role shop/own`. */
  readonly reads: string[];
  /** Gives a role: `bind('shop', clusterRole('view'), user('alice'))`; takes it again by `unbind`. */
  bind(namespace: string, roleRef: RoleRef, ...subjects: readonly Subject[]): () => void;
  addRole(namespace: string, name: string, ...rules: readonly PolicyRule[]): void;
  /** Runs before each read: to fail, or to wait. */
  before: (read: string) => Promise<void>;
}

export const clusterRole = (name: string): RoleRef => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name });
export const role = (name: string): RoleRef => ({ ...clusterRole(name), kind: 'Role' });

export function memoryPolicy(): MemoryPolicy {
  const bindings: StoredBinding[] = [];
  const roles: StoredRole[] = [];
  const owner = (namespace: string) => (namespace === '' ? CLUSTER_OWNER : { ...CLUSTER_OWNER, name: namespace });
  const read = async <T>(what: string, answer: () => T): Promise<T> => {
    policy.reads.push(what);
    // As of when it was asked, as a query of a store is.
    const found = answer();
    await policy.before(what);
    return found;
  };
  const rolesOf = (namespace: string) => [
    ...roles.filter((each) => each.namespace === namespace),
    ...originalsOf(DEFAULT_POLICY.roles, owner(namespace)),
  ];
  const gathered = () => rolesOf('').map((each) => ({ ...each, rules: gatherRules(each, rolesOf('')) }));
  const policy: MemoryPolicy = {
    reads: [],
    before: async () => undefined,
    bind(namespace, roleRef, ...subjects) {
      const binding = { ...PLAIN, namespace, name: `b${bindings.length}`, roleRef, subjects };
      bindings.push(binding);
      return () => void bindings.splice(bindings.indexOf(binding), 1);
    },
    addRole: (namespace, name, ...rules) => void roles.push({ ...PLAIN, namespace, name, rules }),
    reader: {
      readRole: (namespace, name) => read(`role ${namespace}/${name}`, () => rolesOf(namespace).find((each) => each.name === name) ?? null),
      listClusterRoles: () => read('roles', gathered),
      listBindings: (namespace) =>
        read(`bindings ${namespace}`, () => [
          ...originalsOf(DEFAULT_POLICY.bindings, owner(namespace)),
          ...bindings.filter((each) => each.namespace === namespace),
        ]),
    },
  };
  return policy;
}
