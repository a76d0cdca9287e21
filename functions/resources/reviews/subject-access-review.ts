/**
 * May somebody: authorization.openshift.io/v1 subjectaccessreviews, by which `oc login` and `oc status` ask about the caller, and
 * localsubjectaccessreviews.
 */
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import type { Identity } from '../../kubernetes/types.ts';
import type { AccessAttributes, AccessDecision, Authorizer, PathAuthorizer } from '../ports.ts';
import { ask, AUTHORIZATION_GROUP, type Question } from './access-question.ts';
import { LOCAL_SUBJECT_REVIEW, SUBJECT_REVIEW } from './openshift-review-schemas.ts';
import { OPENSHIFT_AUTHORIZATION_GROUP, readAction, requireAccess, type ReviewedAction } from './reviewed-action.ts';

/** The question; its answer has fields of its own. */
export interface SubjectReview extends ReviewedAction {
  /** Neither: the caller. */
  readonly user?: string;
  readonly groups?: readonly string[] | null;
}

type Deciding = Authorizer & PathAuthorizer;

/**
 * Asks access itself: about oneself anybody asks who may ask for a selfsubjectaccessreview, about others it takes the right to ask, and in the
 * namespace asked about the right to ask there. Both are looked at in that namespace, where upstream first wants the former at the cluster scope.
 */
export function createSubjectReviewHandlers(authorizer: Deciding): ResourceHandlers<SubjectReview> {
  return {
    async create(context, review) {
      const question = readAction('SubjectAccessReview', review);
      for (const needed of neededToAsk(review, question)) await requireAccess(authorizer, context, needed);
      return decide(authorizer, context, review, question);
    },
    schema: SUBJECT_REVIEW,
  };
}

export function createLocalSubjectReviewHandlers(authorizer: Deciding): ResourceHandlers<SubjectReview> {
  return {
    create: (context, review) => {
      const question = readAction('LocalSubjectAccessReview', review, context.info.namespace);
      return decide(authorizer, context, review, question);
    },
    schema: LOCAL_SUBJECT_REVIEW,
  };
}

function neededToAsk(review: SubjectReview, question: Question): readonly AccessAttributes[] {
  const create = { verb: 'create', namespace: 'path' in question ? '' : (question.namespace ?? '') };
  if (isAboutCaller(review)) return [{ ...create, group: AUTHORIZATION_GROUP, resource: 'selfsubjectaccessreviews' }];
  const theirs = { verb: 'create', group: OPENSHIFT_AUTHORIZATION_GROUP, resource: 'subjectaccessreviews' };
  return [theirs, { ...create, group: OPENSHIFT_AUTHORIZATION_GROUP, resource: 'localsubjectaccessreviews' }];
}

async function decide(authorizer: Deciding, context: RequestContext, review: SubjectReview, question: Question): Promise<SubjectReview> {
  const { allowed, reason }: AccessDecision = await ask(authorizer, subjectOf(context.identity, review), question);
  const namespace = 'path' in question ? '' : (question.namespace ?? '');
  const answer = { namespace, allowed, ...(reason === '' ? {} : { reason }) };
  return { kind: 'SubjectAccessReviewResponse', apiVersion: review.apiVersion, ...answer };
}

function isAboutCaller({ user, groups }: SubjectReview): boolean {
  return (user ?? '') === '' && (groups ?? []).length === 0;
}

function subjectOf(caller: Identity, review: SubjectReview): Identity {
  return isAboutCaller(review) ? caller : { user: review.user ?? '', groups: review.groups ?? [] };
}
