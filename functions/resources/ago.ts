import { formatHumanDuration } from '../kubernetes/human-duration.ts';

/** `3 hours ago`, as docker and oc print ages. Both in milliseconds. */
export function formatAgo(then: number, now: number): string {
  return `${formatHumanDuration(now - then)} ago`;
}

const UNITS = [
  { suffix: 'd', ms: 86_400_000, from: 2 * 86_400_000 },
  { suffix: 'h', ms: 3_600_000, from: 3 * 3_600_000 },
  { suffix: 'm', ms: 60_000, from: 2 * 60_000 },
];

/** `95s`, `12m`, `5h`, `3d`: the Age column of kubectl (apimachinery `duration.ShortHumanDuration`, coarse). `then` is RFC 3339. */
export function formatAge(then: string | null | undefined, now: number): string {
  const ms = now - Date.parse(then ?? '');
  if (Number.isNaN(ms)) return '<unknown>';
  const unit = UNITS.find(({ from }) => ms >= from) ?? { suffix: 's', ms: 1000 };
  return `${Math.max(0, Math.floor(ms / unit.ms))}${unit.suffix}`;
}
