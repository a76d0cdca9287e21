import { describe, expect, it } from 'vitest';
import { mapAhead } from '../../functions/store/parallel.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('mapAhead', () => {
  it('answers in order and begins no more than it is told', async () => {
    let [running, peak] = [0, 0];
    const begun: number[] = [];
    const work = async (item: number) => {
      begun.push(item);
      peak = Math.max(peak, ++running);
      await new Promise((resolve) => setTimeout(resolve, item % 3));
      running -= 1;
      return item * 10;
    };
    const results: number[] = [];
    for await (const { item, result } of mapAhead(numbers(20), () => 3, work)) {
      expect(begun.length).toBeLessThanOrEqual(item + 4);
      results.push(result);
    }
    expect(results).toEqual(numbers(20).map((item) => item * 10));
    expect(peak).toBe(4);
  });

  it('begins nothing ahead of what may be the last', async () => {
    const begun: number[] = [];
    for await (const { item } of mapAhead(
      numbers(20),
      (passed) => passed,
      async (each) => void begun.push(each),
    ))
      if (item === 2) break;
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('fails in its turn, and not at all when nobody gets there', async () => {
    const work = async (item: number) => (item === 2 ? Promise.reject(new Error('two')) : item);
    const seen: number[] = [];
    const all = async () => {
      for await (const { result } of mapAhead(numbers(5), () => 4, work)) seen.push(result);
    };
    await expect(all()).rejects.toThrow('two');
    expect(seen).toEqual([0, 1]);
    for await (const { result } of mapAhead(numbers(5), () => 4, work)) if (result === 0) break;
  });
});
