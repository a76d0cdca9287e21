import { describe, expect, it } from 'vitest';
import { validateSignature, withoutManagedMarks } from '../../functions/image/image-signature.ts';
import type { ImageSignature } from '../../functions/image/types.ts';

const GOOD: ImageSignature = { metadata: { name: 'sha256:aa@one' }, type: 'atomic', content: 'AA==' };
const TRUSTED = { type: 'Trusted', status: 'True', lastProbeTime: '2026-01-01T00:00:00Z' };
const FOR_IMAGE = { ...TRUSTED, type: 'ForImage' };

describe('validateSignature', () => {
  it.each<[string, Partial<ImageSignature>, readonly string[]]>([
    ['a plain one', {}, []],
    ['a verified one', { conditions: [TRUSTED, FOR_IMAGE], imageIdentity: 'x', issuedBy: { commonName: 'y' } }, []],
    ['half a verdict', { conditions: [TRUSTED] }, ['conditions']],
    ['the other half', { conditions: [FOR_IMAGE] }, ['conditions']],
    [
      'claims without a verdict',
      { imageIdentity: 'x', signedClaims: { a: 'b' }, issuedBy: {}, issuedTo: { commonName: 'y' } },
      ['imageIdentity', 'signedClaims', 'issuedTo'],
    ],
    [
      'claims of an unknown verdict',
      { conditions: [TRUSTED, { ...TRUSTED, status: 'Unknown' }, FOR_IMAGE], imageIdentity: 'x' },
      ['imageIdentity'],
    ],
    ['a namespace', { metadata: { name: 'a@b', namespace: 'x' } }, ['metadata.namespace']],
    ['two @', { metadata: { name: 'a@b@c' } }, ['metadata.name']],
  ])('%s', (_what, over, fields) => {
    expect(validateSignature({ ...GOOD, ...over }).map(({ field }) => field)).toEqual(fields);
    expect(validateSignature({ ...GOOD, ...over }, 'signatures[0]').map(({ field }) => field)).toEqual(
      fields.map((field) => `signatures[0].${field}`),
    );
  });
});

describe('withoutManagedMarks', () => {
  it('removes the one annotation that old importers left', () => {
    const image = {
      metadata: {},
      signatures: [
        { ...GOOD, metadata: { ...GOOD.metadata, annotations: { 'image.openshift.io/managed-signature': 'true', b: 'c' } } },
        GOOD,
      ],
    };
    expect(withoutManagedMarks(image).signatures?.map(({ metadata }) => metadata.annotations)).toEqual([{ b: 'c' }, undefined]);
    const plain = { metadata: {}, signatures: [GOOD] };
    expect(withoutManagedMarks(plain)).toBe(plain);
  });
});
