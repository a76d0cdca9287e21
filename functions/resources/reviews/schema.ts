/** Fields of the kinds by which callers ask about themselves (Kubernetes authentication/v1, authorization/v1; openshift/api user/v1), in our own words. */
import type { KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';

const AUTHENTICATION_V1 = 'io.k8s.api.authentication.v1';
const AUTHORIZATION_V1 = 'io.k8s.api.authorization.v1';
const authorization = { group: 'authorization.k8s.io', version: 'v1', isBuiltIn: true } as const;

const USER_INFO: ObjectSchema = {
  name: `${AUTHENTICATION_V1}.UserInfo`,
  description: 'A caller.',
  fields: {
    username: { description: 'Name of the caller.', value: 'string' },
    uid: { description: 'Identity of the caller over all time.', value: 'string' },
    groups: { description: 'Groups the caller is in.', value: { list: 'string' } },
    extra: { description: 'What else the way of logging in knows of the caller.', value: { map: { list: 'string' } } },
  },
};

const SELF_STATUS: ObjectSchema = {
  name: `${AUTHENTICATION_V1}.SelfSubjectReviewStatus`,
  description: 'The answer.',
  fields: { userInfo: { description: 'The caller.', value: USER_INFO } },
};

/** v1beta1 is for kubectl 1.27. */
const selfReview = (version: 'v1' | 'v1beta1') =>
  kindSchema({
    group: 'authentication.k8s.io',
    version,
    kind: 'SelfSubjectReview',
    isBuiltIn: true,
    name: `io.k8s.api.authentication.${version}.SelfSubjectReview`,
    description: 'Asks who the caller is. It is not stored.',
    fields: { status: { description: 'The answer.', value: SELF_STATUS } },
  });

export const SELF_REVIEW: KindSchema = selfReview('v1');
export const SELF_REVIEW_BETA: KindSchema = selfReview('v1beta1');

const RESOURCE: ObjectSchema = {
  name: `${AUTHORIZATION_V1}.ResourceAttributes`,
  description: 'A request for a resource.',
  fields: {
    namespace: { description: 'Namespace of the request; empty for all, and for resources that have none.', value: 'string' },
    verb: { description: 'What is to be done, e.g. get.', value: 'string' },
    group: { description: 'Group of the resource.', value: 'string' },
    version: { description: 'Version of the group.', value: 'string' },
    resource: { description: 'The resource, e.g. imagestreams.', value: 'string' },
    subresource: { description: 'Part of the resource, e.g. layers.', value: 'string' },
    name: { description: 'Name of the object; empty for all.', value: 'string' },
  },
};

const NON_RESOURCE: ObjectSchema = {
  name: `${AUTHORIZATION_V1}.NonResourceAttributes`,
  description: 'A request for a path outside the resources.',
  fields: {
    path: { description: 'The path.', value: 'string' },
    verb: { description: 'What is to be done, e.g. get.', value: 'string' },
  },
};

const ACCESS_SPEC: ObjectSchema = {
  name: `${AUTHORIZATION_V1}.SelfSubjectAccessReviewSpec`,
  description: 'The question. Exactly one of its fields is set.',
  fields: {
    resourceAttributes: { description: 'A request for a resource.', value: RESOURCE },
    nonResourceAttributes: { description: 'A request for a path outside the resources.', value: NON_RESOURCE },
  },
};

const ACCESS_STATUS: ObjectSchema = {
  name: `${AUTHORIZATION_V1}.SubjectAccessReviewStatus`,
  description: 'The answer.',
  required: ['allowed'],
  fields: {
    allowed: { description: 'True when the caller may.', value: 'bool' },
    denied: { description: 'True when something forbids it, whatever else allows it.', value: 'bool' },
    reason: { description: 'Why, in words for people.', value: 'string' },
    evaluationError: { description: 'What went wrong while finding out.', value: 'string' },
  },
};

const SUBJECT_SPEC: ObjectSchema = {
  name: `${AUTHORIZATION_V1}.SubjectAccessReviewSpec`,
  description: 'The question: one of resourceAttributes and nonResourceAttributes, about a user or groups.',
  fields: {
    ...ACCESS_SPEC.fields,
    user: { description: 'Who is to do it.', value: 'string' },
    groups: { description: 'Groups that somebody is in.', value: { list: 'string' } },
    uid: { description: 'Identity of the user over all time.', value: 'string' },
    extra: { description: 'Not looked at.', value: { map: { list: 'string' } } },
  },
};

const accessReview = (kind: string, description: string, spec: ObjectSchema): KindSchema =>
  kindSchema({
    ...authorization,
    kind,
    name: `${AUTHORIZATION_V1}.${kind}`,
    description: `${description} It is not stored.`,
    required: ['spec'],
    fields: {
      spec: { description: 'The question.', value: spec },
      status: { description: 'The answer.', value: ACCESS_STATUS },
    },
  });

export const ACCESS_REVIEW = accessReview('SelfSubjectAccessReview', 'Asks whether the caller may do something.', ACCESS_SPEC);
export const SUBJECT_ACCESS_REVIEW = accessReview('SubjectAccessReview', 'Asks whether somebody may do something.', SUBJECT_SPEC);
export const LOCAL_ACCESS_REVIEW = accessReview(
  'LocalSubjectAccessReview',
  'Asks whether somebody may do something in a namespace.',
  SUBJECT_SPEC,
);

const RULES_SPEC: ObjectSchema = {
  name: `${AUTHORIZATION_V1}.SelfSubjectRulesReviewSpec`,
  description: 'The question.',
  fields: { namespace: { description: 'Namespace that is asked about.', value: 'string' } },
};

const RESOURCE_RULE: ObjectSchema = {
  name: `${AUTHORIZATION_V1}.ResourceRule`,
  description: 'What may be done with some resources.',
  required: ['verbs'],
  fields: {
    verbs: { description: 'What may be done.', value: { list: 'string' } },
    apiGroups: { description: 'Groups of the resources.', value: { list: 'string' } },
    resources: { description: 'The resources.', value: { list: 'string' } },
    resourceNames: { description: 'Names of the objects; all when empty.', value: { list: 'string' } },
  },
};

const NON_RESOURCE_RULE: ObjectSchema = {
  name: `${AUTHORIZATION_V1}.NonResourceRule`,
  description: 'What may be done with some paths.',
  required: ['verbs'],
  fields: {
    verbs: { description: 'What may be done.', value: { list: 'string' } },
    nonResourceURLs: { description: 'The paths; a * at the end stands for anything.', value: { list: 'string' } },
  },
};

const RULES_STATUS: ObjectSchema = {
  name: `${AUTHORIZATION_V1}.SubjectRulesReviewStatus`,
  description: 'The answer.',
  required: ['resourceRules', 'nonResourceRules', 'incomplete'],
  fields: {
    resourceRules: { description: 'What the caller may do with resources.', value: { list: RESOURCE_RULE } },
    nonResourceRules: { description: 'What the caller may do with other paths.', value: { list: NON_RESOURCE_RULE } },
    incomplete: { description: 'True when there may be more.', value: 'bool' },
    evaluationError: { description: 'What went wrong while finding out.', value: 'string' },
  },
};

export const RULES_REVIEW: KindSchema = kindSchema({
  ...authorization,
  kind: 'SelfSubjectRulesReview',
  name: `${AUTHORIZATION_V1}.SelfSubjectRulesReview`,
  description: 'Asks for everything the caller may do in a namespace. It is not stored.',
  required: ['spec'],
  fields: {
    spec: { description: 'The question.', value: RULES_SPEC },
    status: { description: 'The answer.', value: RULES_STATUS },
  },
});

export const USER: KindSchema = kindSchema({
  group: 'user.openshift.io',
  version: 'v1',
  kind: 'User',
  isBuiltIn: true,
  name: 'com.github.openshift.api.user.v1.User',
  description: 'A caller. Whoever has a token exists, and asks for itself by the name ~.',
  required: ['groups'],
  fields: {
    fullName: { description: 'What people call the user.', value: 'string' },
    identities: { description: 'Ways the user logs in.', value: { list: 'string' } },
    groups: { description: 'Groups the user is in.', value: { list: 'string' } },
  },
});
