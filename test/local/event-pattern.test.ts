import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../lib/local/event-pattern.ts';

const event = {
  source: 'image-streams',
  n: 5,
  tags: ['a', 'b'],
  none: null,
  detail: { tag: 'latest', empty: '', list: [{ x: 1 }, { x: 2, y: 3 }] },
};

describe('compilePattern', () => {
  it.each<[object, boolean]>([
    [{ source: ['image-streams'] }, true],
    [{ source: ['other', 'image-streams'] }, true],
    [{ source: ['other'] }, false],
    [{ absent: ['x'] }, false],
    [{ none: [null] }, true],
    [{ detail: { empty: [''] } }, true],
    [{ tags: ['b'] }, true],
    [{ tags: ['c'] }, false],
    [{ detail: { tag: [{ prefix: 'lat' }] } }, true],
    [{ detail: { tag: [{ suffix: 'lat' }] } }, false],
    [{ detail: { tag: [{ 'anything-but': 'latest' }] } }, false],
    [{ detail: { tag: [{ 'anything-but': ['x', { prefix: 'z' }] }] } }, true],
    [{ detail: { tag: [{ 'anything-but': { prefix: 'la' } }] } }, false],
    [{ detail: { absent: [{ 'anything-but': 'x' }] } }, false],
    [{ detail: { tag: [{ exists: true }] } }, true],
    [{ detail: [{ exists: true }] }, false], // only leaves exist
    [{ detail: { absent: [{ exists: false }] } }, true],
    [{ missing: { deep: [{ exists: false }] } }, true],
    [{ n: [{ numeric: ['>', 1, '<=', 5] }] }, true],
    [{ n: [{ numeric: ['<', 5] }] }, false],
    [{ detail: { list: { y: [3] } } }, true],
    [{ detail: { list: { x: [1], y: [3] } } }, false],
    [{ source: ['image-streams'], detail: { tag: ['other'] } }, false],
  ])('%j → %s', (pattern, expected) => {
    expect(compilePattern(pattern)(event)).toBe(expected);
  });

  it.each([
    [{ a: [{ wildcard: '*' }] }, 'wildcard'],
    [{ $or: [{ a: ['b'] }] }, '$or'],
    [{ a: 'text' }, 'text'],
    [{ a: [{ prefix: 5 }] }, 'prefix'],
    [{ a: [{ numeric: ['~', 1] }] }, 'numeric'],
    [{ a: [{ prefix: 'a', suffix: 'b' }] }, 'suffix'],
  ])('stops at %j', (pattern, name) => {
    expect(() => compilePattern(pattern)).toThrow(name);
  });
});
