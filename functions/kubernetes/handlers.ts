/** The seam between the request pipeline and the resources: what a resource offers, verb by verb. */
import type { KindSchema } from './kind-schema.ts';
import type { MessageSchema } from './protobuf.ts';
import type { Identity, KubernetesList, KubernetesObject, ObjectMeta, Status } from './types.ts';

/** A request after the gateway: path decoded once, header names in lower case, body as bytes. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** null = nobody proved an identity; `unauthenticatedReason` says why. */
  readonly identity: Identity | null;
  readonly unauthenticatedReason?: string;
  /** For `Audit-Id` and logs. */
  readonly requestId: string;
}

export interface ApiResponse {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Objects are sent as JSON, strings and bytes as they are. */
  readonly body: unknown;
}

/** What a Kubernetes URL and method mean (apiserver `request.RequestInfo`). */
export interface RequestInfo {
  readonly isResourceRequest: boolean;
  readonly path: string;
  /** get, list, watch, create, update, patch, delete, deletecollection; the lower-case method for non-resource requests. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
}

/** What every verb gets besides its object. */
export interface RequestContext {
  readonly info: RequestInfo;
  readonly identity: Identity;
  /** Milliseconds; one value for the whole request. */
  readonly now: number;
  /** `dryRun=All`: answer as if, write nothing. */
  readonly dryRun: boolean;
  readonly fieldManager: string;
}

export interface ListOptions {
  readonly limit?: number;
  readonly continue?: string;
  /** True when the object passes the request's label selector. Parsed once by the pipeline. */
  readonly matchesLabels: (labels: Readonly<Record<string, string>> | null | undefined) => boolean;
  /** Parsed field selector: requirements to be ANDed; resources answer 400 for fields they do not support. */
  readonly fieldRequirements: readonly FieldRequirement[];
}

/** A watch; limit and continue are absent. */
export interface WatchOptions extends ListOptions {
  /** `resourceVersion`; null = tell of every object there is first. */
  readonly since: number | null;
  /** The client's patience; undefined = the server's. */
  readonly timeoutSeconds?: number;
  /** `allowWatchBookmarks`. */
  readonly bookmarks: boolean;
}

/** ERROR carries a Status and ends the watch. */
export type WatchEvent<T extends KubernetesObject = KubernetesObject> =
  { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T } | { readonly type: 'ERROR'; readonly object: Status };

export interface WatchAnswer<T extends KubernetesObject = KubernetesObject> {
  readonly events: readonly WatchEvent<T>[];
  /** A watch from here misses nothing. */
  readonly resourceVersion: string;
}

export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface Written<T> {
  readonly object: T;
  /** true → 201, false → 200. */
  readonly created: boolean;
}

export interface ColumnDefinition {
  readonly name: string;
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  /** 1 = only with `-o wide`. */
  readonly priority?: number;
}

export interface TableDefinition<T> {
  readonly columns: readonly ColumnDefinition[];
  /** One cell per column; `now` in milliseconds. */
  cells(object: T, now: number): readonly (string | number | boolean | null)[];
}

/**
 * Verbs of one resource or subresource. The pipeline parses, authenticates, authorises, decodes and encodes; a verb throws ApiError for
 * everything a client should see. Verbs that are absent answer 405.
 */
export interface ResourceHandlers<T extends KubernetesObject = KubernetesObject> {
  /** `query`: what the URL asks of the object; few resources know any parameter. */
  get?(context: RequestContext, name: string, query?: URLSearchParams): Promise<T>;
  list?(context: RequestContext, options: ListOptions): Promise<KubernetesList<T>>;
  /**
   * A bounded poll: answers as soon as something changed, with no event when nothing did for some seconds, and never at once with nothing
   * (clients ask again without a pause, clients-on-the-wire.md §4).
   */
  watch?(context: RequestContext, options: WatchOptions): Promise<WatchAnswer<T>>;
  /** Answered with 201. A Status is an answer too (imagestreammappings). */
  create?(context: RequestContext, object: T): Promise<T | Status>;
  /**
   * PUT and PATCH. `next` makes the wanted object from the stored one (PUT: the body, whatever is stored; PATCH: the patch applied; null = not
   * stored, and a patch then throws NotFound unless the resource hands it a synthetic object). Called again after a lost race.
   */
  update?(context: RequestContext, name: string, next: (current: T | null) => T): Promise<Written<T>>;
  delete?(context: RequestContext, name: string, options: DeleteOptions): Promise<T | Status>;
  readonly table?: TableDefinition<T>;
  /** Checks and fills the decoded body before create/update; throws ApiError 400/422. Identity when absent. */
  decode?(body: unknown): T;
  /** Spells an applied configuration as it is stored, so that whoever applies it owns what is stored, and the same is no change. */
  foldApplied?(document: KubernetesObject): KubernetesObject;
  /** Protobuf fields of the kind: kubectl ≥ 1.32 creates built-in kinds so (clients-on-the-wire.md §0.2). JSON only when absent. */
  readonly protobuf?: MessageSchema;
  /** Fields of the kind: what is validated, and how a strategic merge patch merges lists. Anything goes when absent, but no such patch. */
  readonly schema?: KindSchema;
}

/** Key of `ResourceHandlers` in a registry of resources: `group/version/resource[/subresource]`, core group ''. */
export type ResourceKey = string;

export type { KubernetesObject, ObjectMeta };
