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
