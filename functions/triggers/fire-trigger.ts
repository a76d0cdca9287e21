/** Use case: bring one trigger's target to the newest images of its tags. */
import type { RegistryHosts } from '../image/stream-state.ts';
import { sameJson } from '../image/same-json.ts';
import type { Clock, StreamStore } from '../resources/ports.ts';
import { StoreError } from '../store/errors.ts';
import { targetKeyOf } from './kinds/registry.ts';
import { readNewestTags } from './newest-tag.ts';
import { type DeliveryPlan, planDelivery } from './plan-delivery.ts';
import type { TriggerStore } from './ports.ts';
import type { ReceivedFire } from './queue/fire-queue.ts';
import type { StoredTrigger } from './stored-trigger.ts';
import type { Deliver } from './targets/registry.ts';
import { applyReport, type FireReport } from './trigger-status.ts';

export interface FireDeps {
  readonly triggers: Pick<TriggerStore, 'readTrigger' | 'updateTrigger'>;
  readonly streams: Pick<StreamStore, 'readTags'>;
  readonly deliver: Deliver;
  readonly hosts: RegistryHosts;
  readonly clock: Clock;
}

/** `retry`: the message must come again, not before `retryAfter` seconds if the target said so; `wait`: in `seconds`, nothing went wrong. */
export type FireResult =
  | { readonly kind: 'done'; readonly delivered: boolean; readonly reason?: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly retryAfter?: number }
  | { readonly kind: 'wait'; readonly seconds: number };

/** `signal` ends when the time for this trigger is up. */
export type FireTrigger = (message: ReceivedFire, signal: AbortSignal) => Promise<FireResult>;

const NOTHING = { kind: 'done', delivered: false } as const;
const REPORT_ATTEMPTS = 5;
/** ms a message may wait in its group, where it holds up what else acts on its target; what has to wait longer is put off (sweep-triggers.ts). */
const LONGEST_HOLD = 60_000;

/**
 * A message of another group than the trigger's does nothing: the trigger has got another target since, and its change sends a message to that
 * one's group. Two messages in two groups could overtake each other.
 */
export function createFireTrigger(deps: FireDeps): FireTrigger {
  return async (message, signal) => {
    const first = await fireOnce(deps, message, signal);
    // After a dry run there may be news to deliver: the message that told of them may have been this one.
    return first.isDryRun ? (await fireOnce(deps, message, signal)).result : first.result;
  };
}

async function fireOnce(
  deps: FireDeps,
  message: ReceivedFire,
  signal: AbortSignal,
): Promise<{ readonly result: FireResult; readonly isDryRun: boolean }> {
  const { namespace, name, uid } = message.trigger;
  const trigger = await deps.triggers.readTrigger(namespace, name);
  if (trigger?.uid !== uid || trigger.spec.paused === true || trigger.targetKey !== message.group)
    return { result: NOTHING, isDryRun: false };
  const newest = await readNewestTags(deps.streams, trigger, deps.hosts);
  const now = deps.clock();
  const plan = planDelivery(trigger, newest, { change: message.change, since: message.sentAt, now });
  if (plan.kind === 'deferred' && plan.deferral.due - now <= LONGEST_HOLD && mayHoldUp(trigger)) {
    return { result: { kind: 'wait', seconds: Math.max(1, Math.ceil((plan.deferral.due - now) / 1000)) }, isDryRun: false };
  }
  const report = await carryOut(deps, trigger, plan, signal);
  await saveReport(deps, trigger, report);
  return { result: resultOf(report), isDryRun: report.kind === 'tried' && report.dryRun };
}

/** Whoever names a target that is not theirs holds up nobody who may act on it: others wait only for triggers that their target took something of. */
function mayHoldUp(trigger: StoredTrigger): boolean {
  const isAlone = targetKeyOf(trigger.spec.target, { ...trigger, uid: '' }) !== trigger.targetKey;
  return isAlone || (trigger.status.images ?? []).length > 0;
}

async function carryOut({ deliver }: FireDeps, trigger: StoredTrigger, plan: DeliveryPlan, signal: AbortSignal): Promise<FireReport> {
  if (plan.kind !== 'deliver') return plan;
  const { namespace, name, uid, spec } = trigger;
  const { id, dryRun } = plan;
  const images = plan.images.map(({ from: _, events: _events, ...image }) => image);
  const outcome = await deliver(spec.target, { trigger: { namespace, name, uid }, id, images, dryRun, signal });
  return { ...plan, kind: 'tried', outcome };
}

/**
 * Records the report. A trigger that has another target or other images by now is left alone: what was delivered is not what it delivers, and
 * its change fires it again.
 */
async function saveReport({ triggers, clock }: FireDeps, fired: StoredTrigger, report: FireReport): Promise<void> {
  let current: StoredTrigger | null = fired;
  for (let made = 1; current !== null && isStillAbout(current, fired); made++) {
    const { trigger: next, concluded } = applyReport(current, report, fired.generation, clock());
    if (next === current) return;
    try {
      await triggers.updateTrigger(next, concluded);
      return;
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'ERR_STORE_CONFLICT') || made === REPORT_ATTEMPTS) throw error;
      current = await triggers.readTrigger(fired.namespace, fired.name);
    }
  }
}

function isStillAbout({ uid, spec }: StoredTrigger, fired: StoredTrigger): boolean {
  return uid === fired.uid && sameJson(spec.target, fired.spec.target) && sameJson(spec.images, fired.spec.images);
}

function resultOf(report: FireReport): FireResult {
  if (report.kind !== 'tried') return NOTHING;
  const { outcome, dryRun } = report;
  if (outcome.kind === 'delivered') return { kind: 'done', delivered: !dryRun };
  if (outcome.kind === 'retry' && !dryRun) return { kind: 'retry', reason: outcome.reason, retryAfter: outcome.retryAfter };
  return { kind: 'done', delivered: false, reason: outcome.reason };
}
