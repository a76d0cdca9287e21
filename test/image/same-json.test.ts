import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameJson } from '../../functions/image/same-json.ts';

describe('sameJson', () => {
  it('agrees with what is stored', () => {
    const value = fc.jsonValue();
    fc.assert(fc.property(value, (a) => void expect(sameJson(a, structuredClone(a))).toBe(true)));
    fc.assert(fc.property(value, value, (a, b) => void expect(sameJson(a, b)).toBe(sameJson(b, a))));
  });

  it.each([
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: null }, {}, false],
    [{ a: undefined }, { b: undefined }, true],
    [{ a: undefined, b: 1 }, { a: 1, b: undefined }, false],
    [[1, 2], [2, 1], false],
    [[1], { 0: 1 }, false],
    [[], {}, false],
    [null, undefined, false],
    ['1', 1, false],
  ])('%j and %j: %s', (a, b, expected) => {
    expect(sameJson(a, b)).toBe(expected);
    expect(sameJson(b, a)).toBe(expected);
  });
});
