import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinManagedFields, ownersFromWire, splitManagedFields, type TagPlace, viewOwners } from '../../functions/image/tag-owners.ts';
import { IMAGE_TAG_PLACE } from '../../functions/image/image-tag-view.ts';
import { IMAGE_STREAM_TAG_PLACE } from '../../functions/image/tag-view.ts';
import type { FieldsV1, ManagedFieldsEntry } from '../../functions/kubernetes/types.ts';
import { tagState } from './builders.ts';

const names = fc.constantFrom('a', 'b "c"', '', '__proto__');
const below = fc.uniqueArray(fc.constantFrom('.', 'f:from', 'f:name'), { minLength: 1 }).map(fieldsOf);
const trees = fc
  .record({ tags: fc.dictionary(names, below), isEmptyListOwned: fc.boolean(), hasLabels: fc.boolean(), hasPolicy: fc.boolean() })
  .map(({ tags, isEmptyListOwned, hasLabels, hasPolicy }): FieldsV1 => {
    const elements = Object.entries(tags).map(([name, fields]) => [`k:${JSON.stringify({ name })}`, fields] as const);
    const self = isEmptyListOwned ? [['.', {}] as const] : [];
    const list = elements.length === 0 ? {} : Object.fromEntries([...self, ...elements]);
    const isListOwned = isEmptyListOwned || elements.length > 0;
    const spec = { ...(hasPolicy ? { 'f:lookupPolicy': {} } : {}), ...(isListOwned ? { 'f:tags': list } : {}) };
    return { ...(hasLabels ? { 'f:metadata': { 'f:labels': {} } } : {}), ...(Object.keys(spec).length === 0 ? {} : { 'f:spec': spec }) };
  })
  .filter((tree) => Object.keys(tree).length > 0);
const lists = fc.uniqueArray(
  fc.record({ manager: fc.constantFrom('flux', 'oc'), operation: fc.constantFrom('Apply', 'Update'), fieldsV1: trees }).map(entry),
  { selector: ({ manager, operation }) => `${operation} ${manager}` },
);

function fieldsOf(elements: readonly string[]): FieldsV1 {
  return Object.fromEntries(elements.map((element) => [element, {}]));
}

function entry(given: Pick<ManagedFieldsEntry, 'manager' | 'operation' | 'fieldsV1'>): ManagedFieldsEntry {
  return { ...given, apiVersion: 'image.openshift.io/v1', time: '2026-11-21T00:00:00Z', fieldsType: 'FieldsV1' };
}

describe('managedFields of a stream', () => {
  it('come together as they were cut', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const { managers, owners } = splitManagedFields(list);
        const joined = joinManagedFields(
          managers,
          [...owners].map(([name, each]) => tagState(name, { owners: each })),
        );
        const order = ({ operation, manager }: ManagedFieldsEntry) => `${operation} ${manager}`;
        expect(joined).toEqual([...list].sort((one, other) => (order(one) < order(other) ? -1 : 1)));
      }),
    );
  });

  it('say when a manager last wrote any part, and print names in order', () => {
    const later = { manager: 'flux', operation: 'Apply', subresource: '', time: '2027-01-01T00:00:00Z' } as const;
    const tags = ['b', 'a'].map((name) => tagState(name, { owners: [{ ...later, fields: fieldsOf(['.']) }] }));
    const [joined] = joinManagedFields([entry({ manager: 'flux', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:x': {} } } })], tags);
    expect(joined?.time).toBe('2027-01-01T00:00:00Z');
    expect(JSON.stringify(joined?.fieldsV1)).toBe(
      '{"f:spec":{"f:tags":{"k:{\\"name\\":\\"a\\"}":{".":{}},"k:{\\"name\\":\\"b\\"}":{".":{}}},"f:x":{}}}',
    );
  });
});

it.each<[string, TagPlace]>([
  ['image stream tag', IMAGE_STREAM_TAG_PLACE],
  ['image tag', IMAGE_TAG_PLACE],
])('owners of an %s come back as they are shown', (_, place) => {
  const fields = fc.uniqueArray(fc.constantFrom('.', 'f:from', 'f:annotations'), { minLength: 1 }).map(fieldsOf);
  fc.assert(
    fc.property(fields, (given) => {
      const owners = [{ manager: 'oc', operation: 'Update', subresource: '', time: '', fields: given }] as const;
      expect(ownersFromWire(viewOwners(tagState('a', { owners }), place), place)).toEqual(owners);
    }),
  );
});

it('what of an image stream tag is not the tag belongs to nobody', () => {
  const fieldsV1 = { 'f:metadata': { 'f:labels': {} }, 'f:image': {}, 'f:tag': { 'f:annotations': {} } };
  expect(ownersFromWire([entry({ manager: 'oc', operation: 'Update', fieldsV1 })], IMAGE_STREAM_TAG_PLACE)).toEqual([]);
});
