/** Namespaces, projects, secrets, accounts, roles and bindings, wired over a real store as functions/access.ts wires them. */
import { createBindingStore } from '../../functions/access/policy/binding-store.ts';
import { createPolicyReader } from '../../functions/access/policy/policy-reader.ts';
import { createRbacAuthorizer } from '../../functions/access/policy/rbac-authorizer.ts';
import { createRoleStore } from '../../functions/access/policy/role-store.ts';
import { createSecretStore } from '../../functions/access/secrets/secret-store.ts';
import { createServiceAccountStore } from '../../functions/access/accounts/service-account-store.ts';
import type { ResourceHandlers } from '../../functions/kubernetes/handlers.ts';
import { createEscalationGuard } from '../../functions/resources/escalation.ts';
import { createNamespaceHandlers } from '../../functions/resources/namespaces/handlers.ts';
import type { NamespaceApi } from '../../functions/resources/namespaces/namespace-api.ts';
import { createProjectHandlers } from '../../functions/resources/projects/handlers.ts';
import { createProjectRequestHandlers } from '../../functions/resources/projects/request-project.ts';
import {
  createLocalResourceReviewHandlers,
  createResourceReviewHandlers,
} from '../../functions/resources/reviews/resource-access-review.ts';
import { selfSubjectReviewHandlers, userHandlers } from '../../functions/resources/reviews/self-subject-review.ts';
import { createClusterRoleBindingHandlers, createRoleBindingHandlers } from '../../functions/resources/rolebindings/handlers.ts';
import { createClusterRoleHandlers, createRoleHandlers } from '../../functions/resources/roles/handlers.ts';
import { createSecretHandlers } from '../../functions/resources/secrets/handlers.ts';
import { createServiceAccountHandlers } from '../../functions/resources/serviceaccounts/handlers.ts';
import type { StoreOptions } from '../../functions/store/database.ts';

const cipher = { seal: async (bytes: Uint8Array) => bytes, open: async (bytes: Uint8Array) => bytes };

/** By resource, as a function serves them. */
export function accessResources(api: NamespaceApi, options: StoreOptions): Readonly<Record<string, ResourceHandlers<never>>> {
  const { namespaces } = api;
  const policy = createPolicyReader(options);
  const authorizer = createRbacAuthorizer({ reader: policy, clock: Date.now });
  const guard = createEscalationGuard({ authorizer, resolver: authorizer, policy });
  const roles = { ...api, objects: createRoleStore({ ...options, namespaces }), admit: guard.admitRole };
  const bindings = { ...api, objects: createBindingStore({ ...options, namespaces }), admit: guard.admitBinding };
  const secrets = createSecretStore({ ...options, cipher, namespaceNames: async () => [] });
  const resources = {
    '/v1/namespaces': createNamespaceHandlers(api),
    '/v1/secrets': createSecretHandlers({ ...api, objects: secrets }),
    '/v1/serviceaccounts': createServiceAccountHandlers({ ...api, objects: createServiceAccountStore({ ...options, namespaces }) }),
    'project.openshift.io/v1/projects': createProjectHandlers({ ...api, authorizer }),
    'project.openshift.io/v1/projectrequests': createProjectRequestHandlers({ ...api, authorizer }),
    'user.openshift.io/v1/users': userHandlers,
    'authentication.k8s.io/v1/selfsubjectreviews': selfSubjectReviewHandlers,
    'authorization.openshift.io/v1/localresourceaccessreviews': createLocalResourceReviewHandlers(authorizer),
    'authorization.openshift.io/v1/resourceaccessreviews': createResourceReviewHandlers(authorizer),
    'rbac.authorization.k8s.io/v1/roles': createRoleHandlers(roles),
    'rbac.authorization.k8s.io/v1/clusterroles': createClusterRoleHandlers(roles),
    'rbac.authorization.k8s.io/v1/rolebindings': createRoleBindingHandlers(bindings),
    'rbac.authorization.k8s.io/v1/clusterrolebindings': createClusterRoleBindingHandlers(bindings),
  };
  // Each has its own object type, as the pipeline knows.
  return resources as unknown as Readonly<Record<string, ResourceHandlers<never>>>;
}
