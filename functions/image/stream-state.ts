/**
 * What the domain works on: an image stream as values, without wire wrapping and without storage detail.
 * Every operation takes a state and returns a new one; the store writes only what differs between the two.
 */
import type { FieldsV1, ManagedFieldsEntry } from '../kubernetes/types.ts';
import type { Digest, ImageLookupPolicy, TagEvent, TagEventCondition, TagReference } from './types.ts';

/**
 * Where the newest image of a tag was chosen from when its source is an image index imported with mode Legacy: the tag holds the child, but a
 * HEAD of the source answers the index. Only as long as `child` is the newest image and the platform is still the wanted one does an unchanged
 * index mean an unchanged tag.
 */
export interface IndexChoice {
  readonly index: Digest;
  readonly child: Digest;
  /** `os/architecture` that was asked for. */
  readonly platform: string;
}

/** A manager of `metadata.managedFields`, as far as one spec tag goes (tag-owners.ts). */
export interface TagOwner {
  readonly manager: string;
  readonly operation: ManagedFieldsEntry['operation'];
  /** '' for the object itself. */
  readonly subresource: string;
  /** RFC 3339; '' when unknown. */
  readonly time: string;
  /** Below the tag: `.` for the tag itself, `f:from` and so on. */
  readonly fields: FieldsV1;
}

/** Why an image waits: the tag is held, the image is not old enough, or the stream does not want it. */
export type PendingReason = 'Held' | 'MinimumAge' | 'Denied';

/** A newer image of a tag that does not point to it yet (tag-gate.ts). */
export interface PendingImage {
  readonly image: Digest;
  readonly dockerImageReference: string;
  /** Where the image is the child of an index. */
  readonly chosenFrom?: IndexChoice;
  /** RFC 3339. */
  readonly firstSeen: string;
  readonly reason: PendingReason;
  /** Generation of the spec tag that this answers: no other import of it is due. */
  readonly generation: number;
  /** The digest that is on the stream's list: the image's, its index's or a child's. */
  readonly denied?: Digest;
}

/** The newest image of a tag, when its registry no longer has it (missing-image.ts). */
export interface MissingImage {
  readonly image: Digest;
  readonly dockerImageReference: string;
  /** RFC 3339; when it was first noticed. */
  readonly since: string;
  /** What the registry said. */
  readonly message: string;
}

/** One tag: what was asked for (`spec`) and what it points to (`items`, newest first). */
export interface TagState {
  readonly name: string;
  readonly spec: TagReference | null;
  /** Newest first. May be only the newest part of the history; `total` counts all of it. */
  readonly items: readonly TagEvent[];
  /** Events of the whole history, including those not loaded into `items`. */
  readonly total: number;
  readonly conditions: readonly TagEventCondition[];
  readonly chosenFrom?: IndexChoice;
  readonly pending?: PendingImage;
  readonly missing?: MissingImage;
  /** Generation of the spec that an import which ran out of time left behind: going on with it is no retag of a person's. */
  readonly continued?: number;
  /** Who owns which fields of the spec tag; absent when nobody does. */
  readonly owners?: readonly TagOwner[];
}

/** An image stream. When only some tags were loaded, `tags` holds just those (and their followers). */
export interface StreamState {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Tells a stream from an earlier one of the same name; the revision it was created with. */
  readonly incarnation: string;
  /** `metadata.resourceVersion`: microseconds, always growing (design.md §3). 0 before the first write. */
  readonly revision: number;
  readonly creationTimestamp: string;
  readonly generation: number;
  readonly labels: Readonly<Record<string, string>>;
  /** null = not loaded (tag-only reads); a write leaves the stored annotations as they are. */
  readonly annotations: Readonly<Record<string, string>> | null;
  /** `metadata.managedFields` without tags; absent = not loaded; a write leaves the stored ones as they are. */
  readonly managers?: readonly ManagedFieldsEntry[];
  readonly lookupPolicy: ImageLookupPolicy;
  /** `spec.dockerImageRepository`, '' if none. */
  readonly dockerImageRepository: string;
  /** Annotation `openshift.io/image.dockerRepositoryCheck`, kept beside the annotations so that an import does not rewrite them. */
  readonly repositoryCheck?: string;
  /** How often images were struck off that no tag held any more: a write that relies on what the stream holds goes on only from the same count. */
  readonly struckOff?: number;
  /** Digests of annotation `image-streams.io/denied-images`, known also where the annotations are not loaded; absent = none. */
  readonly deniedImages?: readonly Digest[];
  readonly tags: ReadonlyMap<string, TagState>;
}

/** A digest the stream's history holds (`inHistory`) or a child of an index it holds. */
export interface StreamMember {
  readonly digest: string;
  readonly dockerImageReference: string;
  readonly inHistory: boolean;
}

/** Hosts of an integrated registry, if the deployment has one (openshift-semantics.md §2.2). */
export interface RegistryHosts {
  readonly internal?: string;
  readonly external?: string;
}

/** Why a tag moved; part of the change event (design.md §4). */
export type ChangeCause = 'tag' | 'import' | 'scheduled-import' | 'mapping' | 'push' | 'rollback' | 'prune';

/** When, by whom and why a tag came to point to an event. `created` of the event itself may be older: a copy of another tag's event keeps it. */
export interface TagMove {
  /** ms. */
  readonly time: number;
  readonly actor: string;
  readonly cause: ChangeCause;
}

/** An event of a history as it is kept. `moved` is absent where nobody knows: a history that a client wrote as a whole. */
export interface KeptEvent {
  readonly event: TagEvent;
  readonly moved?: TagMove;
}

export const EMPTY_TAG = { spec: null, items: [], total: 0, conditions: [] } as const satisfies Omit<TagState, 'name'>;
