/** project.openshift.io/v1: a project is a namespace under another name (clients-on-the-wire.md §2.1). */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { ListOptions, RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { alreadyExists, notFound, success } from '../../kubernetes/status.ts';
import type { KubernetesList, KubernetesObject, ObjectMeta } from '../../kubernetes/types.ts';
import { createNamespaceHandlers, type NamespaceObject } from '../namespaces/handlers.ts';
import type { NamespaceStore } from '../ports.ts';
import { PROJECT, PROJECT_REQUEST } from './schema.ts';

export const PROJECT_GROUP = 'project.openshift.io';
const API_VERSION = `${PROJECT_GROUP}/v1`;
const DISPLAY_NAME = 'openshift.io/display-name';

export interface Project extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly spec: NamespaceObject['spec'];
  readonly status: NamespaceObject['status'];
}

export interface ProjectRequest extends KubernetesObject {
  readonly displayName?: unknown;
  readonly description?: unknown;
}

export function createProjectHandlers(namespaces: NamespaceStore): ResourceHandlers<Project> {
  const inner = createNamespaceHandlers(namespaces);
  return {
    async get(context, name) {
      const found = await readNamespace(namespaces, context, name);
      if (found === null) throw new ApiError(notFound(PROJECT_GROUP, 'projects', name));
      return viewProject(found);
    },
    async list(context: RequestContext, options: ListOptions): Promise<KubernetesList<Project>> {
      const found = await inner.list?.(context, options);
      return {
        kind: 'ProjectList',
        apiVersion: API_VERSION,
        metadata: found?.metadata ?? {},
        items: (found?.items ?? []).map(viewProject),
      };
    },
    schema: PROJECT,
    table: {
      columns: [
        { name: 'Name', type: 'string', format: 'name', description: 'Name of the project' },
        { name: 'Display Name', type: 'string', description: 'What people call it' },
        { name: 'Status', type: 'string', description: 'Phase of the project' },
      ],
      cells: ({ metadata, status }) => [metadata.name ?? '', metadata.annotations?.[DISPLAY_NAME] ?? '', status.phase],
    },
  };
}

/** `oc new-project` asks by a list whether it may, and then creates. The answer to the request is the project. */
export function createProjectRequestHandlers(namespaces: NamespaceStore): ResourceHandlers<ProjectRequest> {
  const inner = createNamespaceHandlers(namespaces);
  return {
    schema: PROJECT_REQUEST,
    // No list: upstream answers with a Status that says the caller may.
    list: async () => success() as unknown as KubernetesList<ProjectRequest>,
    async create(context, { metadata = {}, displayName, description }) {
      const name = metadata.name ?? '';
      if ((await readNamespace(namespaces, context, name)) !== null) throw new ApiError(alreadyExists(PROJECT_GROUP, 'project', name));
      const annotations = {
        ...metadata.annotations,
        'openshift.io/description': textOf(description),
        [DISPLAY_NAME]: textOf(displayName),
        'openshift.io/requester': context.identity.user,
      };
      const wanted = { metadata: { ...metadata, annotations }, spec: { finalizers: [] }, status: { phase: 'Active' } } as const;
      return viewProject((await inner.create?.(context, wanted)) as NamespaceObject);
    },
  };
}

async function readNamespace(namespaces: NamespaceStore, context: RequestContext, name: string): Promise<NamespaceObject | null> {
  if (name === '' || (await namespaces.readNamespace(name)) === null) return null;
  return (await createNamespaceHandlers(namespaces).get?.(context, name)) ?? null;
}

function viewProject({ metadata, spec, status }: NamespaceObject): Project {
  return { kind: 'Project', apiVersion: API_VERSION, metadata, spec, status };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
