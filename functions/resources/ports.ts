/** What the use cases need from the outside, as narrow interfaces; adapters (store, access, registry) implement them. */
import type { Identity, ManagedFieldsEntry } from '../kubernetes/types.ts';
import type { NamespaceLimits } from '../image/namespace-limits.ts';
import type { Image, TagReference } from '../image/types.ts';
import type { ChangeCause, KeptEvent, StreamMember, StreamState } from '../image/stream-state.ts';
import type { PolicyRule, RoleRef, Subject } from '../rbac/types.ts';

/** Injected time. Milliseconds since the epoch, as `Date.now()`. */
export type Clock = () => number;

export interface PageRequest {
  /** Most items to answer; undefined = all. */
  readonly limit?: number;
  readonly continue?: string;
}

export interface StreamPageRequest extends PageRequest {
  readonly newestOnly?: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly continue?: string;
  /** List revision: `metadata.resourceVersion` of the list (design.md §3). */
  readonly revision: number;
}

/** A page whose reader may stop before its end. */
export interface CuttablePage<T> extends Page<T> {
  /** Token of the page that begins behind this one of `items`. */
  continueAfter(item: T): string;
}

/** Part of a tag's history, newest first. */
export interface HistoryPage {
  readonly events: readonly KeptEvent[];
  /** Events of the whole history. */
  readonly total: number;
  readonly continue?: string;
}

/** Who changes what, why and when; stored with each tag that moves and published with its change event. */
export interface ChangeContext {
  readonly actor: string;
  readonly cause: ChangeCause;
  readonly now: number;
}

export interface CommitRequest extends ChangeContext {
  /** What was read; null creates the stream. The commit fails with ERR_STORE_CONFLICT unless the stored stream is still this one. */
  readonly before: StreamState | null;
  readonly after: StreamState;
  /** Images that come with the change without being any tag's event: the children of an index. */
  readonly children?: readonly StreamMember[];
}

export interface StreamStore {
  /** The whole stream: annotations, all tags, the newest 50 events of each. null when there is none. */
  readStream(namespace: string, name: string): Promise<StreamState | null>;
  /**
   * Head of the stream plus the named tags, the newest event of each, and every tag that follows one of them (transitively).
   * Flat cost whatever the stream holds. Tags that do not exist are absent from `tags`.
   */
  readTags(namespace: string, name: string, tags: readonly string[]): Promise<StreamState | null>;
  /**
   * Streams of one namespace (or of all: null), ordered by namespace and name. Each complete as `readStream`; with `newestOnly` each tag has
   * its newest event alone. A page of large streams holds fewer than its limit, one at least.
   */
  listStreams(namespace: string | null, page: StreamPageRequest): Promise<CuttablePage<StreamState>>;
  /** Members whose digest equals, starts with, or has a hex part starting with `id` (openshift-semantics.md §2.5, §4.3). */
  findMembers(stream: StreamState, id: string): Promise<readonly StreamMember[]>;
  /** True when one of the newest 50 events of the tag's history has this image: tagging it again is a rollback. */
  hasPointedTo(stream: StreamState, tag: string, digest: string): Promise<boolean>;
  /** The whole history of a tag, newest first, in pages; empty when the tag has none. Throws ERR_STORE_BAD_TOKEN. */
  readHistory(stream: StreamState, tag: string, page: PageRequest): Promise<HistoryPage>;
  /** Annotations of the stream, for views of a stream read with `readTags`. */
  readAnnotations(stream: StreamState): Promise<Readonly<Record<string, string>>>;
  /** Every spec tag of the stream, for counting what they ask for. */
  listSpecTags(stream: StreamState): Promise<readonly TagReference[]>;
  /** All members, for imagestreams/layers. */
  listMembers(stream: StreamState): Promise<readonly StreamMember[]>;
  /** Writes the difference; no difference, no write, same revision. Throws StoreError (ERR_STORE_CONFLICT, ERR_STORE_EXISTS, ERR_STORE_TOO_LARGE, ERR_STORE_THROTTLED). */
  commit(request: CommitRequest): Promise<StreamState>;
  /** Turns the head into a tombstone if the stored revision is still `stream.revision`. */
  deleteStream(stream: StreamState, context: ChangeContext): Promise<void>;
}

/** What a watch compares: that an object exists, or did in the last 24 h, at which revision and with which labels. */
export interface ObjectHead {
  /** '' for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
  /** Exact, or at least not before: what is told as MODIFIED was there. */
  readonly createdRevision: number;
  readonly creationTimestamp: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isDeleted: boolean;
}

export interface Heads {
  readonly heads: readonly ObjectHead[];
  /** Read capacity it took, for the caller to pace itself. */
  readonly units: number;
}

