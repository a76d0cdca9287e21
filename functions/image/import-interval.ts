/** How often a scheduled tag is compared with its registry: a fixed ladder, for the deployment and for single tags (design.md §3). Pure. */
import type { FieldError } from '../kubernetes/types.ts';
import type { TagReference } from './types.ts';

/** The ladder: a fixed set keeps the shards of the `scheduled` index few and full. */
export const IMPORT_INTERVALS = ['1m', '2m', '5m', '10m', '15m', '30m', '1h', '2h', '6h', '12h', '1d', '7d', '30d'] as const;
export type ImportInterval = (typeof IMPORT_INTERVALS)[number];

/** Annotation of spec tags that are to be checked in another interval than the deployment's. */
export const IMPORT_INTERVAL_ANNOTATION = 'image-streams.io/import-interval';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export function isImportInterval(value: unknown): value is ImportInterval {
  return (IMPORT_INTERVALS as readonly unknown[]).includes(value);
}

/** Milliseconds of an interval such as `15m`, `6h`, `30d`. Throws RangeError for anything else: intervals were checked when they came. */
export function intervalLength(interval: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,3})([mhd])$/.exec(interval) ?? [];
  const length = UNITS[unit];
  if (count === undefined || length === undefined) throw new RangeError(`no import interval: "${interval}"`);
  return Number(count) * length;
}

/** The tag's own interval, or `fallback` when it names none or one that is no step of the ladder. */
export function importIntervalOf(spec: Pick<TagReference, 'annotations'> | null, fallback: string): string {
  const own = spec?.annotations?.[IMPORT_INTERVAL_ANNOTATION];
  return isImportInterval(own) ? own : fallback;
}

/**
 * Error of a spec tag at `path` whose annotation is no step of the ladder. A value between two steps is refused rather than rounded: what
 * the object says is what happens.
 */
export function validateImportInterval(path: string, { annotations }: Pick<TagReference, 'annotations'>): readonly FieldError[] {
  const value = annotations?.[IMPORT_INTERVAL_ANNOTATION];
  if (value === undefined || isImportInterval(value)) return [];
  const detail = `supported values: ${IMPORT_INTERVALS.map((interval) => JSON.stringify(interval)).join(', ')}`;
  return [{ type: 'NotSupported', field: `${path}.annotations[${IMPORT_INTERVAL_ANNOTATION}]`, value, detail }];
}
