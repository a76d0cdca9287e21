import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAYS, isOpen, isTimeZone, nextOpening, parseClock } from '../../../functions/triggers/policy/window.ts';
import type { TriggerWindow } from '../../../functions/triggers/types.ts';

const MINUTE = 60_000;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];
const office = { days: WEEKDAYS, start: '09:00', end: '17:00', timeZone: 'Europe/Berlin' };
const night = { days: ['Fri'], start: '22:00', end: '04:00', timeZone: 'America/New_York' };
const at = (text: string) => Date.parse(text);
const openingOf = (window: TriggerWindow, from: string) => new Date(nextOpening([window], at(from))).toISOString().slice(0, 16);

describe('a window', () => {
  it.each<[string, TriggerWindow, string, string]>([
    ['is open', office, '2026-08-03T08:30Z', '2026-08-03T08:30'],
    ['opens later that day, in summer time', office, '2026-08-03T05:00Z', '2026-08-03T07:00'],
    ['opens the next day, in winter time', office, '2026-12-01T16:00Z', '2026-12-02T08:00'],
    ['closed on the minute', office, '2026-08-03T15:00Z', '2026-08-04T07:00'],
    ['waits for Monday', office, '2026-08-07T15:30Z', '2026-08-10T07:00'],
    ['is open after midnight of the day it opened', night, '2026-08-08T07:59Z', '2026-08-08T07:59'],
    ['is closed on the morning of the day itself', night, '2026-08-07T05:00Z', '2026-08-08T02:00'],
    ['is in UTC unless it says where', { days: ['Sat'], start: '00:00', end: '24:00' }, '2026-08-03T00:00Z', '2026-08-08T00:00'],
    ['opens once a week', { ...office, days: ['Mon'] }, '2026-08-03T15:00Z', '2026-08-10T07:00'],
    [
      'opens when clocks skip its start',
      { ...office, days: ['Sun'], start: '02:30', end: '05:00' },
      '2026-03-29T00:00Z',
      '2026-03-29T01:00',
    ],
    ['that clocks skip waits a week', { ...office, days: ['Sun'], start: '02:10', end: '02:50' }, '2026-03-29T00:00Z', '2026-04-05T00:10'],
    [
      'opens twice when clocks go back: first',
      { ...office, days: ['Sun'], start: '02:30', end: '02:40' },
      '2026-10-25T00:00Z',
      '2026-10-25T00:30',
    ],
    ['and again', { ...office, days: ['Sun'], start: '02:30', end: '02:40' }, '2026-10-25T00:45Z', '2026-10-25T01:30'],
  ])('%s', (_, window, from, opening) => {
    expect(openingOf(window, from)).toBe(opening);
  });

  it('is the first of several', () => {
    expect(nextOpening([night, office], at('2026-08-08T09:00Z'))).toBe(at('2026-08-10T07:00Z'));
    expect(nextOpening([], 7)).toBe(7);
  });

  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'America/Sao_Paulo',
  );
  const clock = fc.nat(1439).map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);
  const windows = fc
    .record({ days: fc.subarray([...DAYS], { minLength: 1 }), start: clock, end: fc.oneof(clock, fc.constant('24:00')), timeZone: zones })
    .filter(({ start, end }) => start !== end);
  // Two years of minutes, of which half lie about a change of clocks in Berlin and New York.
  const times = fc.oneof(
    fc.nat(2 * 365 * 24 * 60).map((minute) => at('2026-01-01T00:00Z') + minute * MINUTE),
    fc
      .tuple(
        fc.constantFrom('2026-03-29T00:00Z', '2026-10-25T00:00Z', '2026-03-08T05:00Z', '2026-11-01T04:00Z'),
        fc.integer({ min: -2880, max: 2880 }),
      )
      .map(([change, minutes]) => at(change) + minutes * MINUTE),
  );

  it('opens at its next opening, and at no whole minute before', () => {
    fc.assert(
      fc.property(windows, times, (window, time) => {
        const opening = nextOpening([window], time);
        expect(opening).toBeGreaterThanOrEqual(time);
        // Windows that a change of clocks skips altogether open a week later, or never if they are looked for in that week only.
        if (!isOpen(window, opening)) return;
        for (let minute = time; minute < opening; minute += MINUTE) if (isOpen(window, minute)) expect.unreachable(`${minute}`);
      }),
      { numRuns: 60 },
    );
  });
});

describe('texts', () => {
  it.each<[string, number | null]>([
    ['00:00', 0],
    ['09:05', 545],
    ['23:59', 1439],
    ['24:00', 1440],
    ['24:01', null],
    ['9:00', null],
    ['12:60', null],
    ['', null],
  ])('the clock %j is %j', (text, minutes) => {
    expect(parseClock(text)).toBe(minutes);
  });

  it.each<[string, boolean]>([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['+02:00', false],
    ['Europe/Atlantis', false],
    ['', false],
  ])('the zone %j: %j', (name, isKnown) => {
    expect(isTimeZone(name)).toBe(isKnown);
  });
});
