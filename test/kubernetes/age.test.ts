import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatAge } from '../../functions/kubernetes/age.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

// Vectors of apimachinery util/duration.
it.each([
  [-3, '<invalid>'],
  [-1, '0s'],
  [0, '0s'],
  [1, '1s'],
  [119, '119s'],
  [120, '2m'],
  [9 * MINUTE + 59, '9m59s'],
  [10 * MINUTE, '10m'],
  [3 * HOUR - 1, '179m'],
  [3 * HOUR, '3h'],
  [3 * HOUR + MINUTE, '3h1m'],
  [8 * HOUR, '8h'],
  [48 * HOUR - 1, '47h'],
  [48 * HOUR, '2d'],
  [49 * HOUR, '2d1h'],
  [8 * DAY - 1, '7d23h'],
  [8 * DAY, '8d'],
  [729 * DAY, '729d'],
  [730 * DAY, '2y'],
  [731 * DAY, '2y1d'],
  [8 * 365 * DAY, '8y'],
])('%d s old is %s', (seconds, text) => {
  expect(formatAge(new Date(NOW - seconds * 1000).toISOString(), NOW)).toBe(text);
});

it.each([undefined, null, '', 'yesterday'])('of %j is unknown', (then) => {
  expect(formatAge(then, NOW)).toBe('<unknown>');
});

it('never shrinks, and is never more than a unit of what it shows too small', () => {
  const sizes: Readonly<Record<string, number>> = { s: 1, m: MINUTE, h: HOUR, d: DAY, y: 365 * DAY };
  const shown = (seconds: number) => {
    const text = formatAge(new Date(NOW - seconds * 1000).toISOString(), NOW);
    const parts = [...text.matchAll(/(\d+)([smhdy])/g)];
    return {
      seconds: parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (sizes[unit] ?? 0), 0),
      unit: sizes[parts.at(-1)?.[2] ?? ''] ?? 0,
    };
  };
  fc.assert(
    fc.property(fc.nat(20 * 365 * DAY), fc.nat(DAY), (age, more) => {
      const { seconds, unit } = shown(age);
      expect(seconds).toBeLessThanOrEqual(age);
      expect(
        seconds +
          Math.max(
            unit,
            365 * DAY * Number(age >= 8 * 365 * DAY),
            DAY * Number(age >= 2 * 365 * DAY),
            HOUR * Number(age >= 2 * DAY),
            MINUTE * Number(age >= 10 * MINUTE),
            HOUR * Number(age >= 8 * HOUR),
            DAY * Number(age >= 8 * DAY),
          ),
      ).toBeGreaterThan(age);
      expect(shown(age + more).seconds).toBeGreaterThanOrEqual(seconds);
    }),
  );
});
