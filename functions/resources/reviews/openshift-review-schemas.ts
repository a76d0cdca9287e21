/** Fields of the access reviews of OpenShift (openshift/api authorization/v1), described in our own words. */
import type { KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';

const AUTHORIZATION_V1 = 'com.github.openshift.api.authorization.v1';

const ACTION: ObjectSchema['fields'] = {
  namespace: { description: 'Namespace of the request; empty for all, and for resources that have none.', value: 'string' },
  verb: { description: 'What is to be done, e.g. get.', value: 'string' },
  resourceAPIGroup: { description: 'Group of the resource.', value: 'string' },
  resourceAPIVersion: { description: 'Version of the group.', value: 'string' },
  resource: { description: 'The resource, and after a slash a part of it.', value: 'string' },
  resourceName: { description: 'Name of the object; empty for all.', value: 'string' },
  path: { description: 'The path, when it is no resource.', value: 'string' },
  isNonResourceURL: { description: 'True when a path is asked for.', value: 'bool' },
  content: { description: 'Not looked at.', value: 'any' },
};

const SUBJECT: ObjectSchema['fields'] = {
  user: { description: 'Who is to do it; the caller when neither user nor groups are given.', value: 'string' },
  groups: { description: 'Groups that somebody is in.', value: { list: 'string' } },
  scopes: { description: 'Not looked at.', value: { list: 'string' } },
};

export const SUBJECT_REVIEW = review('SubjectAccessReview', 'Asks whether somebody may do something.', { ...ACTION, ...SUBJECT });

export const LOCAL_SUBJECT_REVIEW = review('LocalSubjectAccessReview', 'Asks whether somebody may do something in a namespace.', {
  ...ACTION,
  ...SUBJECT,
});

export const RESOURCE_REVIEW = review('ResourceAccessReview', 'Asks who may do something.', ACTION);

export const LOCAL_RESOURCE_REVIEW = review('LocalResourceAccessReview', 'Asks who may do something in a namespace.', ACTION);

function review(kind: string, what: string, fields: ObjectSchema['fields']): KindSchema {
  const name = `${AUTHORIZATION_V1}.${kind}`;
  const description = `${what} It is not stored.`;
  return kindSchema({ group: 'authorization.openshift.io', version: 'v1', kind, isBuiltIn: true, name, description, fields });
}
