import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTriggerAnnotation } from '../../../functions/triggers/kubernetes/trigger-annotation.ts';

const from = { kind: 'ImageStreamTag', name: 'web:latest' };
const read = (value: unknown) =>
  readTriggerAnnotation({
    metadata: { annotations: { 'image.openshift.io/triggers': typeof value === 'string' ? value : JSON.stringify(value) } },
  });

describe('annotation image.openshift.io/triggers', () => {
  it('is read as `oc set triggers` writes it', () => {
    // oc 4.13: set triggers deployment/web --from-image=web:latest -c web; then --manual
    const path = 'spec.template.spec.containers[?(@.name==\\"web\\")].image';
    const written = `[{"from":{"kind":"ImageStreamTag","name":"web:latest"},"fieldPath":"${path}"}]`;
    const entry = { name: 'web:latest', fieldPath: 'spec.template.spec.containers[?(@.name=="web")].image' };
    expect(read(written)).toEqual({ ok: true, entries: [{ ...entry, paused: false }] });
    expect(read(written.replace('}]', ',"paused":true}]'))).toEqual({ ok: true, entries: [{ ...entry, paused: true }] });
  });

  it.each([[{}], [{ metadata: null }], [{ metadata: { annotations: null } }], [{ metadata: { annotations: { a: 'b' } } }]])(
    '%o has none',
    (object) => {
      expect(readTriggerAnnotation(object)).toEqual({ ok: true, entries: [] });
    },
  );

  it('has entries that pause, and entries of other kinds, which are left out', () => {
    const entries = [
      { from, fieldPath: 'a', paused: true },
      { from: { ...from, namespace: '', apiVersion: 'image.openshift.io/v1' }, fieldPath: 'b', paused: null, extra: 1 },
      { from: { ...from, kind: 'ImageStreamImage' }, fieldPath: 'c' },
      { from: { ...from, apiVersion: 'v1beta3' }, fieldPath: 'd' },
      { from: { name: 'web:latest' }, fieldPath: 'e' },
    ];
    expect(read(entries)).toEqual({
      ok: true,
      entries: [
        { name: 'web:latest', fieldPath: 'a', paused: true },
        { name: 'web:latest', fieldPath: 'b', paused: false },
      ],
    });
  });

  it.each([
    ['no JSON', '[{'],
    ['no list', { from, fieldPath: 'a' }],
    ['no objects', ['a']],
    ['no place', [{ from }]],
    ['no source', [{ fieldPath: 'a' }]],
    ['a pause that is text', [{ from, fieldPath: 'a', paused: 'false' }]],
    ['a name that is a number', [{ from: { ...from, name: 3 }, fieldPath: 'a' }]],
    [
      'two entries for one place',
      [
        { from, fieldPath: 'a' },
        { from: { ...from, name: 'api:1' }, fieldPath: 'a', paused: true },
      ],
    ],
  ])('with %s counts for nothing', (_, value) => {
    expect(read(value)).toMatchObject({ ok: false, message: expect.stringContaining('annotation image.openshift.io/triggers') });
  });

  it('can be anything', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => ['boolean'].includes(typeof read(text).ok)));
  });
});
