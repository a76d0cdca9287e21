import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joseSignature } from '../../../functions/access/logins/ecdsa-signature.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('an ECDSA signature', () => {
  it('is the same in either form, however short its numbers', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (message) => {
        const signature = joseSignature(sign('sha256', message, privateKey));
        expect(signature).toHaveLength(64);
        expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('may have numbers of one byte', () => {
    const signature = Buffer.from(joseSignature(Uint8Array.from([0x30, 6, 2, 1, 5, 2, 1, 7])));
    expect([signature.indexOf(5), signature.indexOf(7)]).toEqual([31, 63]);
  });

  it.each([
    ['nothing', []],
    ['no sequence', [0x31, 6, 2, 1, 5, 2, 1, 7]],
    ['a wrong length', [0x30, 7, 2, 1, 5, 2, 1, 7]],
    ['one number', [0x30, 3, 2, 1, 5]],
    ['three numbers', [0x30, 9, 2, 1, 5, 2, 1, 7, 2, 1, 7]],
    ['something else', [0x30, 6, 2, 1, 5, 4, 1, 7]],
    ['a number past the end', [0x30, 6, 2, 1, 5, 2, 9, 7]],
    ['a number that is too large', [0x30, 38, 2, 33, ...Array<number>(33).fill(1), 2, 1, 7]],
  ])('is refused: %s', (_, bytes) => {
    expect(() => joseSignature(Uint8Array.from(bytes))).toThrow(RangeError);
  });
});
