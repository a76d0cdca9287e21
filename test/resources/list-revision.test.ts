import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJustWritten, isTooOld, listRevision, watchStart } from '../../functions/resources/list-revision.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const HOUR = 3_600_000;

describe('the revision of a list', () => {
  it.each([
    ['the largest seen, to the end of its millisecond', (NOW - HOUR) * 1000 + 3, (NOW - HOUR) * 1000 + 999],
    ['10 s back while something may be under way', NOW * 1000, (NOW - 10_000) * 1000 + 999],
    ['10 s back when nothing was written for half a day', (NOW - 13 * HOUR) * 1000, (NOW - 10_000) * 1000 + 999],
    ['10 s back when there is nothing', 0, (NOW - 10_000) * 1000 + 999],
  ])('is %s', (_, largest, expected) => {
    expect(listRevision(largest, NOW)).toBe(expected);
  });

  it('is a number even when the clock stands at its beginning', () => {
    expect(listRevision(5, 0)).toBe(999);
  });

  it('always leaves a watch at least 11 hours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: NOW * 1000 }), (largest) => {
        expect(isTooOld(listRevision(largest, NOW), NOW + 11 * HOUR)).toBe(false);
      }),
    );
  });
});

describe('a watch', () => {
  const object = (NOW - 1_000) * 1000;
  const list = listRevision(NOW * 1000, NOW);

  it('from a list tells what follows, and knows as news what came after the list', () => {
    expect(watchStart(list, false)).toEqual({ above: list, newsAbove: list + 10_000_000, seen: list });
  });

  it('from an object tells again what may have been committed late, and the rest as news', () => {
    expect(watchStart(object, false)).toEqual({ above: object - 10_000_000, newsAbove: object, seen: object });
  });

  it('of a single object repeats nothing', () => {
    expect(watchStart(object, true)).toEqual({ above: object, newsAbove: object, seen: object });
  });

  it('follows an event when its revision is an object’s of the last second', () => {
    expect(isJustWritten(object + 1_000, NOW)).toBe(true);
    expect(isJustWritten(object - 1_000, NOW)).toBe(false);
    expect(isJustWritten(object + 999, NOW)).toBe(false);
  });
});
