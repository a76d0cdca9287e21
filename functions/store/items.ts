/**
 * Items of table `state` as functions that read its stream see them (design.md §3). `entity` is what stream filters match; attribute names
 * here are the contract between the store, the stream readers and the filters in lib.
 */
import type { ChangeCause, IndexChoice, MissingImage, PendingImage, TagMove } from '../image/stream-state.ts';
import type { Digest, TagEvent, TagEventCondition, TagReference } from '../image/types.ts';
import type { Namespace } from '../resources/ports.ts';

export const CODEC_VERSION = 1;

export type Entity =
  | 'head'
  | 'metadata'
  | 'managers'
  | 'tag'
  | 'follower'
  | 'event'
  | 'member'
  | 'image'
  | 'namespace'
  | 'token'
  | 'verification-key'
  | 'trigger'
  | 'trigger-follow'
  | 'delivery'
  | 'trigger-sweep'
  | 'checkpoint'
  | 'image-check'
  | 'registry-host'
  | 'secret'
  | 'serviceaccount'
  | 'limitrange'
  | 'iam-mapping'
  | 'admission-mapping'
  | 'iam-principal'
  | 'role'
  | 'binding'
  | 'resourcequota'
  | 'stream-count'
  | 'import-budget';

export interface ItemBase {
  readonly pk: string;
  readonly sk: string;
  readonly entity: Entity;
  readonly v: number;
  /** Epoch seconds; only on tombstones and other items that expire. */
  readonly ttl?: number;
}

export interface NamespaceItem extends ItemBase, Omit<Namespace, 'managedFields'> {
  readonly entity: 'namespace';
  /** Its `managedFields`, packed (managers-text.ts). */
  readonly managers?: string;
  /** Tombstone of a namespace that was emptied (kept 24 h, so that watches see it go). */
  readonly deleted?: true;
}

/** The only item every write of a stream touches; at most 1 KB without labels. */
export interface HeadItem extends ItemBase {
  readonly entity: 'head';
  readonly namespace: string;
  readonly stream: string;
  readonly uid: string;
  readonly incarnation: string;
  readonly revision: number;
  /** Items of this stream's NS# partition (tags, metadata, followers) written with `revision`: readers check that they saw all of them. */
  readonly touched: number;
  readonly created: string;
  readonly generation: number;
  readonly lookupLocal: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly dockerImageRepository?: string;
  readonly repositoryCheck?: string;
  /** Of the annotation of that name, so that no read of tags has to load annotations. */
  readonly deniedImages?: readonly Digest[];
  /** Likewise. */
  readonly protectedTags?: readonly string[];
  /** ms of the last write; present while the repository waits to be imported. Key of index `import-due` together with `duePk`. */
  readonly importDue?: number;
  readonly duePk?: 'IMPORT-DUE';
  /** How often members were struck off; absent = never. */
  readonly struckOff?: number;
  /** Tombstone: the stream was deleted at `revision` by `actor`. */
  readonly deleted?: true;
  readonly actor?: string;
}

export interface TagItem extends ItemBase {
  readonly entity: 'tag';
  readonly namespace: string;
  readonly stream: string;
  readonly incarnation: string;
  readonly uid: string;
  readonly tag: string;
  /** Stream revision of the last write of this item. */
  readonly revision: number;
  readonly spec?: TagReference;
  readonly newest?: TagEvent;
  /** How `newest` came; absent on items from before this was kept. */
  readonly moved?: TagMove;
  /** Number of the newest event; events `base`+1 … `sequence` make the history. The newest lives here, older ones in event items. */
  readonly sequence: number;
  readonly base: number;
  readonly conditions?: readonly TagEventCondition[];
  readonly chosenFrom?: IndexChoice;
  readonly pending?: PendingImage;
  readonly missing?: MissingImage;
  readonly continued?: number;
  /** Owners of the spec tag, packed (owner-text.ts). */
  readonly owners?: string;
  /** Who wrote this item last, why, when (ms). */
  readonly actor: string;
  readonly cause: ChangeCause;
  readonly time: number;
  /** Tombstone of a deleted tag (kept 24 h, so that its deletion is an event of its own and `sequence` goes on). */
  readonly deleted?: true;
  /** ms; present while the spec waits for its import. Key of index `import-due` together with `duePk`. */
  readonly importDue?: number;
  readonly duePk?: 'IMPORT-DUE';
  /** Keys and projection of index `scheduled`; present only on scheduled DockerImage tags. */
  readonly schedPk?: string;
  readonly schedSk?: string;
  readonly source?: string;
  readonly insecure?: boolean;
  readonly digest?: string;
}
