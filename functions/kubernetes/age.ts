const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/**
 * `95s`, `9m5s`, `5h30m`, `3d4h`, `42d`, `3y12d`: the Age column of kubectl (apimachinery `util/duration` HumanDuration), finer the younger.
 * `then` is RFC 3339; without it the age is `<unknown>`.
 */
export function formatAge(then: string | null | undefined, now: number): string {
  const age = now - Date.parse(then ?? '');
  if (Number.isNaN(age)) return '<unknown>';
  if (age <= -2 * SECOND) return '<invalid>';
  if (age < 2 * MINUTE) return units(Math.max(0, age), 's', SECOND);
  if (age < 10 * MINUTE) return units(age, 'm', MINUTE, 's', SECOND);
  if (age < 3 * HOUR) return units(age, 'm', MINUTE);
  if (age < 8 * HOUR) return units(age, 'h', HOUR, 'm', MINUTE);
  if (age < 2 * DAY) return units(age, 'h', HOUR);
  if (age < 8 * DAY) return units(age, 'd', DAY, 'h', HOUR);
  if (age < 2 * YEAR) return units(age, 'd', DAY);
  return age < 8 * YEAR ? units(age, 'y', YEAR, 'd', DAY) : units(age, 'y', YEAR);
}

/** The larger unit, and what is left in the smaller one unless that is none. */
function units(age: number, larger: string, size: number, smaller?: string, smallerSize = size): string {
  const rest = Math.floor((age % size) / smallerSize);
  const text = `${Math.floor(age / size)}${larger}`;
  return smaller === undefined || rest === 0 ? text : `${text}${rest}${smaller}`;
}
