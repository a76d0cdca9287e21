/** Wire types of delivery.image-streams.io/v1 (docs/events.md). Field names exactly as on the wire. */
import type { KubernetesObject, ObjectMeta } from '../kubernetes/types.ts';
import type { TargetSpec } from './target-spec.ts';

export const DELIVERY_GROUP = 'delivery.image-streams.io';
export const DELIVERY_API_VERSION = `${DELIVERY_GROUP}/v1`;

export interface TriggerSource {
  readonly kind: 'ImageStreamTag';
  /** `stream:tag`. */
  readonly name: string;
  /** The trigger's own when absent. */
  readonly namespace?: string;
}

/** A tag, and which image of the target it is for. At most one of `container` and `fieldPath`. */
export interface FollowedImage {
  readonly from: TriggerSource;
  /** Name of a container of the target. */
  readonly container?: string;
  /** Where in the target's object the image is (openshift-semantics.md §8.1). */
  readonly fieldPath?: string;
}

/** When a target may be brought up to date: on these days, from `start` until before `end`, which may be on the next day. */
export interface TriggerWindow {
  /** `Mon` … `Sun`: the days on which the window opens. */
  readonly days: readonly string[];
  /** `HH:MM`. */
  readonly start: string;
  /** `HH:MM`, up to `24:00`; not after `start` = on the next day. */
  readonly end: string;
  /** IANA name; UTC when absent. */
  readonly timeZone?: string;
}

/** At most so many deliveries within any such period. */
export interface TriggerRate {
  readonly deliveries: number;
  readonly per: string;
}

/** Durations are written like `30s`, `5m`, `1h30m`. */
export interface TriggerPolicy {
  /** Open in any of them; none = always. */
  readonly window?: readonly TriggerWindow[];
  /** Least time between two deliveries. */
  readonly minInterval?: string;
  /** How long a change waits for others to go out together. */
  readonly batch?: string;
  readonly rate?: TriggerRate;
  readonly onFailure?: FailurePolicy;
}

/**
 * What becomes of the tags whose new image a target took and then could not run: nothing; they are held where they are; or they are put back to
 * the image before, and held there.
 */
export type FailurePolicy = 'None' | 'Hold' | 'Revert';

export interface ImageTriggerSpec {
  readonly images: readonly FollowedImage[];
  readonly paused?: boolean;
  readonly target: TargetSpec;
  readonly policy?: TriggerPolicy;
}

/** What the target was last brought to, per followed tag. */
export interface TriggerImageStatus {
  readonly from: TriggerSource;
  /** Pull spec with the tag's reference policy applied. */
  readonly lastTriggeredImage: string;
  /** Digest; '' for a reference tag. */
  readonly lastImage: string;
  /** Stream revision the tag was read at; a decimal string. */
  readonly lastRevision: string;
  /** RFC 3339; when the target was brought to this image. */
  readonly lastTriggerTime: string;
}

/**
 * `Pending`: the target took it and will tell later what came of it; `Unknown`: it has not told for too long, but still may. `Retrying`: it did
 * not take it, and is asked again; the last one of a trigger stays `Retrying` when its message was given up on.
 */
export type DeliveryOutcome = 'Delivered' | 'Pending' | 'Unknown' | 'Retrying' | 'Refused' | 'Gone';

/** Facts of the target about one delivery, e.g. the ARN of a task definition. Never secret. */
export type DeliveryDetails = Readonly<Record<string, string>>;

export interface TriggerDelivery {
  /** The same for every try to deliver the same images. */
  readonly id: string;
  /** RFC 3339; the first try. */
  readonly time: string;
  /** Pull specs of what was new. */
  readonly images: readonly string[];
  readonly outcome: DeliveryOutcome;
  /** Tries that were recorded. */
  readonly attempts: number;
  readonly message?: string;
  readonly details?: DeliveryDetails;
  /** The target was only asked whether it would take it. */
  readonly dryRun?: true;
}

export interface TriggerCondition {
  readonly type: 'Delivered';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** RFC 3339; when `status` last changed. */
  readonly lastTransitionTime: string;
}

export interface ImageTriggerStatus {
  readonly observedGeneration: number;
  /** Pull spec of the first image. */
  readonly lastTriggeredImage?: string;
  /** RFC 3339. */
  readonly lastTriggerTime?: string;
  /** RFC 3339; when what waits for `policy` goes out. */
  readonly nextTriggerTime?: string;
  readonly images?: readonly TriggerImageStatus[];
  readonly conditions: readonly TriggerCondition[];
  /** The newest ten, newest first. */
  readonly deliveries?: readonly TriggerDelivery[];
}

export interface ImageTrigger extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly spec: ImageTriggerSpec;
  readonly status: ImageTriggerStatus;
}
