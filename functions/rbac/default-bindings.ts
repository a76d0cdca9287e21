/** Every binding that exists without being stored (OpenShift's bootstrap policy; its default role bindings controller for those of a namespace). */
import { clusterRoleBinding, type DefaultBinding, described, group, RBAC_GROUP, serviceAccount, user } from './default-policy.ts';
import { SHARED_NAMESPACE } from './default-roles.ts';
import { AUTHENTICATED, AUTHENTICATED_OAUTH, MASTERS, UNAUTHENTICATED } from './groups.ts';

/** Bindings of the cluster, by name. */
export const DEFAULT_CLUSTER_BINDINGS: readonly DefaultBinding[] = [
  clusterRoleBinding('basic-users', 'basic-user', group(AUTHENTICATED)),
  clusterRoleBinding('cluster-admin', 'cluster-admin', group(MASTERS)),
  clusterRoleBinding('cluster-admins', 'cluster-admin', group('system:cluster-admins'), user('system:admin')),
  clusterRoleBinding('cluster-readers', 'cluster-reader', group('system:cluster-readers')),
  clusterRoleBinding('cluster-status-binding', 'cluster-status', group(AUTHENTICATED)),
  clusterRoleBinding('self-access-reviewers', 'self-access-reviewer', group(AUTHENTICATED)),
  clusterRoleBinding('self-provisioners', 'self-provisioner', group(AUTHENTICATED_OAUTH)),
  clusterRoleBinding('system:basic-user', 'system:basic-user', group(AUTHENTICATED)),
  clusterRoleBinding('system:discovery', 'system:discovery', group(AUTHENTICATED)),
  clusterRoleBinding('system:masters', 'system:master', group(MASTERS)),
  clusterRoleBinding('system:oauth-token-deleters', 'system:oauth-token-deleter', group(AUTHENTICATED)),
  clusterRoleBinding('system:openshift:discovery', 'system:openshift:discovery', group(AUTHENTICATED)),
  clusterRoleBinding('system:public-info-viewer', 'system:public-info-viewer', group(AUTHENTICATED), group(UNAUTHENTICATED)),
];

/** Bindings every namespace of this name begins with, by name: its service accounts pull, build and deploy. */
export function namespaceBindings(namespace: string): readonly DefaultBinding[] {
  return [
    ...(namespace === SHARED_NAMESPACE ? [SHARED_VIEWERS] : []),
    described(
      clusterRoleBinding('system:deployers', 'system:deployer', serviceAccount(namespace, 'deployer')),
      'Lets the service account deployer move tags of this namespace. Remove its subject to end that.',
    ),
    described(
      clusterRoleBinding('system:image-builders', 'system:image-builder', serviceAccount(namespace, 'builder')),
      'Lets the service account builder push images of this namespace. Remove its subject to end that.',
    ),
    described(
      clusterRoleBinding('system:image-pullers', 'system:image-puller', group(`system:serviceaccounts:${namespace}`)),
      'Lets all service accounts of this namespace pull its images. Remove its subject to end that.',
    ),
  ];
}

const SHARED_VIEWERS: DefaultBinding = {
  name: 'shared-resource-viewers',
  annotations: {},
  roleRef: { apiGroup: RBAC_GROUP, kind: 'Role', name: 'shared-resource-viewer' },
  subjects: [group(AUTHENTICATED)],
};
