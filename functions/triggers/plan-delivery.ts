/**
 * What a trigger has to do now (openshift-semantics.md §8.3, §8.5: compares what tags point to with what the target was told, so that replays
 * are no-ops). Pure.
 */
import { eventId } from '../changes/event-id.ts';
import { isRestoring } from './awaited.ts';
import { followedTag, followKey, isSameSource } from './followed-tags.ts';
import type { NewestTag } from './newest-tag.ts';
import { dueTime } from './policy/due-time.ts';
import { rateDue } from './policy/rate.ts';
import type { FireMessage } from './queue/fire-queue.ts';
import type { Deferral, StoredTrigger } from './stored-trigger.ts';
import type { DeliveredImage } from './targets/target.ts';
import type { FollowedImage, TriggerImageStatus, TriggerSource } from './types.ts';

/** One image of the spec with what its tag points to. */
export interface PlannedImage extends DeliveredImage {
  readonly from: TriggerSource;
  /** The target is not known to have exactly this. */
  readonly changed: boolean;
  /** Events in the tag's history. */
  readonly events: number;
}

export type DeliveryPlan =
  | { readonly kind: 'current' }
  /** Some tags have never pointed to anything: nothing happens until they do. */
  | { readonly kind: 'unresolved'; readonly sources: readonly TriggerSource[] }
  | { readonly kind: 'deferred'; readonly deferral: Deferral }
  | { readonly kind: 'deliver'; readonly id: string; readonly images: readonly PlannedImage[]; readonly dryRun: boolean };

export interface Occasion {
  /** The change that asks. */
  readonly change?: FireMessage['change'];
  /** ms; since when it asks. */
  readonly since: number;
  /** ms. */
  readonly now: number;
}

/** `newest` by `followKey`. A redelivery that was asked for does not wait for the policy. */
export function planDelivery(trigger: StoredTrigger, newest: ReadonlyMap<string, NewestTag>, occasion: Occasion): DeliveryPlan {
  const { redelivery, deferred, spec } = trigger;
  const sources = unresolvedSources(trigger, newest);
  if (sources.length > 0) return { kind: 'unresolved', sources };
  const id = deliveryIdOf(
    trigger,
    resolvedImages(trigger, newest, () => false),
  );
  const isUnsure = redelivery !== undefined || deferred?.unsure === true || hasUnsettled(trigger, id);
  const images = resolvedImages(trigger, newest, (tag, told) => isUnsure || isAsked(occasion.change, tag, told));
  if (!images.some(({ changed }) => changed)) return { kind: 'current' };
  const { now } = occasion;
  const since = deferred?.since ?? occasion.since;
  const allowedFrom = rateDue(spec.policy?.rate, trigger.counted ?? [], id);
  const due = redelivery === undefined ? dueTime(spec.policy, { since, lastTriggered: lastTriggered(trigger), allowedFrom, now }) : now;
  if (due > now) {
    const unsure = images.some((image) => image.changed && !isNews(image, toldOf(trigger, image.from)));
    return { kind: 'deferred', deferral: { since, due, ...(unsure ? { unsure } : {}) } };
  }
  return { kind: 'deliver', id, images, dryRun: redelivery?.dryRun === true };
}

/** What the target was last told of a source. */
export function toldOf({ status }: StoredTrigger, from: TriggerSource): TriggerImageStatus | undefined {
  return status.images?.find((told) => isSameSource(told.from, from));
}

/** Sources that point to nothing and never did, as far as the target knows; what was told before and is gone now stays as it is. */
function unresolvedSources(trigger: StoredTrigger, newest: ReadonlyMap<string, NewestTag>): readonly TriggerSource[] {
  const sources = trigger.spec.images.map(({ from }) => from);
  return sources.filter((from) => newestOf(newest, from, trigger.namespace) === undefined && toldOf(trigger, from) === undefined);
}

function resolvedImages(
  trigger: StoredTrigger,
  newest: ReadonlyMap<string, NewestTag>,
  isInDoubt: (tag: NewestTag, told: TriggerImageStatus) => boolean,
): readonly PlannedImage[] {
  return trigger.spec.images.flatMap((image) => {
    const tag = newestOf(newest, image.from, trigger.namespace);
    if (tag === undefined) return [];
    const told = toldOf(trigger, image.from);
    const isHandled = trigger.redelivery === undefined && isRestoring(trigger, image.from, tag);
    const changed = told === undefined || (!isHandled && !isOlder(tag, told) && (isNews(tag, told) || isInDoubt(tag, told)));
    const previous = told === undefined ? null : { image: told.lastImage, dockerImageReference: told.lastTriggeredImage };
    return [{ ...tag, ...placeOf(image), from: image.from, previous, changed }];
  });
}

function newestOf(newest: ReadonlyMap<string, NewestTag>, from: TriggerSource, namespace: string): NewestTag | undefined {
  const tag = followedTag(from, namespace);
  return tag === null ? undefined : newest.get(followKey(tag));
}

function placeOf({ container, fieldPath }: FollowedImage): Pick<FollowedImage, 'container' | 'fieldPath'> {
  return { ...(container === undefined ? {} : { container }), ...(fieldPath === undefined ? {} : { fieldPath }) };
}

type Pointer = Pick<NewestTag, 'image' | 'dockerImageReference'>;

function isNews(tag: Pointer, told: TriggerImageStatus | undefined): boolean {
  return told?.lastTriggeredImage !== tag.dockerImageReference || told.lastImage !== tag.image;
}

/** Revisions of a stream's name never go back: whoever knows a later one has read a later state. */
function isOlder(tag: NewestTag, told: TriggerImageStatus): boolean {
  return BigInt(tag.revision) < BigInt(told.lastRevision);
}

/**
 * The change that asks is newer than what was recorded: a delivery in between may have happened without being recorded, even though the tag
 * is back at what was.
 */
function isAsked(change: FireMessage['change'], tag: NewestTag, told: TriggerImageStatus): boolean {
  return change !== undefined && followKey(change) === followKey(tag) && BigInt(change.revision) > BigInt(told.lastRevision);
}

/** The last try was to deliver something else, and went wrong in a way that may have reached the target. */
function hasUnsettled({ status }: StoredTrigger, id: string): boolean {
  const last = status.deliveries?.[0];
  return last?.outcome === 'Retrying' && last.id !== id;
}

/** ms. Times are shown in whole seconds: the end of that second, so that nothing is told too soon. */
function lastTriggered({ status }: StoredTrigger): number | null {
  return status.lastTriggerTime === undefined ? null : Date.parse(status.lastTriggerTime) + 999;
}

/** A tag that comes back to an earlier image makes another id: its history has grown. No `.`: receivers of webhooks sign `id.time.body`. */
function deliveryIdOf({ uid, redelivery }: StoredTrigger, images: readonly PlannedImage[]): string {
  const parts = images.map(({ container, fieldPath, uid: stream, tag, events, time, image, dockerImageReference }) =>
    JSON.stringify([container ?? null, fieldPath ?? null, stream, tag, events, time, image, dockerImageReference]),
  );
  const suffix = redelivery === undefined ? '' : `-${redelivery.id}`;
  return `msg_${eventId(uid, ...parts)}${suffix}`;
}