export interface HeadReader {
  /** Heads of one object, of a namespace's, or of all (null); of cluster-scoped objects in ''. Those of revision `above` or less may be left out. */
  readHeads(namespace: string | null, name?: string, above?: number): Promise<Heads>;
}

export interface ImageStore {
  readImage(digest: string): Promise<Image | null>;
  /** Images found, by digest; missing ones are absent. */
  readImages(digests: readonly string[]): Promise<ReadonlyMap<string, Image>>;
  listImages(page: PageRequest): Promise<CuttablePage<Image>>;
  /** Stores the image unless its digest exists; answers the stored one and whether it was created. ERR_STORE_TOO_LARGE past 400 KB compressed. */
  createImage(image: Image, now: number): Promise<{ readonly image: Image; readonly created: boolean }>;
  /** Replaces the image if its stored revision is still `revision`; answers it with its new one. Throws ERR_STORE_CONFLICT, ERR_STORE_TOO_LARGE. */
  updateImage(image: Image, revision: number): Promise<Image>;
  /** false when there was none. Throws ERR_STORE_CONFLICT unless the stored revision is still `revision`. */
  deleteImage(digest: string, revision: number): Promise<boolean>;
}

export interface ImageHeadReader extends HeadReader {
  /** What is kept of a deleted image for 24 h: name, labels and reference. null when there is none, or one is alive. */
  readDeleted(digest: string): Promise<Image | null>;
}

export interface Namespace {
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
  readonly creationTimestamp: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Absent when nobody owns anything. */
  readonly managedFields?: readonly ManagedFieldsEntry[];
  /** Being emptied since then (RFC 3339, whole seconds, UTC), and gone afterwards. */
  readonly deletionTimestamp?: string;
  /** Who deleted it; set together with the time. */
  readonly deletedBy?: string;
}

/** A role binding that is there as soon as its namespace is. */
export interface FirstBinding {
  readonly name: string;
  readonly roleRef: RoleRef;
  readonly subjects: readonly Subject[];
}

export interface NamespaceReader {
  /** `default` always exists. */
  readNamespace(name: string): Promise<Namespace | null>;
}

export interface NamespaceStore extends NamespaceReader {
  listNamespaces(page: PageRequest): Promise<Page<Namespace>>;
  /** Writes the namespace and the bindings it begins with, or neither. Throws StoreError ERR_STORE_EXISTS. */
  createNamespace(
    namespace: Pick<Namespace, 'name' | 'labels' | 'annotations' | 'managedFields'>,
    now: number,
    bindings?: readonly FirstBinding[],
  ): Promise<Namespace>;
  /**
   * Replaces what is stored if that still has the uid and revision; else StoreError ERR_STORE_CONFLICT, also when it is gone. One that gets a
   * `deletionTimestamp` is emptied and removed in the background.
   */
  updateNamespace(namespace: Namespace): Promise<Namespace>;
}

export interface LimitReader {
  /** What the limit ranges of the namespace allow its image streams; perhaps as it was seconds ago. */
  readLimits(namespace: string): Promise<NamespaceLimits>;
}

/** One access question, as RBAC asks it. */
export interface AccessAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** The question about a URL that is no resource's. */
export interface PathAttributes {
  /** The method in lower case. */
  readonly verb: string;
  readonly path: string;
}

export interface AccessDecision {
  readonly allowed: boolean;
  /** Which binding allows it; of a denial '', or what is wrong with the policy. */
  readonly reason: string;
}

/** Decides who may do what. A failure to find out rejects: it is never a decision. */
export interface Authorizer {
  authorize(identity: Identity, attributes: AccessAttributes): Promise<AccessDecision>;
}

/** Decides about URLs that are no resource's. */
export interface PathAuthorizer {
  authorizePath(identity: Identity, attributes: PathAttributes): Promise<AccessDecision>;
}

/** What somebody holds altogether, by which escalation is prevented and `can-i --list` answered. */
export interface RuleResolver {
  /** Rules of the cluster's bindings and of those of the namespace ('' for the cluster's alone), as they are stored now. */
  rulesFor(identity: Identity, namespace: string): Promise<readonly PolicyRule[]>;
}

/** Who may do what is asked, in the order in which bindings name them, each once. */
export interface AllowedSubjects {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

export interface SubjectFinder {
  subjectsWho(attributes: AccessAttributes | PathAttributes): Promise<AllowedSubjects>;
}

export interface NamespaceFilter {
  /** Those of the namespaces that somebody may get, by policy as it is now: what `oc projects` shows. */
  visibleNamespaces(identity: Identity, names: readonly string[]): Promise<ReadonlySet<string>>;
}
