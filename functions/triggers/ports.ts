/** What triggers need from the outside: their documents, their signing keys, the queue between matching and firing, and targets. */
import type { ManagedFieldsEntry } from '../kubernetes/types.ts';
import type { Page, PageRequest } from '../resources/ports.ts';
import type { ImageTriggerSpec, ImageTriggerStatus } from './types.ts';

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
  /** The distinct tags of `spec.from`, namespaces filled in: what `listTriggersFollowing` finds the trigger by. */
  readonly follows: readonly FollowedTag[];
}

export interface TriggerStore {
  readTrigger(namespace: string, name: string): Promise<StoredTrigger | null>;
  /** Triggers of one namespace (or of all: null), ordered by namespace and name. */
  listTriggers(namespace: string | null, page: PageRequest): Promise<Page<StoredTrigger>>;
  /** Answers what was stored, with its revision. Throws StoreError ERR_STORE_EXISTS. */
  createTrigger(trigger: StoredTrigger): Promise<StoredTrigger>;
  /** Replaces the trigger if the stored one still has `trigger.uid` and `trigger.revision`; else StoreError ERR_STORE_CONFLICT. */
  updateTrigger(trigger: StoredTrigger): Promise<StoredTrigger>;
  /** Deletes the trigger if the stored one still has `trigger.uid` and `trigger.revision`; else StoreError ERR_STORE_CONFLICT. */
  deleteTrigger(trigger: StoredTrigger): Promise<void>;
  /** Every trigger that follows the tag, paused ones included. Eventually consistent. */
  listTriggersFollowing(tag: FollowedTag): Promise<readonly StoredTrigger[]>;
}

/** Whose key: a trigger of the same name created later is another owner. */
export interface SigningKeyOwner {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Signing secrets (`whsec_…`) of webhook targets, kept apart from the triggers. */
export interface SigningKeyStore {
  readKey(owner: SigningKeyOwner): Promise<string | null>;
  /** false when the owner has this very secret already. Whoever sets secrets need not be able to read them. */
  saveKey(owner: SigningKeyOwner, secret: string): Promise<boolean>;
  deleteKey(owner: SigningKeyOwner): Promise<void>;
}

/** Which trigger to bring up to date, and the change that asked for it (absent: the trigger itself changed). */
export interface FireMessage {
  readonly trigger: SigningKeyOwner;
  readonly change?: FollowedTag & { readonly revision: string };
}

export interface QueuedFire extends FireMessage {
  /** At most 128 characters; the queue drops a message whose id it saw within five minutes. */
  readonly deduplicationId: string;
}

/** The queue between matching and firing: first in, first out per trigger. */
export interface FireQueue {
  /** Throws when some could not be sent after retries; those before were. */
  send(messages: readonly QueuedFire[]): Promise<void>;
}
