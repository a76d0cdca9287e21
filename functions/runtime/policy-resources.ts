/** Composition of what says who may do what: roles, bindings, and whom IAM principals stand for. */
import { createIamMappingStore } from '../access/logins/iam-mapping-store.ts';
import { createBindingStore } from '../access/policy/binding-store.ts';
import { createPolicyReader } from '../access/policy/policy-reader.ts';
import type { RbacAuthorizer } from '../access/policy/rbac-authorizer.ts';
import { createRoleStore } from '../access/policy/role-store.ts';
import { createEscalationGuard } from '../resources/escalation.ts';
import { createIamMappingHandlers, iamMappingKind } from '../resources/iamidentitymappings/handlers.ts';
import { watchedObjects } from '../resources/plain-objects.ts';
import type { NamespaceStore } from '../resources/ports.ts';
import {
  clusterRoleBindingKind,
  createClusterRoleBindingHandlers,
  createRoleBindingHandlers,
  roleBindingKind,
} from '../resources/rolebindings/handlers.ts';
import { clusterRoleKind, createClusterRoleHandlers, createRoleHandlers, roleKind } from '../resources/roles/handlers.ts';
import type { watchedBy } from '../resources/watching/watch-collection.ts';
import type { StoreOptions } from '../store/database.ts';
import type { retryOnConflict } from '../store/retry-on-conflict.ts';
import type { Resources } from './http-function.ts';

export interface PolicyResourcesOptions {
  /** Of table `state`. */
  readonly options: StoreOptions;
  readonly namespaces: NamespaceStore;
  readonly retry: typeof retryOnConflict;
  readonly authorizer: RbacAuthorizer;
  readonly watched: ReturnType<typeof watchedBy>;
}

export function composePolicyResources({ options, namespaces, retry, authorizer, watched }: PolicyResourcesOptions): Resources {
  const shared = { namespaces, retry };
  const guard = createEscalationGuard({ authorizer, resolver: authorizer, policy: createPolicyReader(options) });
  const roles = { ...shared, objects: createRoleStore({ ...options, namespaces }), admit: guard.admitRole };
  const bindings = { ...shared, objects: createBindingStore({ ...options, namespaces }), admit: guard.admitBinding };
  const mappings = { ...shared, objects: createIamMappingStore(options) };
  const rbac = 'rbac.authorization.k8s.io/v1';
  return {
    [`${rbac}/roles`]: watched(createRoleHandlers(roles), watchedObjects(roleKind, roles.objects)),
    [`${rbac}/clusterroles`]: watched(createClusterRoleHandlers(roles), watchedObjects(clusterRoleKind, roles.objects)),
    [`${rbac}/rolebindings`]: watched(createRoleBindingHandlers(bindings), watchedObjects(roleBindingKind, bindings.objects)),
    [`${rbac}/clusterrolebindings`]: watched(
      createClusterRoleBindingHandlers(bindings),
      watchedObjects(clusterRoleBindingKind, bindings.objects),
    ),
    'access.image-streams.io/v1/iamidentitymappings': watched(
      createIamMappingHandlers(mappings),
      watchedObjects(iamMappingKind, mappings.objects),
    ),
  };
}
