import { notSupported } from '../../kubernetes/not-supported.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import type { FailurePolicy, TriggerPolicy, TriggerRate, TriggerWindow } from '../types.ts';
import { parseDuration } from './duration.ts';
import { MOST_COUNTED } from './rate.ts';
import { DAYS, isTimeZone, parseClock } from './window.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
/** What goes out in an hour together is hardly one change any more. */
const LONGEST_BATCH = HOUR;
const LONGEST_INTERVAL = 7 * 24 * HOUR;
const MAX_WINDOWS = 20;
const FAILURE_POLICIES = ['None', 'Hold', 'Revert'] as const satisfies readonly FailurePolicy[];
const CLOCK_RULE = 'must be a time of day like 09:00';

export function validatePolicy({ window = [], minInterval, batch, rate, onFailure }: TriggerPolicy, field: string): readonly FieldError[] {
  const tooMany = {
    type: 'Invalid',
    field: `${field}.window`,
    value: window.length,
    detail: `must have at most ${MAX_WINDOWS} items`,
  } as const;
  return [
    ...validateLength(minInterval, `${field}.minInterval`, LONGEST_INTERVAL),
    ...validateLength(batch, `${field}.batch`, LONGEST_BATCH),
    ...(rate === undefined ? [] : validateRate(rate, `${field}.rate`)),
    ...validateOnFailure(onFailure, `${field}.onFailure`),
    ...(window.length > MAX_WINDOWS ? [tooMany] : window.flatMap((each, index) => validateWindow(each, `${field}.window[${index}]`))),
  ];
}

function validateRate({ deliveries, per }: TriggerRate, field: string): readonly FieldError[] {
  const isRight = Number.isInteger(deliveries) && deliveries >= 1 && deliveries <= MOST_COUNTED;
  const detail = `must be between 1 and ${MOST_COUNTED}`;
  return [
    ...(isRight ? [] : [{ type: 'Invalid', field: `${field}.deliveries`, value: deliveries, detail } as const]),
    ...(per === '' ? [{ type: 'Required', field: `${field}.per` } as const] : validateLength(per, `${field}.per`, LONGEST_INTERVAL)),
  ];
}

function validateOnFailure(wanted: string | undefined, field: string): readonly FieldError[] {
  if (wanted === undefined || (FAILURE_POLICIES as readonly string[]).includes(wanted)) return [];
  return [notSupported(field, wanted, FAILURE_POLICIES)];
}

function validateLength(text: string | undefined, field: string, longest: number): readonly FieldError[] {
  if (text === undefined) return [];
  const length = parseDuration(text);
  if (length === null) return [{ type: 'Invalid', field, value: text, detail: 'must be a duration like 30s, 5m or 1h30m' }];
  if (length >= SECOND && length <= longest) return [];
  return [{ type: 'Invalid', field, value: text, detail: `must be between 1s and ${longest / HOUR}h` }];
}

function validateWindow({ days, start, end, timeZone }: TriggerWindow, field: string): readonly FieldError[] {
  const unknown = days.flatMap((day, index): readonly FieldError[] => {
    if ((DAYS as readonly string[]).includes(day)) return [];
    return [notSupported(`${field}.days[${index}]`, day, DAYS)];
  });
  const clocks = [
    ...(parseClock(start) === null || start === '24:00'
      ? [{ type: 'Invalid', field: `${field}.start`, value: start, detail: CLOCK_RULE } as const]
      : []),
    ...(parseClock(end) === null
      ? [{ type: 'Invalid', field: `${field}.end`, value: end, detail: `${CLOCK_RULE}, up to 24:00` } as const]
      : []),
    ...(start === end && parseClock(end) !== null
      ? [{ type: 'Invalid', field: `${field}.end`, value: end, detail: 'must not be the same as start' } as const]
      : []),
  ];
  const isUnknownZone = timeZone !== undefined && !isTimeZone(timeZone);
  return [
    ...(days.length === 0 ? [{ type: 'Required', field: `${field}.days` } as const] : unknown),
    ...clocks,
    ...(isUnknownZone
      ? [{ type: 'Invalid', field: `${field}.timeZone`, value: timeZone, detail: 'must be a time zone like Europe/Berlin' } as const]
      : []),
  ];
}
