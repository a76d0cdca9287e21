import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FieldsV1 } from '../../functions/kubernetes/types.ts';
import { packOwners, unpackOwners } from '../../functions/store/owner-text.ts';
import { APPLIED, RETAGGED } from './streams.ts';

const elements = fc.oneof(
  fc.constantFrom(
    '.',
    'f:name',
    'f:from',
    'f:importPolicy',
    'f:importMode',
    'f:annotations',
    'f:a b',
    'f:importPolicy f:importMode',
    'f:__proto__',
  ),
  fc.string().map((name) => `f:${name}`),
);
const { tree } = fc.letrec<{ tree: FieldsV1 }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, fc.constant({}), fc.dictionary(elements, tie('tree'), { maxKeys: 4 })),
}));
const owners = fc.array(
  fc.record({
    manager: fc.string(),
    operation: fc.constantFrom('Apply', 'Update'),
    subresource: fc.constantFrom('', 'status'),
    time: fc.constantFrom('', '2026-11-21T00:00:00Z', '1970-01-01T00:00:00Z'),
    fields: tree.filter((fields) => Object.keys(fields).length > 0),
  }),
);

it('comes back as it went', () => {
  fc.assert(fc.property(owners, (given) => void expect(unpackOwners(packOwners(given))).toEqual(given)));
});

it.each([
  [APPLIED, 32],
  [RETAGGED, 52],
])('%# is short', (given, bytes) => {
  expect(packOwners(given).length).toBeLessThanOrEqual(bytes);
});

it('prints members by name', () => {
  const fields = { 'f:referencePolicy': { 'f:type': {} }, 'f:from': {}, '.': {} };
  const owner = { manager: 'oc', operation: 'Update', subresource: '', time: '', fields } as const;
  expect(JSON.stringify(unpackOwners(packOwners([owner]))[0]?.fields)).toBe('{".":{},"f:from":{},"f:referencePolicy":{"f:type":{}}}');
});
