/** Policy as rbac.authorization.k8s.io/v1 has it. A list that is absent on the wire is empty here. */

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  /** `resource` or `resource/subresource`; `*`, `*` + `/subresource`. */
  readonly resources: readonly string[];
  /** Empty: whatever the name. */
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** Which role a binding gives. Never changes once the binding is there. */
export interface RoleRef {
  readonly apiGroup: string;
  readonly kind: 'Role' | 'ClusterRole';
  readonly name: string;
}

export interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  /** '' for service accounts. */
  readonly apiGroup: string;
  readonly name: string;
  /** Of service accounts alone; else ''. */
  readonly namespace: string;
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

export interface AggregationRule {
  /** A cluster role that matches one of them lends its rules. */
  readonly clusterRoleSelectors: readonly LabelSelector[];
}

/** Who a question is about. */
export interface PolicySubject {
  readonly user: string;
  readonly groups: readonly string[];
}
