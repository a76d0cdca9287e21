/** What Kubernetes has without a group, as far as image streams need it. */
import type { ResourceEntry } from './entry.ts';

const core = { group: '', version: 'v1' } as const;

export const CORE_RESOURCES: readonly ResourceEntry[] = [
  {
    ...core,
    resource: 'namespaces',
    kind: 'Namespace',
    singular: 'namespace',
    namespaced: false,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    shortNames: ['ns'],
    function: 'access',
  },
  {
    ...core,
    resource: 'secrets',
    kind: 'Secret',
    singular: 'secret',
    namespaced: true,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    function: 'access',
  },
  {
    ...core,
    resource: 'serviceaccounts',
    kind: 'ServiceAccount',
    singular: 'serviceaccount',
    namespaced: true,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    shortNames: ['sa'],
    function: 'access',
  },
  {
    ...core,
    resource: 'serviceaccounts',
    subresource: 'token',
    kind: 'TokenRequest',
    kindGroup: 'authentication.k8s.io',
    singular: '',
    namespaced: true,
    verbs: ['create'],
    function: 'access',
  },
  {
    ...core,
    resource: 'limitranges',
    kind: 'LimitRange',
    singular: 'limitrange',
    namespaced: true,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    shortNames: ['limits'],
    function: 'access',
  },
  {
    ...core,
    resource: 'resourcequotas',
    kind: 'ResourceQuota',
    singular: 'resourcequota',
    namespaced: true,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    shortNames: ['quota'],
    function: 'access',
  },
];
