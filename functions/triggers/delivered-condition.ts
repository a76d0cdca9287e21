/** The condition `Delivered` of a trigger: whether its target has the newest images, as far as is known. Pure. */
import { formatTime } from '../resources/rfc3339.ts';
import type { Outcome } from './targets/target.ts';
import type { TriggerCondition, TriggerSource } from './types.ts';

export type ConditionValue = Pick<TriggerCondition, 'status' | 'reason' | 'message'>;

/** What the outcome of a delivery makes of it. */
export function conditionOf(outcome: Outcome): ConditionValue {
  if (outcome.kind !== 'delivered') return { status: 'False', reason: outcome.reason, message: outcome.message };
  if (outcome.pending === true) return { status: 'Unknown', reason: 'Pending', message: 'the target has the newest image and works on it' };
  return { status: 'True', reason: 'Delivered', message: 'the target has the newest image' };
}

/** Some tags have no image yet. */
export function unresolved(sources: readonly TriggerSource[]): ConditionValue {
  const names = sources.map(({ namespace, name }) => (namespace === undefined ? name : `${namespace}/${name}`));
  return { status: 'Unknown', reason: 'Unresolved', message: `no image yet: ${names.join(', ')}` };
}

/** The condition as wanted; the same list when it is already. `now` in ms. */
export function setCondition(conditions: readonly TriggerCondition[], wanted: ConditionValue, now: number): readonly TriggerCondition[] {
  const current = conditions.find((condition) => condition.type === 'Delivered');
  if (current?.status === wanted.status && current.reason === wanted.reason && current.message === wanted.message) return conditions;
  const lastTransitionTime = current?.status === wanted.status ? current.lastTransitionTime : formatTime(now);
  return [...conditions.filter((condition) => condition !== current), { type: 'Delivered', ...wanted, lastTransitionTime }];
}
