/** When which part of the scheduled tags is checked: pure arithmetic over checkpoints. */
import { intervalLength } from '../image/import-interval.ts';
import type { ShardCheckpoint } from './ports.ts';

export interface ShardPass {
  readonly interval: string;
  readonly shard: number;
  /** What `lastPass` becomes when the pass is done. */
  readonly nextCheckpoint: number;
}

/** The scheduler ticks every minute, give or take: a pass that is due within this many milliseconds is due. */
const TOLERANCE = 5_000;

/**
 * The passes that are due at `now` (ms). Besides `intervals` those that have checkpoints are planned, since tags stay in their old interval until
 * they are written again. A pass that was missed is made up for once, never several times. The first pass of a shard pretends to be older than
 * it is, each by another part of the interval: the following ones are then spread evenly instead of all meeting in one minute.
 */
export function planSchedule(
  checkpoints: readonly ShardCheckpoint[],
  { intervals, shards, now }: { readonly intervals: readonly string[]; readonly shards: number; readonly now: number },
): readonly ShardPass[] {
  const lastPasses = new Map(checkpoints.map(({ interval, shard, lastPass }) => [`${interval}#${shard}`, lastPass]));
  const planned = new Set([...intervals, ...checkpoints.map(({ interval }) => interval)]);
  return [...planned].flatMap((interval) => {
    const length = intervalLength(interval);
    return Array.from({ length: shards }, (_, shard) => shard).flatMap((shard) => {
      const lastPass = lastPasses.get(`${interval}#${shard}`) ?? 0;
      if (now - lastPass < length - TOLERANCE) return [];
      const isFirst = lastPass === 0;
      return [{ interval, shard, nextCheckpoint: isFirst ? now - Math.floor((length * shard) / shards) : now }];
    });
  });
}
