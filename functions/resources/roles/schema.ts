/** Fields of Role and ClusterRole (rbac.authorization.k8s.io/v1), described in our own words. */
import type { FieldSchema, KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';

export const RBAC_V1 = 'io.k8s.api.rbac.v1';
export const RBAC_KIND = { group: 'rbac.authorization.k8s.io', version: 'v1', isBuiltIn: true } as const;

const texts = (description: string): FieldSchema => ({ description, value: { list: 'string' } });

const RULE: ObjectSchema = {
  name: `${RBAC_V1}.PolicyRule`,
  description: 'Some verbs on some resources, or on some paths that are no resource.',
  required: ['verbs'],
  fields: {
    verbs: texts('What may be done, e.g. get; * stands for everything.'),
    apiGroups: texts('Groups of the resources; "" is the core group, * stands for all.'),
    resources: texts('Resources, e.g. imagestreams or imagestreams/layers; * stands for all of the groups.'),
    resourceNames: texts('Only objects of these names. Empty: all of them.'),
    nonResourceURLs: texts('Paths that are no resource, with a * at their end for whatever follows. Of cluster roles alone.'),
  },
};

const rules: FieldSchema = { description: 'What the role allows.', value: { list: RULE } };

const REQUIREMENT: ObjectSchema = {
  name: 'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement',
  description: 'What is asked of one label.',
  required: ['key', 'operator'],
  fields: {
    key: { description: 'Key of the label.', value: 'string' },
    operator: { description: 'In, NotIn, Exists or DoesNotExist.', value: 'string' },
    values: texts('Values the label is to have, or not to have.'),
  },
};

const LABEL_SELECTOR: ObjectSchema = {
  name: 'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector',
  description: 'Selects objects by their labels: all that is asked has to hold.',
  isAtomic: true,
  fields: {
    matchLabels: { description: 'Labels with their values.', value: { map: 'string' } },
    matchExpressions: { description: 'More that is asked of labels.', value: { list: REQUIREMENT } },
  },
};

const AGGREGATION_RULE: ObjectSchema = {
  name: `${RBAC_V1}.AggregationRule`,
  description: 'Where the rules of the role come from.',
  fields: {
    clusterRoleSelectors: {
      description: 'A cluster role that one of them selects lends its rules.',
      value: { list: LABEL_SELECTOR },
    },
  },
};

export const ROLE: KindSchema = kindSchema({
  ...RBAC_KIND,
  kind: 'Role',
  ownable: ['rules'],
  name: `${RBAC_V1}.Role`,
  description: 'What may be done in a namespace by whoever a binding gives the role to.',
  fields: { rules },
});

export const CLUSTER_ROLE: KindSchema = kindSchema({
  ...RBAC_KIND,
  kind: 'ClusterRole',
  ownable: ['rules', 'aggregationRule'],
  name: `${RBAC_V1}.ClusterRole`,
  description: 'What may be done everywhere, or in the namespace of the binding that gives the role.',
  fields: {
    rules,
    aggregationRule: {
      description: 'Gathers the rules of other cluster roles: those of its own then count for nothing.',
      value: AGGREGATION_RULE,
    },
  },
});
