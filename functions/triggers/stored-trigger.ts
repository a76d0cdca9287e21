/** An ImageTrigger as it is stored, and what of it is nobody's business but its own. */
import type { ManagedFieldsEntry } from '../kubernetes/types.ts';
import type { CountedDelivery } from './policy/rate.ts';
import type { ImageTriggerSpec, ImageTriggerStatus, TriggerSource } from './types.ts';

/** A tag some trigger follows. */
export interface FollowedTag {
  readonly namespace: string;
  readonly stream: string;
  readonly tag: string;
}

/** An ImageTrigger as the store keeps it. The signing secret is never part of it. */
export interface StoredTrigger {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** `metadata.resourceVersion`; set by the store with every write, 0 before the first. */
  readonly revision: number;
  /** RFC 3339, whole seconds, UTC. */
  readonly creationTimestamp: string;
  readonly generation: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Absent when nobody owns anything. */
  readonly managedFields?: readonly ManagedFieldsEntry[];
  readonly spec: ImageTriggerSpec;
  readonly status: ImageTriggerStatus;
  /** The distinct tags of `spec.images`, namespaces filled in: what `listTriggersFollowing` finds the trigger by. */
  readonly follows: readonly FollowedTag[];
  /** Of what the target acts on (kinds/registry.ts): what `listTriggersActingOn` finds the trigger by, and its message group. */
  readonly targetKey: string;
  /** What waits for `spec.policy`. */
  readonly deferred?: Deferral;
  /** Deliveries that count for `spec.policy.rate`, oldest first; absent unless there is one. */
  readonly counted?: readonly CountedDelivery[];
  /** Somebody asked to deliver again; until it was done. */
  readonly redelivery?: Redelivery;
  /** What the deliveries changed whose end is still awaited, and those that failed since the last good one; newest first. */
  readonly awaited?: readonly AwaitedDelivery[];
}

/** A delivery that is pending or failed, as far as its failure and that of later ones needs it. */
export interface AwaitedDelivery {
  /** Of the delivery. */
  readonly id: string;
  /** What was new. */
  readonly images: readonly AwaitedImage[];
  /** It failed, the target went back by itself, and the tags are being put back: neither image is news to the target. */
  readonly restoring?: true;
}

export interface AwaitedImage {
  readonly from: TriggerSource;
  /** What the target was told. */
  readonly now: ToldImage;
  /** What it was told before; null for the first time. */
  readonly previous: ToldImage | null;
}

export interface ToldImage {
  /** Digest; '' for a reference tag. */
  readonly image: string;
  /** Reference policy applied. */
  readonly dockerImageReference: string;
}

export interface Deferral {
  /** ms; since when something waits. */
  readonly since: number;
  /** ms; not before. */
  readonly due: number;
  /** What the target has is not known for sure: it is told even if the tags are back where they were. */
  readonly unsure?: true;
}

export interface Redelivery {
  /** Part of the delivery's id: receivers that drop what they know take it. */
  readonly id: string;
  readonly dryRun?: true;
}

/** A trigger of the same name created later is another one. */
export interface TriggerOwner {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}
