/** Maintenance windows, on the clock of their time zone. Pure. */
import type { TriggerWindow } from '../types.ts';

export const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const CLOCK = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;
/** Minutes by which clocks are put forward at most, with room to spare. */
const LONGEST_GAP = 180;

/** Minutes since midnight of `HH:MM`, `24:00` included; null for anything else. */
export function parseClock(text: string): number | null {
  const parts = CLOCK.exec(text);
  if (parts === null) return null;
  return text === '24:00' ? 24 * 60 : Number(parts[1]) * 60 + Number(parts[2]);
}

export function isTimeZone(name: string): boolean {
  try {
    // An offset (`+02:00`) is understood too, but it is no place: it would miss its summer time.
    return !/^[+-]/.test(name) && formatterOf(name) !== undefined;
  } catch {
    return false;
  }
}

/**
 * The first time from `at` on (ms) when any of the windows is open; `at` itself for no windows. They are valid. A window that clocks skip this
 * week may not open within nine days: then it is looked at again a day later.
 */
export function nextOpening(windows: readonly TriggerWindow[], at: number): number {
  if (windows.length === 0 || windows.some((window) => isOpen(window, at))) return at;
  const openings = windows.flatMap((window) => openingsOf(window, at));
  return openings.length === 0 ? at + DAY : Math.min(...openings);
}

/** Whether the window is open at a time in ms. */
export function isOpen(window: TriggerWindow, at: number): boolean {
  const { day, minute } = localTime(zoneOf(window), at);
  const start = parseClock(window.start) ?? 0;
  const end = parseClock(window.end) ?? 0;
  const opensOn = (index: number) => window.days.includes(DAYS[(index + 7) % 7] ?? '');
  if (start < end) return opensOn(day) && start <= minute && minute < end;
  return (opensOn(day) && start <= minute) || (opensOn(day - 1) && minute < end);
}

/** Where it opens within the next nine days: a week, and a day on either side for what clocks do. */
function openingsOf(window: TriggerWindow, at: number): readonly number[] {
  const zone = zoneOf(window);
  const start = parseClock(window.start) ?? 0;
  return Array.from({ length: 9 }, (_, ahead) => ahead)
    .flatMap((ahead) => clockTimes(zone, localTime(zone, at).midnight + ahead * DAY + start * MINUTE))
    .filter((time) => time >= at && isOpen(window, time))
    .map((time) => earliest(window, time, at));
}

/** A start in the hour that clocks skip: the window is open from when they skipped it. */
function earliest(window: TriggerWindow, time: number, at: number): number {
  let first = time;
  for (let gone = 0; gone < LONGEST_GAP && first - MINUTE >= at && isOpen(window, first - MINUTE); gone++) first -= MINUTE;
  return first;
}

/** When clocks of the zone show this (ms as if it were UTC): two times where they are put back, one near by where they are put forward. */
function clockTimes(zone: string, shown: number): readonly number[] {
  const offsets = [shown - DAY, shown + DAY].map((near) => localTime(zone, near).shown - near);
  return [...new Set(offsets.map((offset) => shown - offset))];
}

interface LocalTime {
  /** 0 = Sunday. */
  readonly day: number;
  /** Since midnight. */
  readonly minute: number;
  /** What clocks show, as if it were UTC; whole minutes, in ms. */
  readonly shown: number;
  readonly midnight: number;
}

function localTime(zone: string, at: number): LocalTime {
  const whole = Math.floor(at / MINUTE) * MINUTE;
  const parts = formatterOf(zone).formatToParts(whole);
  const [year, month, date, hour, minute] = ['year', 'month', 'day', 'hour', 'minute'].map((type) =>
    Number(parts.find((part) => part.type === type)?.value),
  ) as [number, number, number, number, number];
  const midnight = Date.UTC(year, month - 1, date);
  const minutes = hour * 60 + minute;
  return { day: new Date(midnight).getUTCDay(), minute: minutes, midnight, shown: midnight + minutes * MINUTE };
}

function zoneOf({ timeZone = 'UTC' }: TriggerWindow): string {
  return timeZone;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than using it many times. Throws RangeError for a zone nobody knows. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formatters.set(zone, made);
  return made;
}
