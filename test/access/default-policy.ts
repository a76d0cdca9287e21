/** A tiny policy that is there without being stored, for tests of what keeps policy. */
import { randomUUID } from 'node:crypto';
import type { StoredBinding, StoredRole } from '../../functions/access/ports.ts';
import type { DefaultPolicy } from '../../functions/access/policy/default-policy.ts';
import type { PolicyRule, RoleRef, Subject } from '../../functions/rbac/types.ts';

export const rule = (verbs: string, resources: string, over: Partial<PolicyRule> = {}): PolicyRule => ({
  verbs: verbs.split(','),
  apiGroups: [''],
  resources: resources.split(','),
  resourceNames: [],
  nonResourceURLs: [],
  ...over,
});

export const clusterRole = (name: string): RoleRef => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name });
export const user = (name: string): Subject => ({ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name, namespace: '' });
export const group = (name: string): Subject => ({ ...user(name), kind: 'Group' });

const base = (namespace: string, name: string) => ({
  namespace,
  name,
  uid: randomUUID(),
  revision: 0,
  creationTimestamp: '2026-01-01T00:00:00Z',
  labels: {},
  annotations: {},
});
/** As it is given to a store: may get what it is called by. */
export const role = (namespace: string, name: string, over: Partial<StoredRole> = {}): StoredRole => ({
  ...base(namespace, name),
  rules: [rule('get', name)],
  ...over,
});
/** Of `view`, to Ada. */
export const binding = (namespace: string, name: string): StoredBinding => ({
  ...base(namespace, name),
  roleRef: clusterRole('view'),
  subjects: [user('ada')],
});

const plain = { labels: {}, annotations: {} };
const label = (name: string): Readonly<Record<string, string>> => ({ [name]: 'true' });
const ALL = [rule('*', '*', { apiGroups: ['*'] }), rule('*', '', { apiGroups: [], resources: [], nonResourceURLs: ['*'] })];
const aggregate = (name: string) => ({ clusterRoleSelectors: [{ matchLabels: label(name) }] });

/** `admin` gathers `edit`, which gathers `view`. */
export const TINY_POLICY: DefaultPolicy = {
  roles: {
    kind: 'Role',
    of: (namespace) =>
      namespace !== ''
        ? []
        : [
            { ...plain, name: 'admin', rules: [], aggregationRule: aggregate('to-admin') },
            { ...plain, name: 'cluster-admin', rules: ALL },
            { ...plain, name: 'edit', labels: label('to-admin'), rules: [], aggregationRule: aggregate('to-edit') },
            { ...plain, name: 'puller', rules: [rule('get', 'imagestreams/layers')] },
            { ...plain, name: 'view', labels: label('to-edit'), rules: [rule('get,list', 'secrets')] },
          ],
  },
  bindings: {
    kind: 'RoleBinding',
    of: (namespace) =>
      namespace === ''
        ? [{ ...plain, name: 'cluster-admins', roleRef: clusterRole('cluster-admin'), subjects: [group('system:masters')] }]
        : [{ ...plain, name: 'pullers', roleRef: clusterRole('puller'), subjects: [group(`system:serviceaccounts:${namespace}`)] }],
  },
};
