import { describe, expect, it } from 'vitest';
import { kindSchema } from '../../functions/kubernetes/meta-schema.ts';
import { decodedAs } from '../../functions/kubernetes/decoded-as.ts';
import type { KindSchema, ValueSchema } from '../../functions/kubernetes/kind-schema.ts';

const kindWith = (value: ValueSchema): KindSchema =>
  kindSchema({
    group: 'example.io',
    version: 'v1',
    kind: 'Thing',
    isBuiltIn: true,
    name: 'Thing',
    description: 'A thing.',
    fields: { it: { description: 'It.', value } },
  });
const PART: ValueSchema = {
  name: 'Part',
  description: 'A part.',
  fields: { name: { description: 'Name.', value: 'string' }, since: { description: 'When.', value: 'Time' } },
};

describe('null and unknown fields', () => {
  it.each<[ValueSchema, unknown, unknown]>([
    ['string', null, undefined],
    [PART, null, undefined],
    [PART, { name: null, since: null, other: null }, {}],
    [PART, { name: 'a', other: 'b' }, { name: 'a' }],
    [{ ...PART, isOpen: true }, { name: null, other: null }, { other: null }],
    [{ list: 'string' }, null, undefined],
    [{ list: 'string' }, ['a', null], ['a', '']],
    [{ list: 'bytes' }, [null], ['']],
    [{ list: 'int64' }, [null], [0]],
    [{ list: 'bool' }, [null], [false]],
    [{ list: 'any' }, [null, { a: null }], [null, { a: null }]],
    [{ list: PART }, [null, { name: null }, { name: 'a' }], [{}, {}, { name: 'a' }]],
    [{ list: { list: PART } }, [null, [null]], [[], [{}]]],
    [{ list: { map: 'string' } }, [null], [{}]],
    [{ map: 'string' }, { a: null, b: 'c' }, { a: '', b: 'c' }],
    [{ map: { list: 'string' } }, { a: null, b: [null] }, { a: [], b: [''] }],
    ['any', { a: [null] }, { a: [null] }],
  ])('of %j: %j becomes %j', (schema, sent, kept) => {
    const expected = kept === undefined ? { kind: 'Thing' } : { kind: 'Thing', it: kept };
    expect(decodedAs({ kind: 'Thing', it: sent } as object, kindWith(schema))).toEqual(expected);
  });

  it('is taken out of metadata as well', () => {
    const metadata = { name: 'a', finalizers: [null], ownerReferences: [null] } as object;
    expect(decodedAs({ metadata }, kindWith('any'))).toEqual({ metadata: { name: 'a', finalizers: [''], ownerReferences: [{}] } });
  });
});
