/** What an aggregated role allows: the rules of all cluster roles it selects, and of those they select (kubernetes `clusterroleaggregation`). */
import { selectorMatches } from './label-selector.ts';
import type { AggregationRule, PolicyRule } from './types.ts';

export interface GatheredRole {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of an aggregated role these count for nothing. */
  readonly rules: readonly PolicyRule[];
  readonly aggregationRule?: AggregationRule;
}

/** `roles`: every cluster role. No rule twice; in the order of the roles' names. */
export function gatherRules(role: GatheredRole, roles: readonly GatheredRole[]): readonly PolicyRule[] {
  if (role.aggregationRule === undefined) return role.rules;
  const reached = new Set([role.name]);
  const waiting: GatheredRole[] = [role];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const selectors = next.aggregationRule?.clusterRoleSelectors ?? [];
    for (const other of roles) {
      if (reached.has(other.name) || !selectors.some((selector) => selectorMatches(selector, other.labels))) continue;
      reached.add(other.name);
      waiting.push(other);
    }
  }
  const lending = roles.filter(({ name, aggregationRule }) => reached.has(name) && aggregationRule === undefined);
  const rules = [...lending].sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((each) => each.rules);
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}
