/** Use case: bring one trigger's target to the newest images of its tags (openshift-semantics.md §8.5: level-driven, replays are no-ops). */
import { eventId } from '../changes/event-id.ts';
import type { RegistryHosts } from '../image/stream-state.ts';
import type { Clock, StreamStore } from '../resources/ports.ts';
import { StoreError } from '../store/errors.ts';
import { type NewestTag, readNewestTags } from './newest-tag.ts';
import type { FireMessage, StoredTrigger, TriggerStore } from './ports.ts';
import type { FireTarget } from './targets/registry.ts';
import type { TagNews } from './targets/target.ts';
import { applyReport, type FireReport, statusOf } from './trigger-status.ts';

export interface FireDeps {
  readonly triggers: Pick<TriggerStore, 'readTrigger' | 'updateTrigger'>;
  readonly streams: Pick<StreamStore, 'readTags'>;
  readonly fireTarget: FireTarget;
  readonly hosts: RegistryHosts;
  readonly clock: Clock;
}

/** `retry`: the message must come again, not before `retryAfter` seconds if the target said so. */
export type FireResult =
  | { readonly kind: 'done'; readonly delivered: number; readonly reason?: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly retryAfter?: number };

export type FireTrigger = (message: FireMessage) => Promise<FireResult>;

const NOTHING = { kind: 'done', delivered: 0 } as const;
const STATUS_ATTEMPTS = 5;
/** Milliseconds one trigger may take of its batch: slow targets with many tags get the rest of them in another run. */
const TIME_LIMIT = 40_000;

export function createFireTrigger(deps: FireDeps): FireTrigger {
  return async (message) => {
    const { namespace, name, uid } = message.trigger;
    const trigger = await deps.triggers.readTrigger(namespace, name);
    if (trigger?.uid !== uid || trigger.spec.paused === true) return NOTHING;
    const newest = await readNewestTags(deps.streams, trigger, deps.hosts);
    const pending = newest.filter((tag) => isPending(trigger, tag, message));
    const report = await fireAll(deps, trigger, pending);
    await saveReport(deps, trigger, report);
    return resultOf(report, pending.length);
  };
}

/**
 * The target has something else, or may have: the change that asks is newer than what was recorded, so a delivery in between may have
 * happened without being recorded, even though the tag is back at what was recorded.
 */
function isPending(trigger: StoredTrigger, tag: NewestTag, { change }: FireMessage): boolean {
  const told = statusOf(trigger, tag.from);
  if (told?.lastReference !== tag.dockerImageReference || told.lastImage !== tag.image) return true;
  const isAsked = change !== undefined && change.namespace === tag.namespace && change.stream === tag.stream && change.tag === tag.tag;
  return isAsked && BigInt(change.revision) > BigInt(told.lastRevision);
}

/** In order; stops at the first tag the target does not take, and when the time is up. */
async function fireAll({ fireTarget, clock }: FireDeps, trigger: StoredTrigger, pending: readonly NewestTag[]): Promise<FireReport> {
  const start = clock();
  const delivered: NewestTag[] = [];
  for (const tag of pending) {
    if (clock() - start > TIME_LIMIT) break;
    const { namespace, name, uid } = trigger;
    const outcome = await fireTarget({
      trigger: { namespace, name, uid },
      target: trigger.spec.target,
      messageId: messageIdOf(trigger, tag),
      news: newsOf(trigger, tag),
    });
    if (outcome.kind !== 'delivered') return { delivered, refusal: outcome };
    delivered.push(tag);
  }
  return { delivered, refusal: null };
}

function messageIdOf({ uid }: StoredTrigger, tag: NewestTag): string {
  return `msg_${eventId(uid, tag.uid, tag.tag, String(tag.events), tag.time, tag.image, tag.dockerImageReference)}`;
}

function newsOf(trigger: StoredTrigger, tag: NewestTag): TagNews {
  const told = statusOf(trigger, tag.from);
  const previous = told === undefined ? null : { image: told.lastImage, dockerImageReference: told.lastReference };
  const { namespace, stream, uid, image, dockerImageReference, generation, revision, time } = tag;
  return { namespace, stream, uid, tag: tag.tag, image, dockerImageReference, previous, generation, revision, time };
}

/**
 * Records the report. A trigger whose spec changed meanwhile is left alone: what was delivered may have gone to another target than it has
 * now, and its change fires it again (the receiver knows the message's id).
 */
async function saveReport({ triggers, clock }: FireDeps, fired: StoredTrigger, report: FireReport): Promise<void> {
  let current: StoredTrigger | null = fired;
  for (let made = 1; current !== null && current.uid === fired.uid && current.generation === fired.generation; made++) {
    const next = applyReport(current, report, clock());
    if (next === current) return;
    try {
      await triggers.updateTrigger(next);
      return;
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'ERR_STORE_CONFLICT') || made === STATUS_ATTEMPTS) throw error;
      current = await triggers.readTrigger(fired.namespace, fired.name);
    }
  }
}

function resultOf({ delivered, refusal }: FireReport, pending: number): FireResult {
  if (refusal === null && delivered.length < pending) return { kind: 'retry', reason: 'OutOfTime' };
  if (refusal?.kind === 'retry') return { kind: 'retry', reason: refusal.reason, retryAfter: refusal.retryAfter };
  return { kind: 'done', delivered: delivered.length, reason: refusal?.reason };
}
