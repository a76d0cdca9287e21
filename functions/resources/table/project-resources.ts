/** Projects: namespaces as OpenShift shows them. */
import type { ResourceEntry } from './entry.ts';

const project = { group: 'project.openshift.io', version: 'v1' } as const;

export const PROJECT_RESOURCES: readonly ResourceEntry[] = [
  {
    ...project,
    resource: 'projects',
    kind: 'Project',
    singular: 'project',
    namespaced: false,
    isNamespace: true,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    function: 'access',
  },
  {
    ...project,
    resource: 'projectrequests',
    kind: 'ProjectRequest',
    singular: 'projectrequest',
    namespaced: false,
    verbs: ['list', 'create'],
    function: 'access',
  },
];
