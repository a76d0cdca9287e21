/** Roles and bindings in memory behind their handlers, with the authorizer that reads them: what somebody can make of their rights. */
import type { DefaultPolicy } from '../../functions/access/policy/default-policy.ts';
import { CLUSTER_OWNER, originalsOf } from '../../functions/access/original-objects.ts';
import type { PolicyReader, StoredBinding, StoredRole } from '../../functions/access/ports.ts';
import { createRbacAuthorizer } from '../../functions/access/policy/rbac-authorizer.ts';
import { POLICY_KEPT_MS } from '../../functions/access/policy/recent-policy.ts';
import type { ResourceHandlers } from '../../functions/kubernetes/handlers.ts';
import { gatherRules } from '../../functions/rbac/gather-rules.ts';
import type { PolicyRule, RoleRef, Subject } from '../../functions/rbac/types.ts';
import { createEscalationGuard } from '../../functions/resources/escalation.ts';
import { createClusterRoleBindingHandlers, createRoleBindingHandlers } from '../../functions/resources/rolebindings/handlers.ts';
import { createClusterRoleHandlers, createRoleHandlers } from '../../functions/resources/roles/handlers.ts';
import { anyNamespace, memoryStore, NOW, sender } from './plain-store.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';

/** Every request is let through to the handlers: what they refuse nobody gets by any right to write. `groups`: alice's. */
export function memoryPolicy(begun: DefaultPolicy, groups: readonly string[] = ['developers']) {
  const roles = memoryStore<StoredRole>();
  const bindings = memoryStore<StoredBinding>();
  for (const role of originalsOf(begun.roles, CLUSTER_OWNER)) roles.objects.set(`/${role.name}`, role);
  for (const binding of originalsOf(begun.bindings, CLUSTER_OWNER)) bindings.objects.set(`/${binding.name}`, binding);

  const clusterRoles = () => [...roles.objects.values()].filter(({ namespace }) => namespace === '');
  const gathered = (role: StoredRole): StoredRole => ({ ...role, rules: gatherRules(role, clusterRoles()) });
  const readRole = async (namespace: string, name: string) => {
    const role = await roles.read(namespace, name);
    return role === null ? null : gathered(role);
  };
  const reader: PolicyReader = {
    readRole,
    listClusterRoles: async () => clusterRoles().map(gathered),
    listBindings: async (namespace) => (await bindings.list(namespace, {})).items,
  };
  // What was read is out of date at once.
  let now = NOW;
  const authorizer = createRbacAuthorizer({ reader, clock: () => (now += POLICY_KEPT_MS) });
  const guard = createEscalationGuard({ authorizer, resolver: authorizer, policy: reader });
  const api = { namespaces: anyNamespace, retry: <T>(attempt: () => Promise<T>) => attempt() };
  const asRoles = { ...api, objects: { ...roles, read: readRole }, admit: guard.admitRole };
  const asBindings = { ...api, objects: bindings, admit: guard.admitBinding };
  const handlers: Readonly<Record<string, ResourceHandlers<never>>> = {
    roles: createRoleHandlers(asRoles),
    clusterroles: createClusterRoleHandlers(asRoles),
    rolebindings: createRoleBindingHandlers(asBindings),
    clusterrolebindings: createClusterRoleBindingHandlers(asBindings),
  } as never;
  const senders = new Map(
    Object.entries(handlers).map(([resource, each]) => [resource, sender(`${RBAC}/${resource}`, each, { user: 'alice', groups })]),
  );
  const plain = (namespace: string, name: string) => ({
    namespace,
    name,
    uid: `uid-${namespace}-${name}`,
    revision: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: {},
    annotations: {},
  });

  return {
    roles,
    bindings,
    /** `resource` as in `roles` or `roles/name`; namespace '' for what is the cluster's. */
    send: (method: string, namespace: string, resource: string, body?: unknown, contentType?: string) => {
      const [kind = ''] = resource.split(/[/?]/);
      const send = senders.get(kind);
      if (send === undefined) throw new Error(`no ${kind}`);
      return send(method, `/apis/${RBAC}/${namespace === '' ? '' : `namespaces/${namespace}/`}${resource}`, body, contentType);
    },
    giveRole: (namespace: string, name: string, rules: readonly PolicyRule[], over: Partial<StoredRole> = {}) =>
      roles.objects.set(`${namespace}/${name}`, { ...plain(namespace, name), rules, ...over }),
    bind: (namespace: string, name: string, roleRef: RoleRef, ...subjects: readonly Subject[]) =>
      bindings.objects.set(`${namespace}/${name}`, { ...plain(namespace, name), roleRef, subjects }),
    rulesOf: (user: string, namespace: string) => authorizer.rulesFor({ user, groups }, namespace),
  };
}
