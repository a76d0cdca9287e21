/** Verbs of project.openshift.io/v1 projects. Errors about what is not there name the namespace, as upstream's proxy passes them on. */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers, Written } from '../../kubernetes/handlers.ts';
import { invalid, success } from '../../kubernetes/status.ts';
import type { Identity } from '../../kubernetes/types.ts';
import { deleteNamespace, readNamespace, updateNamespace } from '../namespaces/change-namespace.ts';
import { createNamespace } from '../namespaces/create-namespace.ts';
import { listNamespaces } from '../namespaces/handlers.ts';
import type { NamespaceApi } from '../namespaces/namespace-api.ts';
import { NAMESPACE_FIELDS } from '../namespaces/namespace-object.ts';
import { watchedAs, type WatchedNamespaces } from '../namespaces/watched-namespaces.ts';
import type { NamespaceFilter } from '../ports.ts';
import type { WatchedKind } from '../watching/watched-kind.ts';
import { asProject, PROJECT_API_VERSION, PROJECT_GROUP, type Project, projectTable, viewProject } from './project-object.ts';
import { PROJECT } from './schema.ts';
import { validateProject, validateProjectUpdate } from './validate-project.ts';

export interface ProjectApi extends NamespaceApi {
  readonly authorizer: NamespaceFilter;
}

/** Lists show those projects only that who asks may get, all at once as upstream: where a page ends would name a project of others. */
export function createProjectHandlers(api: ProjectApi): ResourceHandlers<Project> {
  return {
    get: async (_context, name) => viewProject(await readNamespace(api, name)),
    async list({ identity }, { matchesLabels, fieldRequirements }) {
      const { metadata, items } = await listNamespaces(api, { matchesLabels, fieldRequirements });
      const names = items.map((item) => item.metadata.name ?? '');
      const visible = await api.authorizer.visibleNamespaces(identity, names);
      const shown = items.filter((item) => visible.has(item.metadata.name ?? ''));
      return { kind: 'ProjectList', apiVersion: PROJECT_API_VERSION, metadata, items: shown.map(asProject) };
    },
    async create(context, { metadata }) {
      const errors = validateProject(metadata);
      if (errors.length > 0) throw new ApiError(invalid(PROJECT_GROUP, 'Project', metadata.name ?? '', errors));
      return viewProject(await createNamespace(api, context, metadata));
    },
    update: (context, name, next) => updateProject(api, context, name, next),
    async delete(context, name, options) {
      await deleteNamespace(api, context, name, options);
      return success();
    },
    schema: PROJECT,
    table: projectTable,
  };
}

/**
 * Projects as the watch of somebody reads them. Of a deleted one no binding is left to say who might see it: those are told of it whom the
 * cluster's bindings show every project.
 */
export function watchedProjects(api: WatchedNamespaces & Pick<ProjectApi, 'authorizer'>): (identity: Identity) => WatchedKind<Project> {
  const kind = { ...watchedAs(api, viewProject), fields: NAMESPACE_FIELDS };
  return (identity) => {
    const isVisible = async (name: string) => (await api.authorizer.visibleNamespaces(identity, [name])).has(name);
    return {
      ...kind,
      read: async (head) => ((await isVisible(head.name)) ? kind.read(head) : null),
      readDeleted: async (head) => ((await isVisible(head.name)) ? kind.readDeleted(head) : null),
    };
  };
}

async function updateProject(
  api: NamespaceApi,
  context: RequestContext,
  name: string,
  next: (current: Project) => Project,
): Promise<Written<Project>> {
  const updated = await updateNamespace(api, context, name, (before) => {
    const current = viewProject(before);
    const { metadata } = next(current);
    const errors = validateProjectUpdate(current.metadata, { ...metadata, name });
    if (errors.length > 0) throw new ApiError(invalid(PROJECT_GROUP, 'Project', name, errors));
    return metadata;
  });
  return { object: viewProject(updated), created: false };
}
