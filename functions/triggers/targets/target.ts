/** The seam between firing and what is fired: one file beside this one per kind of target, registered in `registry.ts`. */
import type { TagChangeDetail } from '../../changes/tag-change-event.ts';
import type { SigningKeyOwner } from '../ports.ts';
import type { TargetSpec } from '../types.ts';

/** What a target is told: a tag as it is now, and what the same target was told before; named as in the event of a change. */
export type TagNews = Pick<
  TagChangeDetail,
  'namespace' | 'stream' | 'uid' | 'tag' | 'image' | 'dockerImageReference' | 'previous' | 'generation' | 'revision' | 'time'
>;

export interface FireRequest {
  readonly trigger: SigningKeyOwner;
  readonly target: TargetSpec;
  /** The same for every try to tell the same news to the same trigger: receivers drop what they know. */
  readonly messageId: string;
  readonly news: TagNews;
}

/** `reason` is a CamelCase word, `message` the same text for the same failure: both end in the trigger's condition. */
export type Outcome =
  | { readonly kind: 'delivered' }
  /** The target says it is gone for good: the trigger is paused. */
  | { readonly kind: 'gone'; readonly reason: string; readonly message: string }
  /** May work later; `retryAfter` in seconds when the target said so. */
  | { readonly kind: 'retry'; readonly reason: string; readonly message: string; readonly retryAfter?: number }
  /** Will not work until somebody changes the trigger. */
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string };

export type Refusal = Exclude<Outcome, { readonly kind: 'delivered' }>;

export interface TriggerTarget {
  /** The member of `spec.target` it serves. */
  readonly kind: keyof TargetSpec;
  /** Throws only for what is no fault of the target (the key store is down): the queue tries again. */
  fire(request: FireRequest): Promise<Outcome>;
}
