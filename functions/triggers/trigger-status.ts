/** How deliveries and failures change a trigger's status. Pure; answers the same object when nothing changes, so that nothing is written. */
import { formatTime } from '../resources/rfc3339.ts';
import type { NewestTag } from './newest-tag.ts';
import type { StoredTrigger } from './ports.ts';
import type { Refusal } from './targets/target.ts';
import type { TriggerCondition, TriggerSource, TriggerTagStatus } from './types.ts';

/** What one run of a trigger came to. */
export interface FireReport {
  readonly delivered: readonly NewestTag[];
  readonly refusal: Refusal | null;
}

/** `now` in milliseconds. */
export function applyReport(trigger: StoredTrigger, { delivered, refusal }: FireReport, now: number): StoredTrigger {
  const isGone = refusal?.kind === 'gone';
  const generation = isGone ? trigger.generation + 1 : trigger.generation;
  const spec = isGone ? { ...trigger.spec, paused: true } : trigger.spec;
  const tags = delivered.reduce((known, tag) => recordDelivery(known, tag, now), trigger.status.tags ?? []);
  const conditions = nextConditions(trigger.status.conditions, { delivered, refusal }, now);
  const isUnchanged = tags === trigger.status.tags || (tags.length === 0 && trigger.status.tags === undefined);
  if (isUnchanged && conditions === trigger.status.conditions && trigger.status.observedGeneration === generation && !isGone)
    return trigger;
  return { ...trigger, generation, spec, status: { ...trigger.status, observedGeneration: generation, tags, conditions } };
}

export function statusOf(trigger: StoredTrigger, from: TriggerSource): TriggerTagStatus | undefined {
  return trigger.status.tags?.find((tag) => isSameSource(tag.from, from));
}

/** Keeps of `tags` what `from` still names. */
export function keepSources(tags: readonly TriggerTagStatus[], from: readonly TriggerSource[]): readonly TriggerTagStatus[] {
  return tags.filter((tag) => from.some((source) => isSameSource(tag.from, source)));
}

function recordDelivery(tags: readonly TriggerTagStatus[], tag: NewestTag, now: number): readonly TriggerTagStatus[] {
  const told: TriggerTagStatus = {
    from: tag.from,
    lastImage: tag.image,
    lastReference: tag.dockerImageReference,
    lastRevision: tag.revision,
    lastFiredTime: formatTime(now),
  };
  return [...tags.filter((known) => !isSameSource(known.from, tag.from)), told];
}

function nextConditions(
  conditions: readonly TriggerCondition[],
  { delivered, refusal }: FireReport,
  now: number,
): readonly TriggerCondition[] {
  if (refusal !== null) return setCondition(conditions, { status: 'False', reason: refusal.reason, message: refusal.message }, now);
  if (delivered.length === 0) return conditions;
  return setCondition(conditions, { status: 'True', reason: 'Delivered', message: 'the target has the newest image' }, now);
}

function setCondition(
  conditions: readonly TriggerCondition[],
  wanted: Pick<TriggerCondition, 'status' | 'reason' | 'message'>,
  now: number,
): readonly TriggerCondition[] {
  const current = conditions.find((condition) => condition.type === 'Delivered');
  if (current?.status === wanted.status && current.reason === wanted.reason && current.message === wanted.message) return conditions;
  const lastTransitionTime = current?.status === wanted.status ? current.lastTransitionTime : formatTime(now);
  return [...conditions.filter((condition) => condition !== current), { type: 'Delivered', ...wanted, lastTransitionTime }];
}

function isSameSource(one: TriggerSource, other: TriggerSource): boolean {
  return one.name === other.name && one.namespace === other.namespace;
}
