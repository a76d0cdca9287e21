/** Does who holds these rules hold those as well: what escalation prevention asks (`component-helpers/auth/rbac/validation` Covers). */
import { pathMatches } from './allows.ts';
import type { PolicyRule } from './types.ts';

/** Of all rules together; those beyond are compared as wholes: a short body can spell millions of combinations. */
const MOST_COMBINATIONS = 20_000;

/**
 * The part of `wanted` that `owned` does not allow, each of one verb and one resource (and name) or path; empty when all of it is allowed. It
 * is exact where one rule of `owned` allows a combination as a whole, as upstream's is: what only several rules together allow is missing.
 */
export function uncoveredRules(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  let left = MOST_COMBINATIONS;
  return wanted.flatMap((rule) => {
    if (owned.some((owner) => covers(owner, rule))) return [];
    const combinations = countCombinations(rule);
    if (combinations > left) return [rule];
    left -= combinations;
    return breakDown(rule).filter((part) => !owned.some((owner) => covers(owner, part)));
  });
}

function countCombinations({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): number {
  return verbs.length * (apiGroups.length * resources.length * Math.max(resourceNames.length, 1) + nonResourceURLs.length);
}

/** Rules of one verb, one group, one resource and at most one name, or of one verb and one path, that allow the same together. */
function breakDown({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): readonly PolicyRule[] {
  const names = resourceNames.length === 0 ? [[]] : resourceNames.map((name) => [name]);
  const onResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) =>
        names.map((name) => ({ verbs: [verb], apiGroups: [group], resources: [resource], resourceNames: name, nonResourceURLs: [] })),
      ),
    ),
  );
  const onPaths = nonResourceURLs.flatMap((path) =>
    verbs.map((verb) => ({ verbs: [verb], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [path] })),
  );
  return [...onResources, ...onPaths];
}

function covers(owner: PolicyRule, rule: PolicyRule): boolean {
  const hasNames = owner.resourceNames.length === 0 || (rule.resourceNames.length > 0 && hasAll(owner.resourceNames, rule.resourceNames));
  return (
    hasAllOrStar(owner.verbs, rule.verbs) &&
    hasAllOrStar(owner.apiGroups, rule.apiGroups) &&
    rule.resources.every((resource) => coversResource(owner.resources, resource)) &&
    hasNames &&
    rule.nonResourceURLs.every((path) => owner.nonResourceURLs.some((pattern) => pathMatches(pattern, path)))
  );
}

function coversResource(owned: readonly string[], resource: string): boolean {
  if (owned.includes('*') || owned.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash !== -1 && owned.includes(`*${resource.slice(slash)}`);
}

function hasAllOrStar(owned: readonly string[], wanted: readonly string[]): boolean {
  return owned.includes('*') || hasAll(owned, wanted);
}

function hasAll(owned: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((entry) => owned.includes(entry));
}
