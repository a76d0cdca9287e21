import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateName } from '../../functions/kubernetes/generate-name.ts';

describe('generateName', () => {
  it('adds five characters that are safe in names, 63 in all at most', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.uuid(), (prefix, uid) => {
        const name = generateName(prefix, uid);
        expect(name.length).toBe(Math.min(prefix.length, 58) + 5);
        expect(name.startsWith(prefix.slice(0, 58))).toBe(true);
        expect(name).toMatch(/[b-df-hj-np-tv-xz2456789]{5}$/);
      }),
    );
  });
});
