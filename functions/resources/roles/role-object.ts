/** rbac.authorization.k8s.io/v1 Role and ClusterRole: reading what a client sends, and showing what is stored. */
import type { StoredRole } from '../../access/ports.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import type { AggregationRule, LabelSelector, PolicyRule } from '../../rbac/types.ts';
import { viewMetadata } from '../plain-objects.ts';

export const RBAC_API_VERSION = 'rbac.authorization.k8s.io/v1';

/** Lists that are empty are left out, but for the verbs. */
export type WireRule = Partial<PolicyRule>;

export interface Role extends KubernetesObject {
  readonly rules: readonly WireRule[];
  readonly aggregationRule?: AggregationRule;
}

type Expression = NonNullable<LabelSelector['matchExpressions']>[number];
type Sent<T> = { readonly [Field in keyof T]?: T[Field] | null } | null;
type SentRole = KubernetesObject & {
  readonly rules?: readonly Sent<PolicyRule>[] | null;
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly Sent<LabelSelector>[] | null } | null;
};

/** Unknown fields are dropped. Types were checked against the schema; anything may be missing or null. */
export function decodeRole(body: unknown): Role {
  const { kind, apiVersion, metadata, rules, aggregationRule } = body as SentRole;
  const common = { kind, apiVersion, metadata, rules: (rules ?? []).map((rule) => viewRule(decodeRule(rule))) };
  if (aggregationRule === null || aggregationRule === undefined) return common;
  return { ...common, aggregationRule: { clusterRoleSelectors: (aggregationRule.clusterRoleSelectors ?? []).map(decodeSelector) } };
}

export function decodeRule(rule: Sent<PolicyRule>): PolicyRule {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule ?? {};
  return {
    verbs: verbs ?? [],
    apiGroups: apiGroups ?? [],
    resources: resources ?? [],
    resourceNames: resourceNames ?? [],
    nonResourceURLs: nonResourceURLs ?? [],
  };
}

/** Rules as they are shown, so that the same ones spelled otherwise are no change. */
export function foldRules(document: KubernetesObject): KubernetesObject {
  const { rules } = document as SentRole;
  return Array.isArray(rules) ? ({ ...document, rules: decodeRole(document).rules } as KubernetesObject) : document;
}

export function viewRole(kind: 'Role' | 'ClusterRole') {
  return (role: StoredRole): Role => ({
    kind,
    apiVersion: RBAC_API_VERSION,
    metadata: viewMetadata(role),
    rules: role.rules.map(viewRule),
    ...(role.aggregationRule === undefined ? {} : { aggregationRule: role.aggregationRule }),
  });
}

/** kubernetes has no columns of its own for it: these are those of every kind without. */
export const roleTable: TableDefinition<Role> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the role' },
    { name: 'Created At', type: 'date', description: 'When it was created' },
  ],
  cells: ({ metadata = {} }) => [metadata.name ?? '', metadata.creationTimestamp ?? ''],
};

function decodeSelector(selector: Sent<LabelSelector>): LabelSelector {
  const { matchLabels, matchExpressions } = selector ?? {};
  return {
    ...(matchLabels ? { matchLabels } : {}),
    ...(matchExpressions ? { matchExpressions: matchExpressions.map(decodeExpression) } : {}),
  };
}

function decodeExpression(expression: Sent<Expression>): Expression {
  const { key, operator, values } = expression ?? {};
  return { key: key ?? '', operator: operator ?? '', ...(values ? { values } : {}) };
}

function viewRule({ verbs, ...lists }: PolicyRule): WireRule {
  return { verbs, ...Object.fromEntries(Object.entries(lists).filter(([, values]) => values.length > 0)) };
}
