import { expect, it } from 'vitest';
import { mapNamespace } from '../../functions/admission/namespace-mapping.ts';

const MAPPINGS = [
  { name: 'shop' },
  { name: 'shop-pr-*', imageNamespace: 'shop', resolveNames: true },
  { name: 'shop-*', imageNamespace: 'staging' },
] as const;

it.each([
  ['shop', { namespace: 'shop', resolveNames: false }],
  ['shop-pr-12', { namespace: 'shop', resolveNames: true }],
  ['shop-eu', { namespace: 'staging', resolveNames: false }],
  ['shopping', null],
  ['', null],
])('%j', (namespace, expected) => {
  expect(mapNamespace(MAPPINGS, namespace)).toEqual(expected);
});
