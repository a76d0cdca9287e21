import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueTime } from '../../../functions/triggers/policy/due-time.ts';
import { parseDuration } from '../../../functions/triggers/policy/duration.ts';
import { isOpen } from '../../../functions/triggers/policy/window.ts';
import type { TriggerPolicy } from '../../../functions/triggers/types.ts';

const NOW = Date.parse('2026-08-01T10:00:00Z');
const MINUTE = 60_000;

describe('durations', () => {
  it.each<[string, number | null]>([
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['1h1m1s', 3_661_000],
    ['0s', 0],
    ['', null],
    ['5', null],
    ['m', null],
    ['-5m', null],
    ['1.5h', null],
    ['5m1h', null],
    ['1 h', null],
  ])('%j is %j ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });
});

describe('when a change may go out', () => {
  it.each<[string, TriggerPolicy | undefined, { since?: number; last?: number | null; allowedFrom?: number }, number]>([
    ['at once without policy', undefined, { last: NOW }, 0],
    ['at once with an empty one', {}, { last: NOW }, 0],
    ['at once without an interval, in the same second as the last', { onFailure: 'Hold' }, { last: NOW + 999 }, 0],
    ['with its batch', { batch: '5m' }, { since: NOW - MINUTE }, 4 * MINUTE],
    ['at once when the batch is full', { batch: '5m' }, { since: NOW - 6 * MINUTE }, 0],
    ['an interval after the last', { minInterval: '1h' }, { last: NOW - 20 * MINUTE }, 40 * MINUTE],
    ['at once the first time', { minInterval: '1h' }, {}, 0],
    ['when the rate allows it', { minInterval: '1m' }, { last: NOW, allowedFrom: NOW + 7 * MINUTE }, 7 * MINUTE],
    ['after both', { minInterval: '1h', batch: '2h' }, { last: NOW }, 120 * MINUTE],
    ['when the window opens', { window: [{ days: ['Sat'], start: '11:00', end: '12:00' }] }, {}, 60 * MINUTE],
    [
      'when a window opens after the batch',
      { batch: '1h', window: [{ days: ['Sat'], start: '09:00', end: '10:30' }] },
      {},
      (7 * 24 - 1) * 60 * MINUTE,
    ],
  ])('%s', (_, policy, { since = NOW, last = null, allowedFrom = -Infinity }, wait) => {
    expect(dueTime(policy, { since, lastTriggered: last, allowedFrom, now: NOW }) - NOW).toBe(wait);
  });

  it('is never in the past, never before batch and interval, and open', () => {
    const length = fc.integer({ min: 1, max: 3600 }).map((seconds) => `${seconds}s`);
    const window = { days: ['Mon', 'Wed'], start: '09:00', end: '17:00', timeZone: 'Europe/Berlin' };
    const policies = fc.record({ batch: length, minInterval: length, window: fc.constantFrom([], [window]) });
    const past = fc.integer({ min: 0, max: 8 * 24 * 3600_000 });
    fc.assert(
      fc.property(policies, past, past, past, past, (policy, waited, ago, offset, ahead) => {
        const now = NOW + offset;
        const allowedFrom = now + ahead;
        const due = dueTime(policy, { since: now - waited, lastTriggered: now - ago, allowedFrom, now });
        expect(due).toBeGreaterThanOrEqual(allowedFrom);
        expect(due).toBeGreaterThanOrEqual(Math.max(now, now - waited + (parseDuration(policy.batch) ?? 0)));
        expect(due).toBeGreaterThanOrEqual(now - ago + (parseDuration(policy.minInterval) ?? 0));
        if (policy.window.length > 0) expect(isOpen(window, due)).toBe(true);
        // Asking again then lets it go: nothing is put off for ever.
        expect(dueTime(policy, { since: now - waited, lastTriggered: now - ago, allowedFrom, now: due })).toBe(due);
      }),
    );
  });
});
