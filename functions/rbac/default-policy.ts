/** What the policy everybody begins with is made of. */
import type { AggregationRule, PolicyRule, RoleRef, Subject } from './types.ts';

/** A role that exists without being stored. */
export interface DefaultRole {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Empty where `aggregationRule` gathers them. */
  readonly rules: readonly PolicyRule[];
  readonly aggregationRule?: AggregationRule;
}

/** A binding that exists without being stored. */
export interface DefaultBinding {
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly roleRef: RoleRef;
  readonly subjects: readonly Subject[];
}

export const RBAC_GROUP = 'rbac.authorization.k8s.io';
const DESCRIPTION = 'openshift.io/description';

export interface RoleOptions {
  readonly description?: string;
  /** Labels, all of them with the value "true". */
  readonly lentTo?: readonly string[];
}

export function defaultRole(name: string, rules: readonly PolicyRule[], { description, lentTo = [] }: RoleOptions = {}): DefaultRole {
  const annotations: DefaultRole['annotations'] = description === undefined ? {} : { [DESCRIPTION]: description };
  return { name, labels: Object.fromEntries(lentTo.map((label) => [label, 'true'])), annotations, rules };
}

/** A role of the rules of all roles with one of the labels. */
export function aggregatedRole(name: string, labels: readonly string[], options: RoleOptions = {}): DefaultRole {
  const clusterRoleSelectors = labels.map((label) => ({ matchLabels: { [label]: 'true' } }));
  return { ...defaultRole(name, [], options), aggregationRule: { clusterRoleSelectors } };
}

export function clusterRoleBinding(name: string, role: string, ...subjects: readonly Subject[]): DefaultBinding {
  return { name, annotations: {}, roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: role }, subjects };
}

/** With words for people. */
export function described(binding: DefaultBinding, description: string): DefaultBinding {
  return { ...binding, annotations: { [DESCRIPTION]: description } };
}

export function group(name: string): Subject {
  return { kind: 'Group', apiGroup: RBAC_GROUP, name, namespace: '' };
}

export function user(name: string): Subject {
  return { kind: 'User', apiGroup: RBAC_GROUP, name, namespace: '' };
}

export function serviceAccount(namespace: string, name: string): Subject {
  return { kind: 'ServiceAccount', apiGroup: '', name, namespace };
}
