/** The question of a review of authorization.openshift.io: its fields are the object's own (openshift-apiserver `authorization/validation`). */
import { ApiError } from '../../kubernetes/api-error.ts';
import { deniedStatus } from '../../kubernetes/denial.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { invalid } from '../../kubernetes/status.ts';
import type { FieldError, KubernetesObject } from '../../kubernetes/types.ts';
import type { AccessAttributes, Authorizer } from '../ports.ts';
import type { Question } from './access-question.ts';

export const OPENSHIFT_AUTHORIZATION_GROUP = 'authorization.openshift.io';

export interface ReviewedAction extends KubernetesObject {
  readonly namespace?: string;
  readonly verb?: string;
  readonly resourceAPIGroup?: string;
  /** `imagestreams/layers` names a subresource. */
  readonly resource?: string;
  readonly resourceName?: string;
  readonly isNonResourceURL?: boolean;
  readonly path?: string;
}

/** `namespace`: that of the request, which a local review is about. Throws ApiError 422. */
export function readAction(kind: string, action: ReviewedAction, namespace = ''): Question {
  const { verb = '', isNonResourceURL = false } = action;
  const errors = [
    ...required('verb', verb),
    ...(isNonResourceURL ? [...required('path', action.path), ...superfluous(action)] : required('resource', action.resource)),
    ...misplaced(action, namespace),
  ];
  if (errors.length > 0) throw new ApiError(invalid(OPENSHIFT_AUTHORIZATION_GROUP, kind, '', errors));
  return isNonResourceURL ? { verb, path: action.path ?? '' } : resourceQuestion(action, namespace);
}

function resourceQuestion(action: ReviewedAction, namespace: string): Question {
  const { verb = '', resourceAPIGroup: group = '', resource = '', resourceName: name = '', namespace: asked = '' } = action;
  const slash = resource.indexOf('/');
  const [main, subresource] = slash === -1 ? [resource, ''] : [resource.slice(0, slash), resource.slice(slash + 1)];
  return { verb, group, resource: main, subresource, namespace: namespace === '' ? asked : namespace, name };
}

function misplaced({ namespace: asked = '' }: ReviewedAction, namespace: string): readonly FieldError[] {
  if (namespace === '' || asked === '' || asked === namespace) return [];
  return [{ type: 'Invalid', field: 'namespace', value: asked, detail: `namespace must be: ${namespace}` }];
}

function required(field: string, value = ''): readonly FieldError[] {
  return value === '' ? [{ type: 'Required', field, detail: '' }] : [];
}

function superfluous({ resource = '', resourceAPIGroup = '', resourceName = '', namespace = '' }: ReviewedAction): readonly FieldError[] {
  const given = { resource, group: resourceAPIGroup, resourceName, namespace };
  return Object.entries(given)
    .filter(([, value]) => value !== '')
    .map(([field, value]) => ({ type: 'Invalid', field, value, detail: `${field} may not be specified with non resource URLs` }));
}

/** Throws ApiError 403 unless the caller may do this. */
export async function requireAccess(authorizer: Authorizer, { identity, info }: RequestContext, needed: AccessAttributes): Promise<void> {
  const { allowed, reason } = await authorizer.authorize(identity, needed);
  const { verb, group, resource, subresource = '', namespace = '', name = '' } = needed;
  if (!allowed) throw new ApiError(deniedStatus(identity, { ...info, verb, group, resource, subresource, namespace, name }, reason));
}
