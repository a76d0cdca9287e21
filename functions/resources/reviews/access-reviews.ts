/** May I, may they: authorization.k8s.io/v1 selfsubjectaccessreviews, subjectaccessreviews and localsubjectaccessreviews. */
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import { isObject } from '../../kubernetes/object-meta.ts';
import { type MessageSchema, OBJECT_META } from '../../kubernetes/protobuf.ts';
import type { FieldError, Identity, KubernetesObject } from '../../kubernetes/types.ts';
import type { AccessDecision, Authorizer, PathAuthorizer } from '../ports.ts';
import { ask, PATH_FIELDS, readQuestion, RESOURCE_FIELDS, type Spec, textOf, textsOf } from './access-question.ts';
import { ACCESS_REVIEW, LOCAL_ACCESS_REVIEW, SUBJECT_ACCESS_REVIEW } from './schema.ts';

export interface AccessReview extends KubernetesObject {
  readonly spec?: unknown;
  readonly status?: unknown;
}

type Deciding = Authorizer & PathAuthorizer;

const texts = (names: readonly string[]): MessageSchema =>
  Object.fromEntries(names.map((name, index) => [index + 1, { name, type: 'string' }]));

/** As `kubectl auth can-i` ≥ 1.32 sends it (clients-on-the-wire.md §3.2). */
const SELF_MESSAGE: MessageSchema = {
  1: { name: 'metadata', type: 'message', fields: OBJECT_META },
  2: {
    name: 'spec',
    type: 'message',
    fields: {
      1: { name: 'resourceAttributes', type: 'message', fields: texts(RESOURCE_FIELDS) },
      2: { name: 'nonResourceAttributes', type: 'message', fields: texts(PATH_FIELDS) },
    },
  },
};

/** The caller asks about itself. */
export function createAccessReviewHandlers(authorizer: Deciding): ResourceHandlers<AccessReview> {
  return {
    create: async ({ identity }, review) => {
      const question = readQuestion('SelfSubjectAccessReview', specOf(review));
      return answer(review, await ask(authorizer, identity, question));
    },
    protobuf: SELF_MESSAGE,
    schema: ACCESS_REVIEW,
  };
}

/** Asks about anybody, anywhere. */
export function createSubjectAccessReviewHandlers(authorizer: Deciding): ResourceHandlers<AccessReview> {
  return {
    create: async (_context, review) => {
      const spec = specOf(review);
      const question = readQuestion('SubjectAccessReview', spec, subjectErrors(spec));
      return answer(review, await ask(authorizer, subjectOf(spec), question));
    },
    schema: SUBJECT_ACCESS_REVIEW,
  };
}

/** Asks about anybody, in the namespace of the request. */
export function createLocalAccessReviewHandlers(authorizer: Deciding): ResourceHandlers<AccessReview> {
  return {
    create: async ({ info }, review) => {
      const spec = specOf(review);
      const question = readQuestion('LocalSubjectAccessReview', spec, [...subjectErrors(spec), ...placeErrors(spec, info.namespace)]);
      return answer(review, await ask(authorizer, subjectOf(spec), question));
    },
    schema: LOCAL_ACCESS_REVIEW,
  };
}

function specOf({ spec }: AccessReview): Spec {
  return isObject(spec) ? spec : {};
}

function subjectOf({ user, groups, uid }: Spec): Identity {
  return { user: textOf(user), groups: textsOf(groups), ...(textOf(uid) === '' ? {} : { uid: textOf(uid) }) };
}

function subjectErrors(spec: Spec): readonly FieldError[] {
  const { user, groups } = subjectOf(spec);
  if (user !== '' || groups.length > 0) return [];
  return [{ type: 'Invalid', field: 'spec.user', value: '', detail: 'at least one of user or group must be specified' }];
}

function placeErrors({ resourceAttributes: resource, nonResourceAttributes: path }: Spec, namespace: string): readonly FieldError[] {
  const field = 'spec.resourceAttributes.namespace';
  const asked = isObject(resource) ? textOf(resource['namespace']) : namespace;
  return [
    ...(asked === namespace ? [] : [{ type: 'Invalid', field, value: asked, detail: 'must match metadata.namespace' } as const]),
    ...(isObject(path)
      ? [{ type: 'Invalid', field: 'spec.nonResourceAttributes', value: path, detail: 'disallowed on this kind of request' } as const]
      : []),
  ];
}

function answer({ kind, apiVersion, spec }: AccessReview, { allowed, reason }: AccessDecision): AccessReview {
  return { kind, apiVersion, metadata: {}, spec, status: { allowed, ...(reason === '' ? {} : { reason }) } };
}
