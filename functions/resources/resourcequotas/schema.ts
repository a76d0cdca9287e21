/** Fields of ResourceQuota (core `v1`), described in our own words. */
import type { FieldSchema, KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { type MessageSchema, OBJECT_META } from '../../kubernetes/protobuf.ts';
import { CORE_V1 } from '../namespaces/schema.ts';

const amounts = (description: string): FieldSchema => ({ description, value: { map: 'Quantity' } });

const REQUIREMENT: ObjectSchema = {
  name: `${CORE_V1}.ScopedResourceSelectorRequirement`,
  description: 'One condition on a scope.',
  required: ['scopeName', 'operator'],
  fields: {
    scopeName: { description: 'Name of the scope.', value: 'string' },
    operator: { description: 'In, NotIn, Exists or DoesNotExist.', value: 'string' },
    values: { description: 'Values for In and NotIn.', value: { list: 'string' } },
  },
};

const SELECTOR: ObjectSchema = {
  name: `${CORE_V1}.ScopeSelector`,
  description: 'Which pods a quota is about.',
  isAtomic: true,
  fields: { matchExpressions: { description: 'All of them have to hold.', value: { list: REQUIREMENT } } },
};

const SPEC: ObjectSchema = {
  name: `${CORE_V1}.ResourceQuotaSpec`,
  description: 'What a namespace may hold at most.',
  fields: {
    hard: amounts(
      'The most of each resource. openshift.io/imagestreams and count/imagestreams.image.openshift.io are enforced here, others are kept only.',
    ),
    scopes: { description: 'Pods the quota is about; with scopes it counts no image streams.', value: { list: 'string' } },
    scopeSelector: { description: 'Likewise.', value: SELECTOR },
  },
};

const STATUS: ObjectSchema = {
  name: `${CORE_V1}.ResourceQuotaStatus`,
  description: 'What the namespace holds, as of now.',
  fields: { hard: amounts('The most of each resource.'), used: amounts('How much there is of those that are enforced.') },
};

export const RESOURCE_QUOTA: KindSchema = kindSchema({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  isBuiltIn: true,
  ownable: ['spec'],
  name: `${CORE_V1}.ResourceQuota`,
  description: 'How much a namespace may hold. Of several quotas each counts.',
  fields: {
    spec: { description: 'The limits.', value: SPEC },
    status: { description: 'The limits and what counts against them.', value: STATUS },
  },
});

/** As `kubectl create quota` ≥ 1.32 sends it (clients-on-the-wire.md §3.2). */
export const RESOURCE_QUOTA_MESSAGE: MessageSchema = {
  1: { name: 'metadata', type: 'message', fields: OBJECT_META },
  2: {
    name: 'spec',
    type: 'message',
    fields: {
      1: { name: 'hard', type: 'quantityMap' },
      2: { name: 'scopes', type: 'string', repeated: true },
      3: {
        name: 'scopeSelector',
        type: 'message',
        fields: {
          1: {
            name: 'matchExpressions',
            type: 'message',
            repeated: true,
            fields: {
              1: { name: 'scopeName', type: 'string' },
              2: { name: 'operator', type: 'string' },
              3: { name: 'values', type: 'string', repeated: true },
            },
          },
        },
      },
    },
  },
};
