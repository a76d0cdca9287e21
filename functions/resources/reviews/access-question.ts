/** The question in the spec of a review of authorization.k8s.io: a resource or a path. */
import { ApiError } from '../../kubernetes/api-error.ts';
import { isObject } from '../../kubernetes/object-meta.ts';
import { invalid } from '../../kubernetes/status.ts';
import type { FieldError, Identity } from '../../kubernetes/types.ts';
import type { AccessAttributes, AccessDecision, Authorizer, PathAttributes, PathAuthorizer } from '../ports.ts';

export const AUTHORIZATION_GROUP = 'authorization.k8s.io';

/** In the order of their protobuf fields. */
export const RESOURCE_FIELDS = ['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'] as const;
export const PATH_FIELDS = ['path', 'verb'] as const;

export type Spec = Readonly<Record<string, unknown>>;

export type Question = AccessAttributes | PathAttributes;

/** Everything that is not asked for in `spec` counts as ''. Throws ApiError 422 unless it asks one thing, and for `more` errors of the kind. */
export function readQuestion(kind: string, spec: Spec, more: readonly FieldError[] = []): Question {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  const errors = [...oneOf(resource, path), ...more];
  if (errors.length > 0) throw new ApiError(invalid(AUTHORIZATION_GROUP, kind, '', errors));
  const given = (isObject(resource) ? resource : path) as Spec;
  const text = (field: string) => textOf(given[field]);
  if (!isObject(resource)) return { path: text('path'), verb: text('verb') };
  const { namespace, name } = { namespace: text('namespace'), name: text('name') };
  return { verb: text('verb'), group: text('group'), resource: text('resource'), subresource: text('subresource'), namespace, name };
}

function oneOf(resource: unknown, path: unknown): readonly FieldError[] {
  if (isObject(resource) && isObject(path)) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    return [{ type: 'Invalid', field: 'spec.nonResourceAttributes', value: path, detail }];
  }
  if (isObject(resource) || isObject(path)) return [];
  const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [{ type: 'Invalid', field: 'spec.resourceAttributes', value: null, detail }];
}

export function ask(authorizer: Authorizer & PathAuthorizer, identity: Identity, question: Question): Promise<AccessDecision> {
  return 'path' in question ? authorizer.authorizePath(identity, question) : authorizer.authorize(identity, question);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
