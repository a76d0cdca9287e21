/** A kind with everything a schema can say. */
import type { KindSchema, ObjectSchema } from '../../functions/kubernetes/kind-schema.ts';
import { kindSchema } from '../../functions/kubernetes/meta-schema.ts';

const PART: ObjectSchema = {
  name: 'io.example.v1.Part',
  description: 'A part.',
  fields: {
    name: { description: 'Its name.', value: 'string' },
    size: { description: 'Its size.', value: 'int64' },
    color: { description: 'Its color.', value: 'string' },
    labels: { description: 'Its labels.', value: { map: 'string' } },
  },
};

const BOX: ObjectSchema = {
  name: 'io.example.v1.Box',
  description: 'A box.',
  fields: {
    a: { description: 'A number.', value: 'int32' },
    parts: { description: 'What is in it.', value: { list: PART, mergeKey: 'name' } },
    sealed: { description: 'Closed for good.', value: 'bool' },
    since: { description: 'When it was closed.', value: 'Time' },
    rest: { description: 'Anything.', value: 'any' },
  },
};

export const WIDGET: KindSchema = kindSchema({
  group: 'example.io',
  version: 'v1',
  kind: 'Widget',
  isBuiltIn: true,
  name: 'io.example.v1.Widget',
  description: 'A widget.',
  fields: {
    size: { description: 'Its size.', value: 'int64' },
    plain: { description: 'Values that are replaced.', value: { list: 'string' } },
    labels: { description: 'Labels.', value: { map: 'string' } },
    box: { description: 'A box.', value: BOX },
    parts: { description: 'Its parts.', value: { list: PART, mergeKey: 'name' } },
  },
});
