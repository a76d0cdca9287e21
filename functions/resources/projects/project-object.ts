/** project.openshift.io/v1 Project: a namespace under another name (clients-on-the-wire.md §2.1). */
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import type { KubernetesObject, ObjectMeta } from '../../kubernetes/types.ts';
import { type NamespaceObject, viewNamespace } from '../namespaces/namespace-object.ts';
import type { Namespace } from '../ports.ts';

export const PROJECT_GROUP = 'project.openshift.io';
export const PROJECT_API_VERSION = `${PROJECT_GROUP}/v1`;
export const DISPLAY_NAME = 'openshift.io/display-name';
export const DESCRIPTION = 'openshift.io/description';
export const REQUESTER = 'openshift.io/requester';

export interface Project extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly spec: NamespaceObject['spec'];
  readonly status: NamespaceObject['status'];
}

export function viewProject(namespace: Namespace): Project {
  return asProject(viewNamespace(namespace));
}

export function asProject({ metadata, spec, status }: NamespaceObject): Project {
  return { kind: 'Project', apiVersion: PROJECT_API_VERSION, metadata, spec, status };
}

/** OpenShift's columns (`project/printers/internalversion`). */
export const projectTable: TableDefinition<Project> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the project' },
    { name: 'Display Name', type: 'string', description: 'What people call it' },
    { name: 'Status', type: 'string', description: 'Phase of the project' },
  ],
  cells: ({ metadata, status }) => [metadata.name ?? '', metadata.annotations?.[DISPLAY_NAME] ?? '', status.phase],
};
