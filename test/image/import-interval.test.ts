import { describe, expect, it } from 'vitest';
import {
  IMPORT_INTERVAL_ANNOTATION,
  IMPORT_INTERVALS,
  importIntervalOf,
  intervalLength,
  validateImportInterval,
} from '../../functions/image/import-interval.ts';
import { validateTagReference } from '../../functions/image/validation.ts';
import { specTag } from './builders.ts';

const MINUTE = 60_000;
const annotated = (value: string) => ({ annotations: { [IMPORT_INTERVAL_ANNOTATION]: value } });

describe('intervalLength', () => {
  it.each([
    ['1m', MINUTE],
    ['15m', 15 * MINUTE],
    ['6h', 360 * MINUTE],
    ['30d', 30 * 24 * 60 * MINUTE],
  ])('reads %s', (interval, expected) => {
    expect(intervalLength(interval)).toBe(expected);
  });

  it.each(['', '15', 'm', '0m', '1.5h', '15 m', '1w', '-1m'])('refuses %j', (interval) => {
    expect(() => intervalLength(interval)).toThrow(RangeError);
  });
});

describe('the interval of a tag', () => {
  it.each(IMPORT_INTERVALS)('may be %s', (interval) => {
    expect(validateImportInterval('tag', annotated(interval))).toEqual([]);
    expect(importIntervalOf(annotated(interval), '15m')).toBe(interval);
  });

  it.each(['', '3m', '60m', '15M', ' 15m', '0', 'never', '__proto__'])('may not be %j, and is the deployment’s when stored so', (value) => {
    const [error, ...more] = validateImportInterval('spec.tags[a]', annotated(value));
    expect(more).toEqual([]);
    expect(error).toMatchObject({ type: 'NotSupported', field: 'spec.tags[a].annotations[image-streams.io/import-interval]', value });
    expect(error?.detail).toMatch(/^supported values: "1m", "2m", .* "30d"$/);
    expect(importIntervalOf(annotated(value), '15m')).toBe('15m');
  });

  it('is the deployment’s unless the tag says otherwise', () => {
    for (const spec of [null, { annotations: null }, { annotations: { other: '1m' } }]) expect(importIntervalOf(spec, '6h')).toBe('6h');
  });

  it('is checked with the rest of a spec tag', () => {
    const spec = { ...specTag('a', { from: { kind: 'DockerImage', name: 'busybox' } }), ...annotated('3m') };
    expect(validateTagReference('tag', spec).map(({ field }) => field)).toEqual(['tag.annotations[image-streams.io/import-interval]']);
  });
});
