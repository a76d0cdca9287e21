import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatHumanDuration } from '../../functions/kubernetes/human-duration.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

// openshift-semantics.md §1, executed upstream.
it.each([
  [-5 * SECOND, 'Less than a second'],
  [0, 'Less than a second'],
  [999, 'Less than a second'],
  [SECOND, '1 second'],
  [2 * SECOND, '2 seconds'],
  [59 * SECOND, '59 seconds'],
  [60 * SECOND, 'About a minute'],
  [119 * SECOND, 'About a minute'],
  [120 * SECOND, '2 minutes'],
  [3599 * SECOND, '59 minutes'],
  [HOUR, 'About an hour'],
  [5399 * SECOND, 'About an hour'],
  [5400 * SECOND, '2 hours'],
  [47 * HOUR, '47 hours'],
  [47.5 * HOUR, '2 days'],
  [14 * DAY - HOUR, '13 days'],
  [14 * DAY, '2 weeks'],
  [59 * DAY, '8 weeks'],
  [60 * DAY, '2 months'],
  [729 * DAY, '24 months'],
  [730 * DAY, '2 years'],
])('%d ms is %s', (milliseconds, text) => {
  expect(formatHumanDuration(milliseconds)).toBe(text);
});

it('never shrinks', () => {
  const units: Readonly<Record<string, number>> = {
    second: 1,
    minute: 60,
    hour: 3_600,
    day: 86_400,
    week: 604_800,
    month: 2_592_000,
    year: 31_536_000,
  };
  const seconds = (milliseconds: number) => {
    const [, count = '0', unit = ''] =
      /^(?:About )?(an?|\d+) (second|minute|hour|day|week|month|year)s?$/.exec(formatHumanDuration(milliseconds)) ?? [];
    return (count.startsWith('a') ? 1 : Number(count)) * (units[unit] ?? 0);
  };
  fc.assert(
    fc.property(fc.nat(20 * 365 * DAY), fc.nat(100 * DAY), (age, more) => {
      expect(seconds(age + more)).toBeGreaterThanOrEqual(seconds(age));
    }),
    { numRuns: 1_000 },
  );
});
