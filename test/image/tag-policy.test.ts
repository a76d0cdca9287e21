import { describe, expect, it, test } from 'vitest';
import { activeHold, deniedImages, minimumAge, validateDeniedImages, validateTagPolicy } from '../../functions/image/tag-policy.ts';
import { digest, NOW, specTag } from './builders.ts';

const HOLD = 'image-streams.io/hold';
const UNTIL = 'image-streams.io/hold-until';
const AGE = 'image-streams.io/minimum-age';
const DENIED = 'image-streams.io/denied-images';

const annotated = (annotations: Record<string, string> | null) => specTag('latest', { annotations });

describe('activeHold', () => {
  test.each<[string, Record<string, string> | null, object | null]>([
    ['nothing', null, null],
    ['an end alone', { [UNTIL]: '2030-01-01T00:00:00Z' }, null],
    ['a reason', { [HOLD]: 'freeze' }, { reason: 'freeze' }],
    ['no reason', { [HOLD]: '' }, { reason: '' }],
    ['an end to come', { [HOLD]: 'x', [UNTIL]: '2026-08-23T12:00:01+02:00' }, { reason: 'x', until: '2026-08-23T12:00:01+02:00' }],
    ['an end that is now', { [HOLD]: 'x', [UNTIL]: NOW }, null],
    ['an end nobody can read', { [HOLD]: 'x', [UNTIL]: 'tomorrow' }, { reason: 'x' }],
  ])('of %s', (_, annotations, wanted) => {
    expect(activeHold(annotated(annotations), NOW)).toEqual(wanted);
  });

  it('is none without a spec tag', () => expect(activeHold(null, NOW)).toBeNull());
});

describe('minimumAge', () => {
  test.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['1d12h', 129_600_000],
    ['0m', 0],
  ])('%s', (text, milliseconds) => {
    expect(minimumAge(annotated({ [AGE]: text }))).toBe(milliseconds);
    expect(validateTagPolicy('tag', { [AGE]: text })).toEqual([]);
  });

  test.each(['', '7', 'd', '1.5h', '-1h', '1h2d', '7 d', '1w', '999999d'])('%j is none, and refused', (text) => {
    expect(minimumAge(annotated({ [AGE]: text }))).toBe(0);
    expect(validateTagPolicy('spec.tags[latest]', { [AGE]: text })).toMatchObject([
      { type: 'Invalid', field: `spec.tags[latest].annotations[${AGE}]`, value: text },
    ]);
  });
});

test.each(['', 'tomorrow', '2026-01-31', '2026-13-01T00:00:00Z', '2026-01-31T00:00:00'])('hold-until %j is refused', (text) => {
  expect(validateTagPolicy('tag', { [UNTIL]: text })).toMatchObject([{ type: 'Invalid', field: `tag.annotations[${UNTIL}]` }]);
});

describe('the list of denied images', () => {
  it('may be written with commas and white space, and holds each digest once', () => {
    const text = ` ${digest('a')},${digest('b')}\n\t${digest('a')} `;
    expect(deniedImages({ [DENIED]: text })).toEqual([digest('a'), digest('b')]);
    expect(validateDeniedImages({ [DENIED]: text })).toEqual([]);
  });

  it('leaves out what is no digest, which a write is refused for', () => {
    const annotations = { [DENIED]: `latest ${digest('a')} sha256:abc` };
    expect(deniedImages(annotations)).toEqual([digest('a')]);
    const field = `metadata.annotations[${DENIED}]`;
    expect(validateDeniedImages(annotations)).toMatchObject([
      { field, value: 'latest' },
      { field, value: 'sha256:abc' },
    ]);
  });

  it('has an end', () => {
    const many = Array.from({ length: 51 }, (_, index) => `sha256:${String(index).padStart(64, '0')}`);
    expect(validateDeniedImages({ [DENIED]: many.slice(1).join() })).toEqual([]);
    expect(validateDeniedImages({ [DENIED]: many.join() })).toMatchObject([{ value: '51', detail: 'must have at most 50 digests' }]);
  });
});
