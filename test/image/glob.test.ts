import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../functions/image/glob.ts';

describe('matchesGlob', () => {
  it.each<[string, string, boolean]>([
    ['', '', true],
    ['', '*', true],
    ['', '?', false],
    ['a', '', false],
    ['quay.io', 'quay.io', true],
    ['quay.io', 'quayXio', false],
    ['a.example.com', '*.example.com', true],
    ['example.com', '*.example.com', false],
    ['a.b.example.com', '*.example.com', true],
    ['10.0.0.7', '10.0.0.?', true],
    ['10.0.0.77', '10.0.0.?', false],
    ['abcabd', '*ab?', true],
    ['aaab', 'a*a*b', true],
    ['a', '?*', true],
    ['a*b', 'a*b', true],
  ])('%j, pattern %j: %s', (text, pattern, expected) => {
    expect(matchesGlob(text, pattern)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(text, pattern, (given, glob) => {
        const regex = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesGlob(given, glob)).toBe(regex.test(given));
      }),
    );
  });

  it('is not held up by patterns that are hard to match', () => {
    expect(matchesGlob('a'.repeat(20_000), `${'a*'.repeat(500)}b`)).toBe(false);
  });
});
