/** Rules and requests out of few words, so that they often meet. */
import fc from 'fast-check';
import type { RuleRequest } from '../../functions/rbac/request.ts';
import type { PolicyRule } from '../../functions/rbac/types.ts';

const VERBS = ['get', 'list', 'update'];
const GROUPS = ['', 'image'];
const RESOURCES = ['streams', 'tags'];
const SUBRESOURCES = ['', 'layers', 'status'];
const NAMES = ['a', 'b'];
const PATHS = ['/api', '/api/v1', '/apis', '/healthz', '/'];

const some = (values: readonly string[]) => fc.uniqueArray(fc.constantFrom(...values), { maxLength: 3 });

export const ruleArbitrary: fc.Arbitrary<PolicyRule> = fc.record({
  verbs: some([...VERBS, '*']),
  apiGroups: some([...GROUPS, '*']),
  resources: some(['*', '*/layers', '*/status', ...RESOURCES, ...RESOURCES.map((resource) => `${resource}/layers`)]),
  resourceNames: fc.oneof(fc.constant([]), some(NAMES)),
  nonResourceURLs: fc.oneof(fc.constant([]), some([...PATHS, '*', '/api*', '/api/*', '/a**'])),
});

export const rulesArbitrary = fc.array(ruleArbitrary, { maxLength: 4 });

export const requestArbitrary: fc.Arbitrary<RuleRequest> = fc.oneof(
  fc.record({
    verb: fc.constantFrom(...VERBS),
    group: fc.constantFrom(...GROUPS),
    resource: fc.constantFrom(...RESOURCES),
    subresource: fc.constantFrom(...SUBRESOURCES),
    name: fc.constantFrom('', ...NAMES),
  }),
  fc.record({ verb: fc.constantFrom(...VERBS), path: fc.constantFrom(...PATHS) }),
);
