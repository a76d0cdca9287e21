import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countShownTags, formatTagsCell, tagNamesByAge } from '../../../functions/resources/imagestreams/tags-cell.ts';

const named = (lengths: number[]) => lengths.map((length, index) => String.fromCharCode(97 + index).repeat(length));

describe('tags cell', () => {
  // Lengths newest first → number shown, as upstream's printer answered when run (openshift-semantics.md §1).
  it.each([
    [[10, 10, 10, 10], 3],
    [[10, 10, 10, 5, 5], 4],
    [[12, 12, 12, 12], 3],
    [[20, 20], 2],
    [[20, 28], 2],
    [[20, 30], 1],
    [[28, 12], 1],
    [[27, 21, 3], 2],
    [[26, 24, 1, 1], 1],
    [[9, 9, 9, 9, 9], 4],
    [[6, 6, 6, 6, 6, 6, 6, 6], 5],
    [[60, 3], 1],
  ])('shows of names %j the first %i', (lengths, shown) => {
    expect(countShownTags(named(lengths))).toBe(shown);
  });

  it('orders by the age of the newest event, then by name, unimported last', () => {
    const event = (created: string) => [{ created, dockerImageReference: 'r', image: 'i', generation: 1 }];
    const tags = [
      { tag: 'pending', items: null },
      { tag: 'b', items: event('2026-01-01T00:00:00Z') },
      { tag: 'a', items: event('2026-01-01T00:00:00Z') },
      { tag: 'new', items: event('2026-01-02T00:00:00Z') },
    ];
    expect(tagNamesByAge(tags)).toEqual(['new', 'a', 'b', 'pending']);
    expect(formatTagsCell(tags)).toBe('new,a,b,pending');
  });

  it('says how many it hides', () => {
    const tags = named([20, 30, 3]).map((tag) => ({ tag, items: null }));
    expect(formatTagsCell(tags)).toMatch(/^a{20} \+ 2 more\.\.\.$/);
  });

  it('shows the first names in their order, few columns past its budget at most, and counts the others', () => {
    const name = fc.stringMatching(/^[a-z0-9.-]{1,60}$/);
    const tag = fc.record({ tag: name, age: fc.option(fc.nat(5), { nil: null }) });
    fc.assert(
      fc.property(fc.uniqueArray(tag, { maxLength: 15, selector: (each) => each.tag }), (given) => {
        const event = (age: number) => ({
          created: new Date(age * 1000).toISOString(),
          dockerImageReference: 'r',
          image: 'i',
          generation: 1,
        });
        const tags = given.map((each) => ({ tag: each.tag, items: each.age === null ? null : [event(each.age)] }));
        const [shown = '', hidden = '0'] = formatTagsCell(tags).split(/ \+ (\d+) more\.\.\.$/);
        const names = shown === '' ? [] : shown.split(',');
        expect(tagNamesByAge(tags).slice(0, names.length)).toEqual(names);
        expect(names.length + Number(hidden)).toBe(tags.length);
        if (names.length > 1) expect(shown.length).toBeLessThanOrEqual(50);
        if (tags.length > 0) expect(names.length).toBeGreaterThan(0);
      }),
    );
  });
});
