/** Fields of Namespace (core `v1`), described in our own words. */
import type { KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';

export const CORE_V1 = 'io.k8s.api.core.v1';

const SPEC: ObjectSchema = {
  name: `${CORE_V1}.NamespaceSpec`,
  description: 'How the namespace behaves.',
  fields: { finalizers: { description: 'What has to happen before the namespace may disappear.', value: { list: 'string' } } },
};

export const NAMESPACE_CONDITION: ObjectSchema = {
  name: `${CORE_V1}.NamespaceCondition`,
  description: 'What holds up the deletion of a namespace.',
  required: ['type', 'status'],
  fields: {
    type: { description: 'What is told.', value: 'string' },
    status: { description: 'True, False or Unknown.', value: 'string' },
    lastTransitionTime: { description: 'When the status last changed.', value: 'Time' },
    reason: { description: 'Why, in one word.', value: 'string' },
    message: { description: 'Why, in words for people.', value: 'string' },
  },
};

const STATUS: ObjectSchema = {
  name: `${CORE_V1}.NamespaceStatus`,
  description: 'State of the namespace.',
  fields: {
    phase: { description: 'Active, or Terminating while it is being deleted.', value: 'string' },
    conditions: { description: 'What holds up its deletion.', value: { list: NAMESPACE_CONDITION, mergeKey: 'type' } },
  },
};

export const NAMESPACE: KindSchema = kindSchema({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  isBuiltIn: true,
  ownable: [],
  name: `${CORE_V1}.Namespace`,
  description: 'A room for names: objects of different namespaces do not see each other unless they say so.',
  fields: {
    spec: { description: 'What is wanted of the namespace.', value: SPEC },
    status: { description: 'What became of it.', value: STATUS },
  },
});
