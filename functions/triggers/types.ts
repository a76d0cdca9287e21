/** Wire types of delivery.image-streams.io/v1 (docs/events.md). Field names exactly as on the wire. */
import type { KubernetesObject, ObjectMeta } from '../kubernetes/types.ts';

export const DELIVERY_GROUP = 'delivery.image-streams.io';
export const DELIVERY_API_VERSION = `${DELIVERY_GROUP}/v1`;

export interface TriggerSource {
  readonly kind: 'ImageStreamTag';
  /** `stream:tag`. */
  readonly name: string;
  /** The trigger's own when absent. */
  readonly namespace?: string;
}

export interface WebhookTarget {
  readonly url: string;
  /** Write-only: `whsec_<base64>`. Never stored with the trigger; read back as a mask. */
  readonly signingSecret?: string;
}

/** One member per kind of target; a trigger has exactly one. */
export interface TargetSpec {
  readonly webhook?: WebhookTarget;
}

export interface ImageTriggerSpec {
  readonly from: readonly TriggerSource[];
  readonly paused?: boolean;
  readonly target: TargetSpec;
}

/** What the target was last brought to, per followed tag. */
export interface TriggerTagStatus {
  readonly from: TriggerSource;
  /** Digest; '' for a reference tag. */
  readonly lastImage: string;
  /** Pull spec with the tag's reference policy applied. */
  readonly lastReference: string;
  /** Stream revision the tag was read at; a decimal string. */
  readonly lastRevision: string;
  /** RFC 3339. */
  readonly lastFiredTime: string;
}

export interface TriggerCondition {
  readonly type: 'Delivered';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  /** RFC 3339; when `status` last changed. */
  readonly lastTransitionTime: string;
}

export interface ImageTriggerStatus {
  readonly observedGeneration: number;
  readonly tags?: readonly TriggerTagStatus[];
  readonly conditions: readonly TriggerCondition[];
}

export interface ImageTrigger extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly spec: ImageTriggerSpec;
  readonly status: ImageTriggerStatus;
}
