/** When a change may go out. Pure. */
import type { TriggerPolicy } from '../types.ts';
import { parseDuration } from './duration.ts';
import { nextOpening } from './window.ts';

export interface Waiting {
  /** ms; since when there is something to tell. */
  readonly since: number;
  /** ms; when the target was last told something; null = never. */
  readonly lastTriggered: number | null;
  /** ms; when the rate of the policy allows it (rate.ts). */
  readonly allowedFrom: number;
  /** ms. */
  readonly now: number;
}

/** ms; `now` when it may go out at once. The policy is valid. */
export function dueTime(policy: TriggerPolicy | undefined, { since, lastTriggered, allowedFrom, now }: Waiting): number {
  if (policy === undefined) return now;
  const batched = since + lengthOf(policy.batch);
  const spaced = lastTriggered === null || policy.minInterval === undefined ? now : lastTriggered + lengthOf(policy.minInterval);
  return nextOpening(policy.window ?? [], Math.max(now, batched, spaced, allowedFrom));
}

function lengthOf(duration: string | undefined): number {
  return duration === undefined ? 0 : (parseDuration(duration) ?? 0);
}
