/** Everything I may: authorization.k8s.io/v1 selfsubjectrulesreviews, as `kubectl auth can-i --list` asks. */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import { isObject } from '../../kubernetes/object-meta.ts';
import { type MessageSchema, OBJECT_META } from '../../kubernetes/protobuf.ts';
import { badRequest } from '../../kubernetes/status.ts';
import type { RuleResolver } from '../ports.ts';
import { textOf } from './access-question.ts';
import type { AccessReview } from './access-reviews.ts';
import { RULES_REVIEW } from './schema.ts';

const MESSAGE: MessageSchema = {
  1: { name: 'metadata', type: 'message', fields: OBJECT_META },
  2: { name: 'spec', type: 'message', fields: { 1: { name: 'namespace', type: 'string' } } },
};

export function createRulesReviewHandlers(authorizer: RuleResolver): ResourceHandlers<AccessReview> {
  return {
    create: async ({ identity }, { kind, apiVersion, spec }) => {
      const namespace = isObject(spec) ? textOf(spec['namespace']) : '';
      if (namespace === '') throw new ApiError(badRequest('no namespace on request'));
      const rules = await authorizer.rulesFor(identity, namespace);
      const resourceRules = rules
        .filter(({ resources }) => resources.length > 0)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({
          verbs,
          apiGroups,
          resources,
          ...(resourceNames.length === 0 ? {} : { resourceNames }),
        }));
      const nonResourceRules = rules
        .filter(({ nonResourceURLs }) => nonResourceURLs.length > 0)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
      return { kind, apiVersion, metadata: {}, spec, status: { resourceRules, nonResourceRules, incomplete: false } };
    },
    protobuf: MESSAGE,
    schema: RULES_REVIEW,
  };
}
