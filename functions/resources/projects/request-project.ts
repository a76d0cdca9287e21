/** project.openshift.io/v1 projectrequests: how `oc new-project` gets a project (openshift-apiserver `projectrequest/delegated`). */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { alreadyExists, forbidden, invalid, success } from '../../kubernetes/status.ts';
import type { Identity, KubernetesList, KubernetesObject, Status } from '../../kubernetes/types.ts';
import { RBAC_GROUP } from '../../rbac/default-policy.ts';
import { createNamespace } from '../namespaces/create-namespace.ts';
import type { NamespaceApi } from '../namespaces/namespace-api.ts';
import type { Authorizer, FirstBinding } from '../ports.ts';
import { DESCRIPTION, DISPLAY_NAME, type Project, PROJECT_GROUP, REQUESTER, viewProject } from './project-object.ts';
import { PROJECT_REQUEST } from './schema.ts';
import { validateProject } from './validate-project.ts';

export interface ProjectRequest extends KubernetesObject {
  readonly displayName?: unknown;
  readonly description?: unknown;
}

/** Names kept for the platform; they cannot be asked for, an administrator may still make such a namespace. */
const FORBIDDEN_NAMES = ['openshift', 'kubernetes', 'kube'];

export interface ProjectRequestApi extends NamespaceApi {
  readonly authorizer: Authorizer;
}

/** `oc new-project` asks by a list whether it may, and then creates. The answer to the request is the project. */
export function createProjectRequestHandlers(api: ProjectRequestApi): ResourceHandlers<ProjectRequest> {
  return {
    schema: PROJECT_REQUEST,
    async list({ identity }) {
      const question = { verb: 'create', group: PROJECT_GROUP, resource: 'projectrequests' };
      if (!(await api.authorizer.authorize(identity, question)).allowed) throw new ApiError(mayNotRequest());
      // No list: upstream answers with a Status that says the caller may.
      return success() as unknown as KubernetesList<ProjectRequest>;
    },
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
  return viewProject(await createNamespace(api, context, { ...metadata, annotations }, [adminBinding(context.identity)]));
}

/** As the project template of OpenShift has it. */
function adminBinding({ user: name }: Identity): FirstBinding {
  return {
    name: 'admin',
    roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: 'admin' },
    subjects: [{ kind: 'User', apiGroup: RBAC_GROUP, name, namespace: '' }],
  };
}

/** `oc new-project` shows the message and nothing else. */
function mayNotRequest(): Status {
  return { ...forbidden(PROJECT_GROUP, 'projectrequest', '', ''), message: 'You may not request a new project via this API.' };
}

function refuse(name: string, why: string): ApiError {
  return new ApiError(forbidden(PROJECT_GROUP, 'project', name, why));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
