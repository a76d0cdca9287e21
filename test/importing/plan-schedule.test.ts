import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSchedule } from '../../functions/importing/plan-schedule.ts';
import type { ShardCheckpoint } from '../../functions/importing/ports.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-01-02T03:04:05Z');

const plan = (checkpoints: readonly ShardCheckpoint[], now = NOW, intervals = ['15m'], shards = 1) =>
  planSchedule(checkpoints, { intervals, shards, now });

describe('planSchedule', () => {
  it.each([
    ['never passed', 0, true],
    ['an interval ago', 15 * MINUTE, true],
    ['an interval ago but for the jitter of the scheduler', 15 * MINUTE - 5_000, true],
    ['less than that ago', 15 * MINUTE - 5_001, false],
    ['just now', 0.5, false],
    ['long ago', 1_000 * MINUTE, true],
  ])('a shard that passed %s', (_, ago, expected) => {
    const lastPass = ago === 0 ? 0 : NOW - ago;
    expect(plan([{ interval: '15m', shard: 0, lastPass }])).toHaveLength(expected ? 1 : 0);
  });

  it('also plans intervals that were configured once: tags may still be in them', () => {
    const passes = plan([{ interval: '1h', shard: 0, lastPass: NOW - 60 * MINUTE }]);
    expect(passes.map(({ interval }) => interval)).toEqual(['15m', '1h']);
  });

  it('spreads the shards over the interval after the first pass', () => {
    const first = plan([], NOW, ['16m'], 16);
    expect(first).toHaveLength(16);
    const checkpoints = first.map(({ interval, shard, nextCheckpoint }) => ({ interval, shard, lastPass: nextCheckpoint }));
    const perMinute = Array.from({ length: 16 }, (_, minute) => plan(checkpoints, NOW + (minute + 1) * MINUTE, ['16m'], 16).length);
    expect(perMinute).toEqual(Array.from({ length: 16 }, (_, minute) => minute + 1));
  });

  it('passes every shard once per interval, whatever the ticks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3_000, max: 3_000 }), { minLength: 60, maxLength: 60 }), (jitter) => {
        let checkpoints: readonly ShardCheckpoint[] = [];
        const passes = new Map<number, number[]>();
        for (const [minute, off] of jitter.entries()) {
          const now = NOW + minute * MINUTE + off;
          const due = plan(checkpoints, now, ['10m'], 4);
          const done = new Map(due.map(({ shard, nextCheckpoint }) => [shard, nextCheckpoint]));
          for (const { shard } of due) passes.set(shard, [...(passes.get(shard) ?? []), now]);
          checkpoints = Array.from({ length: 4 }, (_, shard) => ({
            interval: '10m',
            shard,
            lastPass: done.get(shard) ?? checkpoints.find((checkpoint) => checkpoint.shard === shard)?.lastPass ?? 0,
          }));
        }
        for (const times of passes.values()) {
          const gaps = times.slice(2).map((time, index) => time - (times[index + 1] ?? 0));
          expect(gaps.every((gap) => gap >= 10 * MINUTE - 5_000 && gap <= 11 * MINUTE + 6_000)).toBe(true);
        }
        expect(passes.size).toBe(4);
      }),
      { numRuns: 50 },
    );
  });
});
