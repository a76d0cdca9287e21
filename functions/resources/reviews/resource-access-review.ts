/** Who may: authorization.openshift.io/v1 resourceaccessreviews and localresourceaccessreviews, as `oc policy who-can` asks. */
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import type { Authorizer, SubjectFinder } from '../ports.ts';
import type { Question } from './access-question.ts';
import { LOCAL_RESOURCE_REVIEW, RESOURCE_REVIEW } from './openshift-review-schemas.ts';
import { OPENSHIFT_AUTHORIZATION_GROUP, readAction, requireAccess, type ReviewedAction } from './reviewed-action.ts';

/** In a namespace it takes the right to ask there, besides that to ask at all. */
export function createResourceReviewHandlers(authorizer: Authorizer & SubjectFinder): ResourceHandlers<ReviewedAction> {
  return {
    async create(context, review) {
      const question = readAction('ResourceAccessReview', review);
      const needed = { verb: 'create', group: OPENSHIFT_AUTHORIZATION_GROUP, resource: 'localresourceaccessreviews' };
      await requireAccess(authorizer, context, { ...needed, namespace: namespaceOf(question) });
      return find(authorizer, review, question);
    },
    schema: RESOURCE_REVIEW,
  };
}

export function createLocalResourceReviewHandlers(authorizer: SubjectFinder): ResourceHandlers<ReviewedAction> {
  return {
    create: (context, review) => find(authorizer, review, readAction('LocalResourceAccessReview', review, context.info.namespace)),
    schema: LOCAL_RESOURCE_REVIEW,
  };
}

/** The response is another kind than the request; its misspelt field is upstream's. */
async function find(authorizer: SubjectFinder, { apiVersion }: ReviewedAction, question: Question): Promise<KubernetesObject> {
  const { users, groups } = await authorizer.subjectsWho(question);
  const answer = { namespace: namespaceOf(question), users: [...users].sort(), groups: [...groups].sort(), evalutionError: '' };
  return { kind: 'ResourceAccessReviewResponse', apiVersion, ...answer };
}

function namespaceOf(question: Question): string {
  return 'path' in question ? '' : (question.namespace ?? '');
}
