import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsOf, fromFieldsV1, pathKey, toFieldsV1 } from '../../functions/kubernetes/field-set.ts';
import { decodeManagers, encodeManagers } from '../../functions/kubernetes/managed-fields.ts';
import { IMAGE_STREAM } from '../../functions/resources/imagestreams/schema.ts';

const OBJECT = {
  apiVersion: 'image.openshift.io/v1',
  kind: 'ImageStream',
  metadata: { name: 'app', uid: 'u', managedFields: [{}], labels: { a: '1' }, annotations: null, finalizers: ['x', 'y'] },
  spec: {
    lookupPolicy: { local: true },
    unknown: 1,
    tags: [{ name: 'a "b"', from: { kind: 'DockerImage', name: 'r/x' }, importPolicy: {}, generation: null }],
  },
  status: { dockerImageRepository: 'x' },
};
const FIELDS = {
  'f:metadata': { 'f:labels': { 'f:a': {} } },
  'f:spec': {
    'f:lookupPolicy': { 'f:local': {} },
    'f:tags': {
      'k:{"name":"a \\"b\\""}': { '.': {}, 'f:from': {}, 'f:importPolicy': {}, 'f:name': {} },
    },
  },
};

describe('sets of fields', () => {
  it('are what a client may own, in the form of FieldsV1', () => {
    const set = new Set(fieldsOf(OBJECT, IMAGE_STREAM).keys());
    expect(toFieldsV1(set)).toEqual(FIELDS);
    expect(fromFieldsV1(FIELDS)).toEqual(set);
  });

  it('do not own the metadata that names an object', () => {
    expect([...fieldsOf({ kind: 'ImageStream', metadata: { name: 'app', namespace: 'team' } }, IMAGE_STREAM)]).toEqual([]);
  });

  it('come back from the wire as they went', () => {
    const names = fc.oneof(
      fc.string().filter((name) => !name.includes('\u0000')),
      fc.constantFrom('__proto__', 'constructor', '.', 'a.b/c'),
    );
    const path = fc.array(
      names.map((name) => `f:${name}`),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.array(path, { maxLength: 8 }), (paths) => {
        const set = new Set(paths.map(pathKey));
        expect(fromFieldsV1(JSON.parse(JSON.stringify(toFieldsV1(set))))).toEqual(set);
      }),
    );
  });

  it('are read from anything without harm', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => [decodeManagers(value), fromFieldsV1(value)].length === 2));
  });
});

describe('managedFields', () => {
  const entry = {
    manager: 'flux',
    operation: 'Apply',
    apiVersion: 'v1',
    time: '2026-11-21T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: FIELDS,
  };

  it('come back from the wire as they went, in one order', () => {
    const entries = [entry, { ...entry, operation: 'Update', subresource: 'status' }, { ...entry, operation: 'Update', time: '2027' }];
    expect(encodeManagers(decodeManagers(entries.toReversed()) ?? [])).toEqual(entries);
  });

  it.each([['x'], [[null]], [[{ ...entry, operation: 'Eat' }]], [[{ ...entry, fieldsType: 'V2' }]], [[{}]], [[entry, {}]]])(
    '%j is no list of managers',
    (value) => {
      expect(decodeManagers(value)).toBeNull();
    },
  );

  it.each([[null], [undefined], [[]], [[{ ...entry, fieldsV1: {} }]]])('%j is nobody', (value) => {
    expect(decodeManagers(value)).toEqual([]);
  });
});
