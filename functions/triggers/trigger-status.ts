/** How deliveries change a trigger. Pure; answers the same object when nothing changes, so that nothing is written. */
import { sameJson } from '../image/same-json.ts';
import { formatTime } from '../resources/rfc3339.ts';
import { isSameImage, withAwaited, withSucceeded } from './awaited.ts';
import { conditionOf, setCondition, unresolved } from './delivered-condition.ts';
import type { DeliveryPlan, PlannedImage } from './plan-delivery.ts';
import { countDelivery } from './policy/rate.ts';
import type { AwaitedDelivery, Deferral, StoredTrigger } from './stored-trigger.ts';
import type { Outcome } from './targets/target.ts';
import { tell } from './told-images.ts';
import type { DeliveryOutcome, ImageTriggerStatus, TriggerDelivery } from './types.ts';

/** What one run of a trigger came to. */
export type FireReport =
  | Extract<DeliveryPlan, { readonly kind: 'current' | 'unresolved' | 'deferred' }>
  | {
      readonly kind: 'tried';
      readonly id: string;
      readonly images: readonly PlannedImage[];
      readonly dryRun: boolean;
      readonly outcome: Outcome;
    };

/** A trigger after a run, and the delivery that came to an end with it. */
export interface Reported {
  readonly trigger: StoredTrigger;
  readonly concluded?: TriggerDelivery;
}

const KEPT_DELIVERIES = 10;

/** `fired`: generation of the spec that ran. `now` in ms. */
export function applyReport(trigger: StoredTrigger, report: FireReport, fired: number, now: number): Reported {
  const { status } = trigger;
  switch (report.kind) {
    case 'current':
      return { trigger: changed(trigger, { ...status, observedGeneration: fired }, null) };
    case 'unresolved': {
      const conditions = setCondition(status.conditions, unresolved(report.sources), now);
      return { trigger: changed(trigger, { ...status, observedGeneration: fired, conditions }, null) };
    }
    case 'deferred':
      return { trigger: changed(trigger, { ...status, observedGeneration: fired }, report.deferral) };
    case 'tried':
      return applyTry(trigger, report, fired, now);
  }
}

type Tried = Extract<FireReport, { readonly kind: 'tried' }>;

function applyTry(trigger: StoredTrigger, report: Tried, fired: number, now: number): Reported {
  const { status } = trigger;
  const { outcome } = report;
  const delivery = deliveryOf(status, report, now);
  const others = (status.deliveries ?? []).filter(({ id }) => id !== report.id);
  const deliveries = [delivery, ...others].slice(0, KEPT_DELIVERIES);
  const isOver = outcome.kind !== 'retry' || report.dryRun;
  const concluded = isOver ? { concluded: delivery } : {};
  if (report.dryRun) {
    const next = changed(trigger, { ...status, observedGeneration: fired, deliveries }, trigger.deferred ?? null);
    return { trigger: withoutRedelivery(next, report), ...concluded };
  }
  const told = outcome.kind === 'delivered' ? tell(status, report.images, now) : {};
  const conditions = setCondition(status.conditions, conditionOf(outcome), now);
  const awaiting = withAwaited(withProven(trigger, report), awaitedOf(report), deliveries);
  const next = changed(awaiting, { ...status, ...told, observedGeneration: fired, conditions, deliveries }, null);
  const paused = outcome.kind === 'gone' ? pause(next) : next;
  return { trigger: withCounted(isOver ? withoutRedelivery(paused, report) : paused, report, now), ...concluded };
}

/** A target that has them at once shows that they are good. */
function withProven(trigger: StoredTrigger, { id, images, outcome }: Tried): StoredTrigger {
  if (outcome.kind !== 'delivered' || outcome.pending === true) return trigger;
  return withSucceeded(
    trigger,
    id,
    images.map(({ from, image, dockerImageReference }) => ({ from, now: { image, dockerImageReference } })),
  );
}

/** null: nothing more will be told of it. */
function awaitedOf({ id, images, outcome }: Tried): AwaitedDelivery | null {
  if (outcome.kind !== 'delivered' || outcome.pending !== true) return null;
  const changes = images.filter((image) => image.changed && !isSameImage(image.previous, image));
  const bySource = new Map(
    changes.map(({ from, image, dockerImageReference, previous }) => [
      JSON.stringify(from),
      { from, now: { image, dockerImageReference }, previous },
    ]),
  );
  return { id, images: [...bySource.values()] };
}

function deliveryOf({ deliveries = [] }: ImageTriggerStatus, { id, images, dryRun, outcome }: Tried, now: number): TriggerDelivery {
  const before = deliveries.find((known) => known.id === id);
  return {
    id,
    time: before?.time ?? formatTime(now),
    images: images.filter(({ changed: isNew }) => isNew).map(({ dockerImageReference }) => dockerImageReference),
    outcome: nameOf(outcome, dryRun),
    attempts: (before?.attempts ?? 0) + 1,
    ...(outcome.message === undefined ? {} : { message: outcome.message }),
    ...(outcome.kind === 'delivered' && outcome.details !== undefined ? { details: outcome.details } : {}),
    ...(dryRun ? { dryRun } : {}),
  };
}

/** A dry run is not repeated: somebody is waiting for what it says. */
function nameOf(outcome: Outcome, dryRun: boolean): DeliveryOutcome {
  switch (outcome.kind) {
    case 'delivered':
      return outcome.pending === true && !dryRun ? 'Pending' : 'Delivered';
    case 'retry':
      return dryRun ? 'Refused' : 'Retrying';
    case 'refused':
      return 'Refused';
    case 'gone':
      return 'Gone';
  }
}

/** The same trigger when nothing of it is another. */
function changed(trigger: StoredTrigger, status: ImageTriggerStatus, deferral: Deferral | null): StoredTrigger {
  const { deferred, ...rest } = trigger;
  const { nextTriggerTime: _, ...shown } = status;
  const nextTriggerTime = deferral === null ? {} : { nextTriggerTime: formatTime(deferral.due) };
  const next = { ...rest, status: { ...shown, ...nextTriggerTime }, ...(deferral === null ? {} : { deferred: deferral }) };
  return sameJson(next.status, trigger.status) && sameJson(deferral ?? undefined, deferred) ? trigger : next;
}

function pause(trigger: StoredTrigger): StoredTrigger {
  const generation = trigger.generation + 1;
  return { ...trigger, generation, spec: { ...trigger.spec, paused: true }, status: { ...trigger.status, observedGeneration: generation } };
}

/** For the rate: what the target took, or may have. */
function withCounted({ counted = [], ...trigger }: StoredTrigger, { id, outcome }: Tried, now: number): StoredTrigger {
  const rate = trigger.spec.policy?.rate;
  if (rate === undefined) return trigger;
  const isTaken = outcome.kind === 'delivered' || outcome.kind === 'retry';
  return { ...trigger, counted: isTaken ? countDelivery(rate, counted, { id, time: now }) : counted };
}

/** Done, unless yet another one was asked for meanwhile. */
function withoutRedelivery(trigger: StoredTrigger, { id }: Tried): StoredTrigger {
  const { redelivery, ...rest } = trigger;
  return redelivery !== undefined && id.endsWith(`-${redelivery.id}`) ? rest : trigger;
}
