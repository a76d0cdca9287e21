/** What importing needs from a registry client and from the store. */
import type { BackoffSubject, HostBackoff } from './host-backoff.ts';
import type { MissingImage } from '../image/stream-state.ts';
import type { Digest, TagEvent, TagReference } from '../image/types.ts';

/** A repository on a registry, as a client addresses it: Docker Hub is already `registry-1.docker.io` with `library/` filled in. */
export interface RegistryRepository {
  /** host or host:port. */
  readonly host: string;
  readonly name: string;
  /** Allows plain http and unverified certificates. */
  readonly insecure: boolean;
}

export interface ManifestDescriptor {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** What the registry said with this answer, where it says anything. */
  readonly rateLimit?: RateLimit;
}

/** How much a registry lets one ask. */
export interface RateLimit {
  /** Requests in a window. */
  readonly limit?: number;
  /** Requests left in it. */
  readonly remaining?: number;
  /** Seconds. */
  readonly window?: number;
  /** For whom they are counted: an address, or the id of a user. */
  readonly source?: string;
}

/** A manifest whose bytes were checked against its digest. */
export interface RegistryManifest extends ManifestDescriptor {
  readonly bytes: Uint8Array;
}

/** OCI distribution-spec client. Every method throws RegistryError only. `reference` is a tag or a digest. */
export interface RegistryClient {
  /**
   * One HEAD (plus, once per scope, the token challenge). A registry whose HEAD does not tell is asked by GET; with `known`, what it is expected to
   * have, only for what is something else.
   */
  headManifest(repository: RegistryRepository, reference: string, known?: Digest): Promise<ManifestDescriptor>;
  getManifest(repository: RegistryRepository, reference: string): Promise<RegistryManifest>;
  /** A small blob such as an image config; refuses more than `maxBytes`. */
  getBlob(repository: RegistryRepository, digest: Digest, maxBytes: number): Promise<Uint8Array>;
  /** All tags of the repository, following pages; unsorted. */
  listTags(repository: RegistryRepository): Promise<readonly string[]>;
}

/** One tag to import or to check. */
export interface ImportTarget {
  readonly namespace: string;
  readonly stream: string;
  readonly incarnation: string;
  readonly tag: string;
}

/** A stream whose repository is to be imported as a whole. */
export type RepositoryTarget = Omit<ImportTarget, 'tag'>;

/** Tags of one host travel together. */
export interface TagsMessage {
  readonly reason: 'spec' | 'scheduled';
  readonly targets: readonly ImportTarget[];
  /** ms; of scheduled tags: when their next pass is due, which makes this message needless. */
  readonly until?: number;
}

export interface RepositoryMessage {
  readonly reason: 'repository';
  readonly target: RepositoryTarget;
}

/** A tag whose image is to be looked for. */
export interface ImageTarget extends ImportTarget {
  /** By digest. */
  readonly pullSpec: string;
  readonly insecure: boolean;
  /** It was missing the last time. */
  readonly isMissing: boolean;
}

/** Images of one registry, equal ones next to each other. */
export interface ImagesMessage {
  readonly reason: 'images';
  readonly targets: readonly ImageTarget[];
  /** ms; when the next pass is due, which makes this message needless. */
  readonly until?: number;
}

/** Body of a message on the import queue. */
export type ImportMessage = TagsMessage | RepositoryMessage | ImagesMessage;

/** What the scheduled index projects of one tag. */
export interface ScheduledTag extends ImportTarget {
  /** spec.from.name as typed. */
  readonly source: string;
  readonly insecure: boolean;
  /** items[0].image, '' if none. */
  readonly digest: string;
}

export interface ShardCheckpoint {
  readonly interval: string;
  readonly shard: number;
  /** Milliseconds; 0 = never. */
  readonly lastPass: number;
}

/** Index reads are eventually consistent: the importer re-reads a tag before it writes. */
export interface ScheduleStore {
  readCheckpoints(): Promise<readonly ShardCheckpoint[]>;
  saveCheckpoint(checkpoint: ShardCheckpoint): Promise<void>;
  listScheduled(interval: string, shard: number): AsyncIterable<ScheduledTag>;
  /** Tags, and streams with their repository, whose import was due before `before` (ms) and has not happened. */
  listImportDue(before: number): AsyncIterable<ImportTarget | RepositoryTarget>;
}

/** A tag that points to an image, as a pass over all of them reads it. */
export interface TagPointer extends ImportTarget {
  readonly newest: TagEvent;
  readonly spec: TagReference | null;
  /** What is known to be missing; of an earlier image, too. */
  readonly missing?: MissingImage;
}

/** Some tags and where to go on; `position` null: there are no more. */
export interface PointerPage {
  readonly pointers: readonly TagPointer[];
  readonly position: string | null;
}

/** How far the checks of one shard of all images got. */
export interface ImageCheckProgress {
  readonly shard: number;
  /** ms; what the next pass is planned from. 0 = never. */
  readonly lastPass: number;
  /** ms; when the last pass was put in line. 0 = never. */
  readonly checked: number;
  /** Of a pass that is not through: where it goes on. */
  readonly position?: string;
}

export interface ImageCheckStore {
  readProgress(): Promise<readonly ImageCheckProgress[]>;
  saveProgress(progress: ImageCheckProgress): Promise<void>;
  /** All tags that point to something, eventually consistent, page by page, behind `position` (null: from the beginning). Every page read is answered, empty ones too. */
  listPointers(position: string | null): AsyncIterable<PointerPage>;
}

/** Registries that were found silent or asked to wait, shared by all workers. Written only when that changes. */
export interface HostBackoffStore {
  /** A thousand at most, those that are over included. */
  listBackoffs(): Promise<readonly HostBackoff[]>;
  readBackoff(subject: BackoffSubject): Promise<HostBackoff | null>;
  /** Of a host, and of credentials there. */
  listBackoffsAt(host: string): Promise<readonly HostBackoff[]>;
  /** Unless somebody else was faster: `seen` is what was read, null when there was nothing. */
  saveBackoff(backoff: HostBackoff, seen: HostBackoff | null): Promise<void>;
  clearBackoff(seen: HostBackoff): Promise<void>;
}

export interface ScheduledCheck {
  readonly interval: string;
  /** ms of the last pass over the tag's shard; null: there was none. */
  readonly lastPass: number | null;
  /** Of the tag's registry, or of somebody's credentials there, which may not be the tag's; null when all is well. */
  readonly backoff: HostBackoff | null;
}

export interface ScheduleReader {
  /** `spec`: of a scheduled tag. */
  readCheck(spec: TagReference): Promise<ScheduledCheck>;
  /** How far the images of a shard are looked for; null: not begun. */
  readImageCheck(shard: number): Promise<ImageCheckProgress | null>;
}
