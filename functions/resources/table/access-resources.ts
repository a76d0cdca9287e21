/** Who of AWS is who here. */
import type { ResourceEntry } from './entry.ts';

export const ACCESS_RESOURCES: readonly ResourceEntry[] = [
  {
    group: 'access.image-streams.io',
    version: 'v1',
    resource: 'iamidentitymappings',
    kind: 'IAMIdentityMapping',
    singular: 'iamidentitymapping',
    namespaced: false,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    shortNames: ['iim'],
    function: 'access',
  },
];
