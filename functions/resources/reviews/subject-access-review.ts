/** May somebody: authorization.openshift.io/v1 subjectaccessreviews, by which `oc login` and `oc status` ask whether the caller may have projects. */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { badRequest } from '../../kubernetes/status.ts';
import type { Identity, KubernetesObject } from '../../kubernetes/types.ts';
import type { AccessDecision, Authorizer } from '../ports.ts';
import { SUBJECT_REVIEW } from './subject-review-schema.ts';

/** The question; its answer has fields of its own. */
export interface SubjectReview extends KubernetesObject {
  readonly namespace?: string;
  readonly verb?: string;
  readonly resourceAPIGroup?: string;
  /** `imagestreams/layers` names a subresource. */
  readonly resource?: string;
  readonly resourceName?: string;
  readonly isNonResourceURL?: boolean;
  /** Neither: the caller. */
  readonly user?: string;
  readonly groups?: readonly string[] | null;
}

export function createSubjectReviewHandlers(authorizer: Authorizer): ResourceHandlers<SubjectReview> {
  return {
    async create(context, review) {
      const { allowed, reason } = await decide(authorizer, context, review);
      const answer = { namespace: review.namespace ?? '', allowed, ...(reason === '' ? {} : { reason }) };
      return { kind: 'SubjectAccessReviewResponse', apiVersion: review.apiVersion, ...answer };
    },
    schema: SUBJECT_REVIEW,
  };
}

/** Throws ApiError 400 for a review without a question. */
async function decide(authorizer: Authorizer, context: RequestContext, review: SubjectReview): Promise<AccessDecision> {
  const { namespace = '', verb = '', resourceAPIGroup: group = '', resource = '', resourceName: name = '' } = review;
  // Discovery is public, and there is nothing else.
  if (review.isNonResourceURL === true) return { allowed: verb === 'get', reason: '' };
  if (verb === '' || resource === '') throw new ApiError(badRequest('a subject access review needs verb and resource'));
  const [main = '', subresource = ''] = resource.split('/');
  return authorizer.authorize(subjectOf(context.identity, review), { verb, group, resource: main, subresource, namespace, name });
}

function subjectOf(caller: Identity, { user, groups }: SubjectReview): Identity {
  const isCaller = (user ?? '') === '' && (groups ?? []).length === 0;
  return isCaller ? caller : { user: user ?? '', groups: groups ?? [] };
}
