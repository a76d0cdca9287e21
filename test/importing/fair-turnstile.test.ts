import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFairTurnstile, type FairLimits } from '../../functions/importing/fair-turnstile.ts';

/** Tasks that end when told to. */
function open(limits: FairLimits) {
  const inTurn = createFairTurnstile(limits);
  const running: { key: string; end: () => void }[] = [];
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    running,
    async start(key: string, times = 1) {
      for (let time = 0; time < times; time += 1) {
        void inTurn(key, () => new Promise<void>((resolve) => running.push({ key, end: resolve })));
      }
      await settle();
    },
    async end(index: number) {
      running.splice(index, 1)[0]?.end();
      await settle();
    },
    count: (key: string) => running.filter((task) => task.key === key).length,
  };
}

describe('createFairTurnstile', () => {
  it('gives one key no more than its share, and finds another one a place', async () => {
    const turnstile = open({ parallel: 4 });
    await turnstile.start('stuck', 20);
    expect(turnstile.count('stuck')).toBe(4);
    await turnstile.start('also stuck', 20);
    for (const key of ['a', 'b']) {
      await turnstile.start(key);
      expect(turnstile.count(key)).toBe(1);
    }
  });

  it('finds a place beside ten that are stuck', async () => {
    const turnstile = open({ parallel: 32 });
    for (let host = 0; host < 10; host += 1) await turnstile.start(`stuck ${host}`, 100);
    await turnstile.start('fine');
    expect(turnstile.count('fine')).toBe(1);
  });

  it('lets the keys go in turn, and those of one key in order', async () => {
    const order: string[] = [];
    const inTurn = createFairTurnstile({ parallel: 1 });
    const names = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'd1', 'd2', 'e1'];
    await Promise.all(names.map((name) => inTurn(name.charAt(0), async () => void order.push(name))));
    expect(order.slice(0, 3)).toEqual(['a1', 'b1', 'c1']);
    expect(order.indexOf('e1')).toBeLessThan(order.indexOf('a3'));
    for (const key of ['a', 'b', 'd']) {
      const ofKey = order.filter((name) => name.startsWith(key));
      expect(ofKey).toEqual(ofKey.toSorted());
    }
  });

  it('holds a narrow key to one at a time until it is wide', async () => {
    const narrow = new Set(['a']);
    const turnstile = open({ parallel: 4, widthOf: (key) => (narrow.has(key) ? 1 : Infinity) });
    await turnstile.start('a', 5);
    expect(turnstile.running).toHaveLength(1);
    narrow.clear();
    await turnstile.end(0);
    expect(turnstile.running).toHaveLength(4);
  });

  it('runs every task, never more than it may', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'), { maxLength: 60 }),
        async (parallel, keys) => {
          const inTurn = createFairTurnstile({ parallel });
          const running = new Map<string, number>();
          let done = 0;
          await Promise.all(
            keys.map((key) =>
              inTurn(key, async () => {
                running.set(key, (running.get(key) ?? 0) + 1);
                expect(running.get(key)).toBeLessThanOrEqual(parallel);
                expect([...running.values()].reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(3 * parallel);
                await new Promise((resolve) => setImmediate(resolve));
                running.set(key, (running.get(key) ?? 0) - 1);
                done += 1;
              }),
            ),
          );
          expect(done).toBe(keys.length);
        },
      ),
      { numRuns: 30 },
    );
  });
});
