/** What an aggregated cluster role allows: the rules of the roles it selects (Kubernetes `clusterroleaggregation` controller), found when it is read. */
import type { AggregationRule, LabelSelector, PolicyRule } from './types.ts';

/** A cluster role, stored or default. */
export interface LendingRole {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly rules: readonly PolicyRule[];
  readonly aggregationRule?: AggregationRule;
}

/**
 * The rules `role` has, each once: its own, or those of the roles of `all` it selects, which may be aggregated themselves; circles add nothing.
 * Rules that are stored with an aggregated role do not count.
 */
export function gatherRules(role: LendingRole, all: readonly LendingRole[]): readonly PolicyRule[] {
  const byName = [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rules = new Map<string, PolicyRule>();
  const seen = new Set<string>();
  const visit = ({ name, rules: own, aggregationRule }: LendingRole): void => {
    if (seen.has(name)) return;
    seen.add(name);
    if (aggregationRule === undefined) {
      for (const rule of own) rules.set(keyOf(rule), rules.get(keyOf(rule)) ?? rule);
      return;
    }
    for (const selector of aggregationRule.clusterRoleSelectors) {
      byName.filter(({ labels }) => selects(selector, labels)).forEach(visit);
    }
  };
  visit(role);
  return [...rules.values()];
}

function keyOf({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  return JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs]);
}

/** An empty selector selects everything. An operator nobody knows selects nothing. */
function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labelOf(labels, key) === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labelOf(labels, key);
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      if (operator === 'In') return value !== undefined && values.includes(value);
      return operator === 'NotIn' && (value === undefined || !values.includes(value));
    })
  );
}

function labelOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
