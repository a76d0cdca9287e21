import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../../../functions/kubernetes/types.ts';
import { readFields, readSecretRef } from '../../../../functions/triggers/kinds/fields/field-reader.ts';

function reader(value: unknown) {
  const errors: FieldError[] = [];
  return { fields: readFields(value, 'spec', errors), errors, named: () => errors.map(({ field, detail }) => `${field} ${detail ?? ''}`) };
}

describe('a field reader', () => {
  it('reads what is there and takes what is absent or null for empty', () => {
    const { fields, errors } = reader({ a: 'x', b: true, c: ['y'], d: { k: 'v' }, e: { f: 'g' }, h: [{ i: 'j' }], n: null });
    expect([fields.text('a'), fields.flag('b'), fields.texts('c'), fields.map('d')]).toEqual(['x', true, ['y'], { k: 'v' }]);
    expect([fields.object('e')?.text('f'), fields.objects('h').map((each) => each.text('i'))]).toEqual(['g', ['j']]);
    for (const name of ['n', 'missing', 'toString'])
      expect([
        fields.text(name),
        fields.flag(name),
        fields.texts(name),
        fields.map(name),
        fields.object(name),
        fields.objects(name),
      ]).toEqual(['', false, [], {}, null, []]);
    expect(readFields({ w: 7 }, 'spec', errors).integer('w')).toBe(7);
    expect(fields.integer('missing')).toBe(0);
    expect(errors).toEqual([]);
  });

  it('names what is of another type, and shows no value it was told not to', () => {
    const { fields, errors, named } = reader({ a: 1, b: 'true', c: 'y', d: { k: 1 }, e: [], h: { i: 'j' }, s: { secret: 'x' }, t: [1] });
    fields.text('a');
    fields.flag('b');
    fields.texts('c');
    fields.map('d');
    fields.object('e');
    fields.objects('h');
    fields.text('s', '****');
    fields.texts('t');
    expect(named()).toEqual([
      'spec.a must be of type string',
      'spec.b must be of type boolean',
      'spec.c must be of type array',
      'spec.d[k] must be of type string',
      'spec.e must be of type object',
      'spec.h must be of type array',
      'spec.s must be of type string',
      'spec.t[0] must be of type string',
    ]);
    expect(['1.5', '1', 'true'].map((text) => reader({ w: JSON.parse(text) as unknown }).fields.integer('w'))).toEqual([0, 1, 0]);
    expect(errors.find(({ field }) => field === 'spec.s')?.value).toBe('****');
  });

  it.each(['text', [], 7])('reads %j as an object without members', (value) => {
    const { fields, named } = reader(value);
    expect([fields.text('length'), readSecretRef(fields, 'x')]).toEqual(['', undefined]);
    expect(named()).toEqual(['spec must be of type object']);
  });
});
