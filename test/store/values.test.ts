import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullJitter } from '../../functions/store/backoff.ts';
import { formatToken, parseToken } from '../../functions/store/continue-token.ts';
import { itemBytes, marshalItem } from '../../functions/store/item-size.ts';
import { nextRevision } from '../../functions/store/revision.ts';
import { followersFirst } from '../../functions/store/tag-order.ts';
import { stream, tag, tracking } from './streams.ts';

describe('item sizes', () => {
  it('count names and values', () => {
    expect(itemBytes(marshall({ ab: 'xyz' }))).toBe(5);
    expect(itemBytes(marshall({ ü: '€' }))).toBe(5);
    expect(itemBytes(marshall({ a: true, b: null }))).toBe(4);
    expect(itemBytes(marshall({ m: { k: 'v' }, l: ['x', 'y'] }))).toBe(1 + 3 + 1 + 2 + 1 + 3 + 2 + 2);
    expect(itemBytes(marshall({ b: new Uint8Array(10) }))).toBe(11);
  });

  it('are checked before anything is sent', () => {
    expect(marshalItem({ a: 'x'.repeat(409_599) })).toBeDefined();
    expect(() => marshalItem({ a: 'x'.repeat(409_600) })).toThrow(expect.objectContaining({ code: 'ERR_STORE_TOO_LARGE' }));
  });
});

describe('revisions', () => {
  it('are microseconds and always grow', () => {
    expect(nextRevision(0, 1_000)).toBe(1_000_000);
    expect(nextRevision(1_000_000, 1_000)).toBe(1_000_001);
    expect(nextRevision(9_000_000, 1_000)).toBe(9_000_001);
  });
});

describe('fullJitter', () => {
  it('grows up to its limit and is anything below', () => {
    const limits = { baseMs: 10, maxMs: 100 };
    expect([0, 1, 2, 3, 4, 50].map((attempt) => fullJitter(() => 1, attempt, limits))).toEqual([10, 20, 40, 80, 100, 100]);
    expect(fullJitter(() => 0, 9, limits)).toBe(0);
  });
});

describe('continue tokens', () => {
  it('read back', () => {
    const position = fc.record({ namespace: fc.string(), after: fc.string({ unit: 'grapheme' }), revision: fc.integer({ min: 1 }) });
    fc.assert(fc.property(position, (given) => void expect(parseToken(formatToken(given))).toEqual(given)));
  });

  it('are refused when they are anything else', () => {
    const refused = fc.property(fc.string(), (text) => {
      expect(() => parseToken(text)).toThrow(expect.objectContaining({ code: 'ERR_STORE_BAD_TOKEN' }));
    });
    fc.assert(refused);
  });
});

describe('followersFirst', () => {
  it('puts every follower before what it follows, and ends on cycles', () => {
    const names = fc.uniqueArray(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 16 });
    const property = fc.property(names, fc.infiniteStream(fc.nat(15)), (numbers, follows) => {
      const tags = numbers.map((number) => tag(`t${number}`, [1], tracking(`t${number}`, `t${follows.next().value ?? 0}`)));
      const state = stream(tags);
      const changes = tags.map((each) => ({ name: each.name, before: null, after: each }));
      const order = followersFirst(state, changes).map(({ name }) => name);
      expect([...order].sort()).toEqual(tags.map(({ name }) => name).sort());
      for (const each of tags) {
        const followed = each.spec?.from?.name ?? '';
        const isCycle = reaches(tags, followed, each.name);
        if (order.includes(followed) && !isCycle) expect(order.indexOf(each.name)).toBeLessThan(order.indexOf(followed));
      }
    });
    fc.assert(property, { numRuns: 500 });
  });
});

function reaches(tags: readonly ReturnType<typeof tag>[], from: string, to: string): boolean {
  const seen = new Set<string>();
  for (let at = from; !seen.has(at);) {
    if (at === to) return true;
    seen.add(at);
    at = tags.find(({ name }) => name === at)?.spec?.from?.name ?? at;
  }
  return false;
}
