import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CountedDelivery, countDelivery, MOST_COUNTED, rateDue } from '../../../functions/triggers/policy/rate.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TWICE_AN_HOUR = { deliveries: 2, per: '1h' };
const at = (...times: number[]): CountedDelivery[] => times.map((time, index) => ({ id: `d${index}`, time }));

describe('a rate', () => {
  it.each<[string, CountedDelivery[], number]>([
    ['has room at first', [], -Infinity],
    ['has room for another one', at(0), -Infinity],
    ['waits for the oldest of those that fill it', at(0, MINUTE), HOUR],
    ['does not care about their order', at(5, 0, MINUTE), HOUR + 5],
    ['counts what went out beyond it, too', at(0, MINUTE, 2 * MINUTE), HOUR + MINUTE],
  ])('%s', (_, counted, due) => {
    expect(rateDue(TWICE_AN_HOUR, counted, 'new')).toBe(due);
  });

  it('does not hold up what counts already, nor anything when there is none', () => {
    expect(rateDue(TWICE_AN_HOUR, at(0, MINUTE), 'd1')).toBe(-Infinity);
    expect(rateDue(undefined, at(0, MINUTE), 'new')).toBe(-Infinity);
  });

  it('counts a delivery once, and forgets what is a period old', () => {
    const counted = countDelivery(TWICE_AN_HOUR, at(0, MINUTE), { id: 'd1', time: 2 * MINUTE });
    expect(counted).toEqual(at(0, MINUTE));
    expect(countDelivery(TWICE_AN_HOUR, counted, { id: 'd2', time: HOUR })).toEqual([
      { id: 'd1', time: MINUTE },
      { id: 'd2', time: HOUR },
    ]);
  });

  it('is never exceeded by what waits for it, and lets everything go out in the end', () => {
    const rates = fc.record({ deliveries: fc.integer({ min: 1, max: MOST_COUNTED }), per: fc.constantFrom('1s', '90s', '1h') });
    const gaps = fc.array(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 2 * HOUR })), { maxLength: 80 });
    fc.assert(
      fc.property(rates, gaps, (rate, waits) => {
        const length = { '1s': 1000, '90s': 90_000, '1h': HOUR }[rate.per] ?? 0;
        let now = 0;
        let counted: readonly CountedDelivery[] = [];
        const sent: number[] = [];
        for (const [index, wait] of waits.entries()) {
          now += wait;
          const id = `d${index}`;
          now = Math.max(now, rateDue(rate, counted, id));
          // When it says a time, that is the first at which it lets it go.
          expect(rateDue(rate, counted, id)).toBeLessThanOrEqual(now);
          sent.push(now);
          counted = countDelivery(rate, counted, { id, time: now });
          expect(counted.length).toBeLessThanOrEqual(MOST_COUNTED);
        }
        for (const time of sent)
          expect(sent.filter((other) => time - length < other && other <= time).length).toBeLessThanOrEqual(rate.deliveries);
      }),
    );
  });
});
