/** Many small rules as few, for people to read (Kubernetes `registry/rbac/validation` CompactRules). */
import type { PolicyRule } from './types.ts';

/** Rules that differ in their verbs alone become one, if they are of one resource and at most one name. They allow the same as before. */
export function compactRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const simple = new Map<string, { readonly rule: PolicyRule; readonly verbs: Set<string> }>();
  const others: PolicyRule[] = [];
  for (const rule of rules) {
    if (!isSimple(rule)) {
      others.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
    const known = simple.get(key) ?? { rule, verbs: new Set<string>() };
    for (const verb of rule.verbs) known.verbs.add(verb);
    simple.set(key, known);
  }
  return [...others, ...[...simple.values()].map(({ rule, verbs }) => ({ ...rule, verbs: [...verbs] }))];
}

function isSimple({ apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): boolean {
  return apiGroups.length === 1 && resources.length === 1 && resourceNames.length <= 1 && nonResourceURLs.length === 0;
}

/** A rule as messages about escalation spell it: `{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`. */
export function describeRule({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['APIGroups', apiGroups],
    ['Resources', resources],
    ['NonResourceURLs', nonResourceURLs],
    ['ResourceNames', resourceNames],
    ['Verbs', verbs],
  ];
  const shown = parts.filter(([, values]) => values.length > 0);
  return `{${shown.map(([name, values]) => `${name}:[${values.map((value) => JSON.stringify(value)).join(' ')}]`).join(', ')}}`;
}
