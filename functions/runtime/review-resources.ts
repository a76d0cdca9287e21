/** Who am I and what may I, or others: questions that only the authorizer is asked for. */
import type { RbacAuthorizer } from '../access/policy/rbac-authorizer.ts';
import {
  createAccessReviewHandlers,
  createLocalAccessReviewHandlers,
  createSubjectAccessReviewHandlers,
} from '../resources/reviews/access-reviews.ts';
import { createLocalResourceReviewHandlers, createResourceReviewHandlers } from '../resources/reviews/resource-access-review.ts';
import { createRulesReviewHandlers } from '../resources/reviews/rules-review.ts';
import { SELF_REVIEW_BETA } from '../resources/reviews/schema.ts';
import { selfSubjectReviewHandlers, userHandlers } from '../resources/reviews/self-subject-review.ts';
import { createLocalSubjectReviewHandlers, createSubjectReviewHandlers } from '../resources/reviews/subject-access-review.ts';
import type { Resources } from './http-function.ts';

export function composeReviewResources(authorizer: RbacAuthorizer): Resources {
  return {
    'user.openshift.io/v1/users': userHandlers,
    'authentication.k8s.io/v1/selfsubjectreviews': selfSubjectReviewHandlers,
    'authentication.k8s.io/v1beta1/selfsubjectreviews': { ...selfSubjectReviewHandlers, schema: SELF_REVIEW_BETA },
    'authorization.k8s.io/v1/selfsubjectaccessreviews': createAccessReviewHandlers(authorizer),
    'authorization.k8s.io/v1/selfsubjectrulesreviews': createRulesReviewHandlers(authorizer),
    'authorization.k8s.io/v1/subjectaccessreviews': createSubjectAccessReviewHandlers(authorizer),
    'authorization.k8s.io/v1/localsubjectaccessreviews': createLocalAccessReviewHandlers(authorizer),
    'authorization.openshift.io/v1/subjectaccessreviews': createSubjectReviewHandlers(authorizer),
    'authorization.openshift.io/v1/localsubjectaccessreviews': createLocalSubjectReviewHandlers(authorizer),
    'authorization.openshift.io/v1/resourceaccessreviews': createResourceReviewHandlers(authorizer),
    'authorization.openshift.io/v1/localresourceaccessreviews': createLocalResourceReviewHandlers(authorizer),
  };
}
