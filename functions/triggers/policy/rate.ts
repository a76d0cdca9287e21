/**
 * How many deliveries there may be within a period. A delivery counts once, from when the target first took it or may have: tries of the same
 * delivery are no further ones, and what a target refused did not reach it. Pure.
 */
import type { TriggerRate } from '../types.ts';
import { parseDuration } from './duration.ts';

/** Most that a rate may allow, and that are kept of a trigger. */
export const MOST_COUNTED = 20;

/** A delivery that counts. */
export interface CountedDelivery {
  readonly id: string;
  /** ms; when its target had answered. */
  readonly time: number;
}

/** ms; when the delivery may go out as far as the rate is concerned. -Infinity: at once. The rate is valid. */
export function rateDue(rate: TriggerRate | undefined, counted: readonly CountedDelivery[], id: string): number {
  if (rate === undefined || counted.some((known) => known.id === id)) return -Infinity;
  const oldest = counted.map(({ time }) => time).toSorted((one, other) => other - one)[rate.deliveries - 1];
  return oldest === undefined ? -Infinity : oldest + lengthOf(rate);
}

/** `counted` with one more, without those that do not matter any more. */
export function countDelivery(
  rate: TriggerRate,
  counted: readonly CountedDelivery[],
  { id, time }: CountedDelivery,
): readonly CountedDelivery[] {
  const recent = counted.filter((known) => known.time + lengthOf(rate) > time);
  return recent.some((known) => known.id === id) ? recent : [...recent, { id, time }].slice(-MOST_COUNTED);
}

function lengthOf({ per }: TriggerRate): number {
  return parseDuration(per) ?? 0;
}
