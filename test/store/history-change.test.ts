import { describe, expect, it } from 'vitest';
import { changeHistory } from '../../functions/store/history-change.ts';
import { event, tag } from './streams.ts';

const stored = { sequence: 7, base: 4 };
const before = tag('a', [3, 2, 1]);

describe('changeHistory', () => {
  it('numbers a new history from 1', () => {
    expect(changeHistory(null, null, tag('a', [3, 2, 1]))).toEqual({
      sequence: 3,
      base: 0,
      events: [
        { sequence: 2, event: event(2) },
        { sequence: 1, event: event(1) },
      ],
      added: [event(3), event(2), event(1)],
    });
  });

  it('goes on behind a tombstone', () => {
    expect(changeHistory({ sequence: 7, base: 7 }, null, tag('a', [9]))).toMatchObject({ sequence: 8, base: 7, events: [] });
  });

  it('writes only the displaced event for a new one', () => {
    const change = changeHistory(stored, before, tag('a', [4, 3, 2, 1]));
    expect(change).toEqual({ sequence: 8, base: 4, events: [{ sequence: 7, event: event(3) }], added: [event(4)] });
  });

  it('takes several new ones, the old newest corrected on the way', () => {
    const corrected = event(3, 9);
    const after = { ...before, items: [event(5), event(4), corrected, event(2), event(1)], total: 5 };
    expect(changeHistory(stored, before, after)).toEqual({
      sequence: 9,
      base: 4,
      events: [
        { sequence: 8, event: event(4) },
        { sequence: 7, event: corrected },
      ],
      added: [event(5), event(4), corrected],
    });
  });

  it('writes no event for a correction in place', () => {
    const after = { ...before, items: [event(3, 9), event(2), event(1)] };
    expect(changeHistory(stored, before, after)).toMatchObject({ sequence: 7, base: 4, events: [], added: [event(3, 9)] });
  });

  it('does not mind unloaded events', () => {
    const partly = { ...tag('a', [3]), total: 3 };
    const after = { ...tag('a', [4, 3]), total: 4 };
    expect(changeHistory(stored, partly, after)).toMatchObject({ sequence: 8, base: 4, events: [{ sequence: 7, event: event(3) }] });
  });

  it('raises the base when only old events went', () => {
    expect(changeHistory(stored, before, tag('a', [3, 2]))).toEqual({ sequence: 7, base: 5, events: [], added: [] });
    expect(changeHistory(stored, before, tag('a', []))).toEqual({ sequence: 7, base: 7, events: [], added: [] });
  });

  it.each([
    ['an event in the middle went', [3, 1]],
    ['the newest went', [2, 1]],
    ['all is new', [9, 8, 7]],
    ['more is new than was there', [9, 8, 7, 6]],
  ])('gives up the old numbers when %s', (_, numbers) => {
    const change = changeHistory(stored, before, tag('a', numbers));
    expect(change).toMatchObject({ base: 7, sequence: 7 + numbers.length });
    expect(change.events.map(({ sequence }) => sequence)).toEqual(numbers.slice(1).map((_number, index) => 6 + numbers.length - index));
  });
});
