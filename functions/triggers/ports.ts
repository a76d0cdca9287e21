/** What triggers need from the outside: their documents, secrets, and what is done to tags. */
import type { Page, PageRequest } from '../resources/ports.ts';
import type { FollowedTag, StoredTrigger, TriggerOwner } from './stored-trigger.ts';
import type { TriggerDelivery } from './types.ts';

/** How the reason begins why a trigger holds a tag: any other hold is a person's. */
export const FAILED_DEPLOYMENT = 'its deployment by image trigger ';

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
