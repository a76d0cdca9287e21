/** Fields of Project and ProjectRequest (openshift/api project/v1), described in our own words. */
import type { KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { NAMESPACE_CONDITION } from '../namespaces/schema.ts';

const PROJECT_V1 = 'com.github.openshift.api.project.v1';
const kind = { group: 'project.openshift.io', version: 'v1', isBuiltIn: true } as const;

const SPEC: ObjectSchema = {
  name: `${PROJECT_V1}.ProjectSpec`,
  description: 'How the project behaves.',
  fields: { finalizers: { description: 'What has to happen before the project may disappear.', value: { list: 'string' } } },
};

const STATUS: ObjectSchema = {
  name: `${PROJECT_V1}.ProjectStatus`,
  description: 'State of the project.',
  fields: {
    phase: { description: 'Active, or Terminating while it is being deleted.', value: 'string' },
    conditions: { description: 'What holds up its deletion.', value: { list: NAMESPACE_CONDITION, mergeKey: 'type' } },
  },
};

export const PROJECT: KindSchema = kindSchema({
  ...kind,
  kind: 'Project',
  ownable: [],
  name: `${PROJECT_V1}.Project`,
  description: 'A namespace under another name, with words for people about it.',
  fields: {
    spec: { description: 'What is wanted of the project.', value: SPEC },
    status: { description: 'What became of it.', value: STATUS },
  },
});

export const PROJECT_REQUEST: KindSchema = kindSchema({
  ...kind,
  kind: 'ProjectRequest',
  name: `${PROJECT_V1}.ProjectRequest`,
  description: 'Asks for a new project of this name. The answer is the project.',
  fields: {
    displayName: { description: 'What people are to call the project.', value: 'string' },
    description: { description: 'What the project is for.', value: 'string' },
  },
});
