import { describe, expect, it } from 'vitest';
import { retryAfterSeconds } from '../../../../functions/triggers/targets/http/retry-after.ts';

const NOW = Date.parse('2026-08-01T10:00:00Z');

describe('Retry-After', () => {
  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['0', 0],
    [' 120 ', 120],
    ['Sat, 01 Aug 2026 10:01:30 GMT', 90],
    ['Sat, 01 Aug 2026 09:00:00 GMT', 0],
    ['', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['99999999999', undefined],
    ['soon', undefined],
  ])('%j is %j seconds', (header, seconds) => {
    expect(retryAfterSeconds(header, NOW)).toBe(seconds);
  });
});
