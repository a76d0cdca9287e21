/** Does a rule allow a request (Kubernetes `apis/rbac/v1` evaluation helpers). Everything is compared letter by letter: RBAC knows no case. */
import type { ResourceRequest, RuleRequest } from './request.ts';
import type { PolicyRule } from './types.ts';

export function ruleAllows(rule: PolicyRule, request: RuleRequest): boolean {
  if (!includesOrStar(rule.verbs, request.verb)) return false;
  if ('path' in request) return rule.nonResourceURLs.some((pattern) => pathMatches(pattern, request.path));
  return (
    includesOrStar(rule.apiGroups, request.group) &&
    rule.resources.some((pattern) => resourceMatches(pattern, request)) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(request.name))
  );
}

/** A `*` at the end stands for whatever follows, nowhere else for anything. */
export function pathMatches(pattern: string, path: string): boolean {
  return pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, '')));
}

/** The resource alone does not stand for its subresources; `*` stands for all of them, `*` + `/sub` for that of every resource. */
function resourceMatches(pattern: string, { resource, subresource }: ResourceRequest): boolean {
  if (pattern === '*') return true;
  return subresource === '' ? pattern === resource : pattern === `${resource}/${subresource}` || pattern === `*/${subresource}`;
}

function includesOrStar(allowed: readonly string[], asked: string): boolean {
  return allowed.includes('*') || allowed.includes(asked);
}
