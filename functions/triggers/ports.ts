/** What triggers need from the outside: their documents, secrets, and the queue between matching and firing. */
import type { ManagedFieldsEntry } from '../kubernetes/types.ts';
import type { Page, PageRequest } from '../resources/ports.ts';
import type { CountedDelivery } from './policy/rate.ts';
import type { ImageTriggerSpec, ImageTriggerStatus, TriggerDelivery, TriggerSource } from './types.ts';

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

/** What is done to a tag whose image failed. */
export interface FailedTags {
  /** Keeps the tag from moving by itself. `why` is for people. Throws what passes. */
  hold(tag: FollowedTag, failed: string, why: string): Promise<TagMeasure>;
  /** Puts the tag back from the digest `failed` to the digest `previous`, and holds it. Throws what passes. */
  putBack(tag: FollowedTag, failed: string, previous: string, why: string): Promise<TagMeasure>;
}

/** What came of it. `revision`: of the stream, a decimal string. */
export type TagMeasure =
  | { readonly kind: 'held' }
  | { readonly kind: 'reverted'; readonly revision: string }
  /** Nothing was done, and `why` it was not. */
  | { readonly kind: 'left'; readonly why: string };

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

/** What of an answer is one page of a history. */
export interface DeliveryPage {
  /** Newest first. */
  readonly deliveries: readonly TriggerDelivery[];
  readonly continue?: string;
}

export interface TriggerStore {
  readTrigger(namespace: string, name: string): Promise<StoredTrigger | null>;
  /** Triggers of one namespace (or of all: null), ordered by namespace and name. */
  listTriggers(namespace: string | null, page: PageRequest): Promise<Page<StoredTrigger>>;
  /** Answers what was stored, with its revision. Throws StoreError ERR_STORE_EXISTS. */
  createTrigger(trigger: StoredTrigger): Promise<StoredTrigger>;
  /**
   * Replaces the trigger if the stored one still has `trigger.uid` and `trigger.revision`; else StoreError ERR_STORE_CONFLICT. `concluded` goes
   * to the history with it.
   */
  updateTrigger(trigger: StoredTrigger, concluded?: TriggerDelivery): Promise<StoredTrigger>;
  /** Deletes the trigger if the stored one still has `trigger.uid` and `trigger.revision`; else StoreError ERR_STORE_CONFLICT. */
  deleteTrigger(trigger: StoredTrigger): Promise<void>;
  /** Every trigger that follows the tag, paused ones included. Eventually consistent. */
  listTriggersFollowing(tag: FollowedTag): Promise<readonly StoredTrigger[]>;
  /** Every trigger with this `targetKey`. Eventually consistent. */
  listTriggersActingOn(targetKey: string): Promise<readonly StoredTrigger[]>;
  /** Triggers whose deferral ended before `now` (ms), longest first, at most `limit`. Eventually consistent. */
  listDueTriggers(now: number, limit: number): Promise<readonly StoredTrigger[]>;
  /** The history of deliveries that came to an end, kept for 30 days. Throws StoreError ERR_STORE_BAD_TOKEN. */
  listDeliveries(trigger: TriggerOwner, page: PageRequest): Promise<DeliveryPage>;
}

/** How far the sweep over all triggers got. */
export interface SweepProgress {
  /** ms; when this round over all of them began. */
  readonly started: number;
  /** Where it goes on; absent when the round is done. */
  readonly continue?: string;
}

export interface SweepProgressStore {
  readProgress(): Promise<SweepProgress | null>;
  saveProgress(progress: SweepProgress): Promise<void>;
}

/** A trigger of the same name created later is another one. */
export interface TriggerOwner {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Signing secrets (`whsec_…`) of webhook targets, kept apart from the triggers. */
export interface SigningKeyStore {
  readKey(owner: TriggerOwner): Promise<string | null>;
  /** false when the owner has this very secret already. Whoever sets secrets need not be able to read them. */
  saveKey(owner: TriggerOwner, secret: string): Promise<boolean>;
  deleteKey(owner: TriggerOwner): Promise<void>;
}

/** A value of a Secret, for targets that authenticate with one. */
export interface SecretValues {
  /** The bytes of one key of a Secret; null when there is no such Secret or key. */
  readSecretValue(namespace: string, name: string, key: string): Promise<Uint8Array | null>;
}

/** Which trigger to bring up to date, and the change that asked for it (absent: the trigger itself changed, waited or was found behind). */
export interface FireMessage {
  readonly trigger: TriggerOwner;
  readonly change?: FollowedTag & { readonly revision: string };
}

/** A message as it came from the queue. */
export interface ReceivedFire extends FireMessage {
  /** Message group it came in. */
  readonly group: string;
  /** ms; when it was sent. */
  readonly sentAt: number;
}

export interface QueuedFire extends FireMessage {
  /** Messages of one group are handled one after the other: the `targetKey` of the trigger. */
  readonly group: string;
  /** At most 128 characters; the queue drops a message whose id it saw in that group within five minutes. */
  readonly deduplicationId: string;
}

/** The queue between matching and firing: first in, first out per target. */
export interface FireQueue {
  /** Throws when some could not be sent after retries; those before were. */
  send(messages: readonly QueuedFire[]): Promise<void>;
}
