/** project.openshift.io/v1 projectrequests: how `oc new-project` gets a project (openshift-apiserver `projectrequest/delegated`). */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { alreadyExists, forbidden, invalid, success } from '../../kubernetes/status.ts';
import type { KubernetesList, KubernetesObject } from '../../kubernetes/types.ts';
import { createNamespace } from '../namespaces/create-namespace.ts';
import type { NamespaceApi } from '../namespaces/namespace-api.ts';
import { DESCRIPTION, DISPLAY_NAME, type Project, PROJECT_GROUP, REQUESTER, viewProject } from './project-object.ts';
import { PROJECT_REQUEST } from './schema.ts';
import { validateProject } from './validate-project.ts';

export interface ProjectRequest extends KubernetesObject {
  readonly displayName?: unknown;
  readonly description?: unknown;
}

/** Names kept for the platform; they cannot be asked for, an administrator may still make such a namespace. */
const FORBIDDEN_NAMES = ['openshift', 'kubernetes', 'kube'];

/** `oc new-project` asks by a list whether it may, and then creates. The answer to the request is the project. */
export function createProjectRequestHandlers(api: NamespaceApi): ResourceHandlers<ProjectRequest> {
  return {
    schema: PROJECT_REQUEST,
    // No list: upstream answers with a Status that says the caller may.
    list: async () => success() as unknown as KubernetesList<ProjectRequest>,
    create: (context, request) => requestProject(api, context, request),
  };
}

/** Throws ApiError 403 (reserved name), 409, 422. */
async function requestProject(
  api: NamespaceApi,
  context: RequestContext,
  { metadata = {}, displayName, description }: ProjectRequest,
): Promise<Project> {
  const { name = '' } = metadata;
  const errors = validateProject(metadata);
  if (errors.length > 0) throw new ApiError(invalid(PROJECT_GROUP, 'ProjectRequest', name, errors));
  for (const reserved of FORBIDDEN_NAMES) {
    if (name === reserved) throw refuse(name, `cannot request a project with the name "${reserved}"`);
    if (name.startsWith(`${reserved}-`)) throw refuse(name, `cannot request a project starting with "${reserved}-"`);
  }
  if ((await api.namespaces.readNamespace(name)) !== null) throw new ApiError(alreadyExists(PROJECT_GROUP, 'project', name));
  const annotations = {
    ...metadata.annotations,
    [DESCRIPTION]: textOf(description),
    [DISPLAY_NAME]: textOf(displayName),
    [REQUESTER]: context.identity.user,
  };
  const refused = validateProject({ name, annotations });
  if (refused.length > 0) throw new ApiError(invalid(PROJECT_GROUP, 'Project', name, refused));
  return viewProject(await createNamespace(api, context, { ...metadata, annotations }));
}

function refuse(name: string, why: string): ApiError {
  return new ApiError(forbidden(PROJECT_GROUP, 'project', name, why));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
