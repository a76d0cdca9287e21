/**
 * The half of a target that acts: one file beside this one per kind, registered in `registry.ts` and made by functions/fire-triggers.ts. What
 * the rest of the system knows of the kind is in `../kinds`.
 */
import type { TagChangeDetail } from '../../changes/tag-change-event.ts';
import type { TriggerOwner } from '../stored-trigger.ts';
import type { DeliveryDetails } from '../types.ts';

type TagFacts = Pick<
  TagChangeDetail,
  'namespace' | 'stream' | 'uid' | 'tag' | 'image' | 'dockerImageReference' | 'previous' | 'generation' | 'revision' | 'time'
>;

/** A tag as it is now, named as in the event of a change; `previous` is what this target was told before. */
export interface DeliveredImage extends TagFacts {
  readonly container?: string;
  readonly fieldPath?: string;
  /** False: the target has this image already, as far as is known. */
  readonly changed: boolean;
}

/** One try to bring a target to the newest images of its trigger. */
export interface Delivery<Spec extends object = object> {
  readonly trigger: TriggerOwner;
  /** The member of `spec.target`. */
  readonly target: Spec;
  /** The same for every try to deliver the same images: a target that did something under this id does it once. No `.` in it; at most 60 characters. */
  readonly id: string;
  /** All images of the trigger that are resolved, in the order of its spec; at least one is changed. */
  readonly images: readonly DeliveredImage[];
  /** Find out whether it would work, change nothing. */
  readonly dryRun: boolean;
  /** Ends when the time for this delivery is up: hand it to every call. */
  readonly signal: AbortSignal;
}

/** `reason` is a CamelCase word, `message` the same text for the same failure: both end in the trigger's status, so never a secret. */
export type Outcome =
  | {
      readonly kind: 'delivered';
      /** What came of it is told later by an event (settle-delivery.ts). */
      readonly pending?: true;
      readonly details?: DeliveryDetails;
      readonly message?: string;
    }
  /** The target says it is gone for good: the trigger is paused. */
  | { readonly kind: 'gone'; readonly reason: string; readonly message: string }
  /** May work later; `retryAfter` in seconds when the target said so. */
  | { readonly kind: 'retry'; readonly reason: string; readonly message: string; readonly retryAfter?: number }
  /** Will not work until somebody changes something: the trigger, or what it acts on and then asks for a redelivery. */
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string };

export type Refusal = Exclude<Outcome, { readonly kind: 'delivered' }>;

export interface DeliveryTarget<Spec extends object = object> {
  /** Name of its kind, the member of `spec.target` it serves. */
  readonly kind: string;
  /** Throws only for what is no fault of the target (a store is down): the queue tries again. */
  deliver(delivery: Delivery<Spec>): Promise<Outcome>;
}
