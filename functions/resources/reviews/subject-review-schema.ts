/** Fields of SubjectAccessReview (openshift/api authorization/v1), described in our own words. */
import type { KindSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';

export const SUBJECT_REVIEW: KindSchema = kindSchema({
  group: 'authorization.openshift.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  isBuiltIn: true,
  name: 'com.github.openshift.api.authorization.v1.SubjectAccessReview',
  description: 'Asks whether somebody may do something. It is not stored.',
  fields: {
    namespace: { description: 'Namespace of the request; empty for all, and for resources that have none.', value: 'string' },
    verb: { description: 'What is to be done, e.g. get.', value: 'string' },
    resourceAPIGroup: { description: 'Group of the resource.', value: 'string' },
    resourceAPIVersion: { description: 'Version of the group.', value: 'string' },
    resource: { description: 'The resource, and after a slash a part of it.', value: 'string' },
    resourceName: { description: 'Name of the object; empty for all.', value: 'string' },
    path: { description: 'The path, when it is no resource.', value: 'string' },
    isNonResourceURL: { description: 'True when a path is asked for.', value: 'bool' },
    content: { description: 'Not looked at.', value: 'any' },
    user: { description: 'Who is to do it; the caller when neither user nor groups are given.', value: 'string' },
    groups: { description: 'Groups that somebody is in.', value: { list: 'string' } },
    scopes: { description: 'Not looked at.', value: { list: 'string' } },
  },
});
