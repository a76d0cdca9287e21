/** What a role must be (kubernetes `apis/rbac/validation`). */
import type { StoredRole } from '../../access/ports.ts';
import { checkLabelKey, checkLabelValue } from '../../kubernetes/label-names.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import type { LabelSelector, PolicyRule } from '../../rbac/types.ts';
import { validatePathName } from '../validate-object-name.ts';

export function validateRole(role: StoredRole): readonly FieldError[] {
  return [...validatePathName(role), ...validateRules(role.rules, { isNamespaced: true })];
}

export function validateClusterRole(role: StoredRole): readonly FieldError[] {
  const { rules, aggregationRule } = role;
  const field = 'aggregationRule.clusterRoleSelectors';
  const selectors = aggregationRule?.clusterRoleSelectors ?? [];
  const detail = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
  return [
    ...validatePathName(role),
    ...validateRules(rules, { isNamespaced: false }),
    ...(aggregationRule !== undefined && selectors.length === 0 ? [{ type: 'Required', field, detail } as const] : []),
    ...selectors.flatMap((selector, index) => validateSelector(selector, `${field}[${index}]`)),
  ];
}

interface Scope {
  readonly isNamespaced: boolean;
}

function validateRules(rules: readonly PolicyRule[], scope: Scope): readonly FieldError[] {
  return rules.flatMap((rule, index) => validateRule(rule, scope, `rules[${index}]`));
}

function validateRule(rule: PolicyRule, { isNamespaced }: Scope, path: string): readonly FieldError[] {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule;
  const errors: FieldError[] = [];
  const require = (values: readonly string[], field: string, detail: string) => {
    if (values.length === 0) errors.push({ type: 'Required', field: `${path}.${field}`, detail });
  };
  require(verbs, 'verbs', 'verbs must contain at least one value');
  if (nonResourceURLs.length > 0) {
    const refuse = (detail: string) => errors.push({ type: 'Invalid', field: `${path}.nonResourceURLs`, value: nonResourceURLs, detail });
    if (isNamespaced) refuse('namespaced rules cannot apply to non-resource URLs');
    const hasResources = apiGroups.length + resources.length + resourceNames.length > 0;
    if (hasResources) refuse('rules cannot apply to both regular resources and non-resource URLs');
    return errors;
  }
  require(apiGroups, 'apiGroups', 'resource rules must supply at least one api group');
  require(resources, 'resources', 'resource rules must supply at least one resource');
  return errors;
}

function validateSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector, path: string): readonly FieldError[] {
  const field = `${path}.matchLabels`;
  return [
    ...Object.entries(matchLabels).flatMap(([key, value]) => [...checkKey(field, key), ...checkValue(field, value)]),
    ...matchExpressions.flatMap(({ key, operator, values = [] }, index) => {
      const inner = `${path}.matchExpressions[${index}]`;
      return [
        ...validateOperator(operator, values, inner),
        ...checkKey(`${inner}.key`, key),
        ...values.flatMap((value, at) => checkValue(`${inner}.values[${at}]`, value)),
      ];
    }),
  ];
}

function validateOperator(operator: string, values: readonly string[], path: string): readonly FieldError[] {
  const field = `${path}.values`;
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0 ? [] : [{ type: 'Required', field, detail: "must be specified when `operator` is 'In' or 'NotIn'" }];
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [{ type: 'Forbidden', field, detail: "may not be specified when `operator` is 'Exists' or 'DoesNotExist'" }];
    default:
      return [{ type: 'Invalid', field: `${path}.operator`, value: operator, detail: 'not a valid selector operator' }];
  }
}

function checkKey(field: string, value: string): readonly FieldError[] {
  return checkLabelKey(value).map((detail) => ({ type: 'Invalid', field, value, detail }));
}

function checkValue(field: string, value: string): readonly FieldError[] {
  return checkLabelValue(value).map((detail) => ({ type: 'Invalid', field, value, detail }));
}
