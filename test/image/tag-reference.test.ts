import { describe, expect, it, test } from 'vitest';
import {
  filledMap,
  importModeOf,
  isSameTagReference,
  specTagsFromWire,
  type WireTagReference,
} from '../../functions/image/tag-reference.ts';
import type { TagReference } from '../../functions/image/types.ts';
import { specTag } from './builders.ts';

describe('specTagsFromWire', () => {
  const only = (tag: WireTagReference) => specTagsFromWire([tag])[0];
  const BARE = {
    name: 'a',
    annotations: null,
    generation: null,
    importPolicy: { importMode: 'Legacy' },
    referencePolicy: { type: 'Source' },
  };

  it('fills the defaults', () => {
    expect(only({ name: 'a' })).toEqual(BARE);
    expect(only({})).toEqual({ ...BARE, name: '' });
  });

  it('takes null and empty for absent', () => {
    const empty = {
      name: 'a',
      annotations: {},
      from: null,
      reference: false,
      generation: null,
      importPolicy: { insecure: false, scheduled: false, importMode: '' },
      referencePolicy: { type: '' },
    };
    expect(only(empty as unknown as WireTagReference)).toEqual(BARE);
    expect(only({ name: 'a', importPolicy: null, referencePolicy: null, annotations: null, reference: null })).toEqual(BARE);
  });

  it('keeps all that is set', () => {
    const tag = specTag('a', {
      annotations: { x: '' },
      from: { kind: 'ImageStreamTag', name: 'b', namespace: 'ns' },
      reference: true,
      generation: 0,
      importPolicy: { insecure: true, scheduled: true, importMode: 'PreserveOriginal' },
      referencePolicy: { type: 'Local' },
    });
    expect(only(tag)).toEqual(tag);
  });

  it('keeps wrong values for validation to name', () => {
    const tag = { name: 'a', importPolicy: { importMode: 'Wrong' }, referencePolicy: { type: 'Wrong' } } as unknown as WireTagReference;
    expect(only(tag)).toMatchObject({ importPolicy: { importMode: 'Wrong' }, referencePolicy: { type: 'Wrong' } });
  });

  it('drops empty and unknown fields of from, but not an empty from', () => {
    const from = { kind: 'DockerImage', namespace: '', name: 'x', extra: 'y' };
    expect(only({ name: 'a', from })?.from).toEqual({ kind: 'DockerImage', name: 'x' });
    expect(only({ name: 'a', from: {} })?.from).toEqual({});
  });

  it('lets the last of duplicate names win', () => {
    const tags = specTagsFromWire([{ name: 'a', generation: 1 }, { name: 'b' }, { name: 'a', generation: 2 }]);
    expect(tags.map(({ name, generation }) => [name, generation])).toEqual([
      ['a', 2],
      ['b', null],
    ]);
  });

  test.each([undefined, null, []])('takes %s for no tags', (tags) => {
    expect(specTagsFromWire(tags)).toEqual([]);
  });

  it('keeps names that are names of Object’s members', () => {
    const tag = only({ name: '__proto__', annotations: JSON.parse('{"__proto__":"x"}') as Record<string, string> });
    expect(JSON.stringify(tag?.annotations)).toBe('{"__proto__":"x"}');
  });
});

describe('isSameTagReference', () => {
  const base = specTag('a', { annotations: { k: 'v' }, generation: 3 });

  test.each<[string, Partial<TagReference>]>([
    ['generation', { generation: 0 }],
    ['null generation', { generation: null }],
    ['from.kind', { from: { ...base.from, kind: 'ImageStreamTag' } }],
    ['from.uid', { from: { ...base.from, uid: 'x' } }],
    ['no from', { from: undefined }],
    ['reference', { reference: true }],
    ['insecure', { importPolicy: { insecure: true } }],
    ['scheduled', { importPolicy: { scheduled: true } }],
    ['importMode', { importPolicy: { importMode: 'PreserveOriginal' } }],
    ['referencePolicy', { referencePolicy: { type: 'Local' } }],
    ['annotation value', { annotations: { k: 'w' } }],
    ['annotation key', { annotations: { l: 'v' } }],
    ['more annotations', { annotations: { k: 'v', l: 'v' } }],
    ['no annotations', { annotations: null }],
  ])('sees another %s', (_what, fields) => {
    expect(isSameTagReference(base, { ...base, ...fields })).toBe(false);
    expect(isSameTagReference({ ...base, ...fields }, base)).toBe(false);
  });

  it('takes absent for empty', () => {
    const one = specTag('a', { annotations: null });
    const other = specTag('a', { annotations: {}, reference: false, importPolicy: { insecure: false, scheduled: false } });
    expect(isSameTagReference(one, other)).toBe(true);
    expect(isSameTagReference(null, null)).toBe(true);
    expect(isSameTagReference(one, null)).toBe(false);
    expect(isSameTagReference(null, one)).toBe(false);
  });
});

test('filledMap is null for nothing', () => {
  expect([filledMap(null), filledMap(undefined), filledMap({}), filledMap({ a: undefined })]).toEqual([null, null, null, null]);
  expect(filledMap({ a: '' })).toEqual({ a: '' });
});

test('an absent import mode is Legacy', () => {
  expect(importModeOf(specTag('a', { importPolicy: {} }))).toBe('Legacy');
  expect(importModeOf(specTag('a', { importPolicy: { importMode: 'PreserveOriginal' } }))).toBe('PreserveOriginal');
});
