/** How default roles spell their rules. */
import type { PolicyRule } from './types.ts';

export const READ = ['get', 'list', 'watch'] as const;
/** What Kubernetes adds to reading in the roles of its own kinds. */
export const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'] as const;
/** Everything that can be done to a kind. */
export const ALL = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;

export const CORE = [''] as const;
/** OpenShift's kinds were in the group without a name once, and its roles still say so. */
export const IMAGE = ['', 'image.openshift.io'] as const;
export const PROJECT = ['', 'project.openshift.io'] as const;
export const USER = ['', 'user.openshift.io'] as const;
export const OAUTH = ['', 'oauth.openshift.io'] as const;
export const OPENSHIFT_AUTHORIZATION = ['', 'authorization.openshift.io'] as const;
export const AUTHORIZATION = ['authorization.k8s.io'] as const;
export const AUTHENTICATION = ['authentication.k8s.io'] as const;
export const RBAC = ['rbac.authorization.k8s.io'] as const;
/** Our own views of image streams are in no other group. */
export const OWN_IMAGE = ['image.openshift.io'] as const;
export const DELIVERY = ['delivery.image-streams.io'] as const;

type Texts = readonly string[];

export function rule(verbs: Texts, apiGroups: Texts, resources: Texts, resourceNames: Texts = []): PolicyRule {
  return { verbs, apiGroups, resources, resourceNames, nonResourceURLs: [] };
}

export function pathRule(...nonResourceURLs: Texts): PolicyRule {
  return { verbs: ['get'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs };
}
