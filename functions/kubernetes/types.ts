/** Kubernetes wire types shared by every module. Field names are exactly those on the wire (API conventions, `meta/v1`). */

export interface ObjectMeta {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string | null;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly annotations?: Readonly<Record<string, string>> | null;
  readonly ownerReferences?: readonly unknown[];
  readonly finalizers?: readonly string[];
  /** As a client sent it, until the write is recorded (record-fields.ts). */
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** A set of fields as a tree of `f:<field>` and `k:{"<key>":"<value>"}`; `.` marks a node that is itself in the set besides something below it. */
export interface FieldsV1 {
  readonly [element: string]: FieldsV1;
}

/** The fields one manager has set, in one role: who applies and updates under the same name is two. */
export interface ManagedFieldsEntry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** RFC 3339; when the manager last changed something. */
  readonly time?: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: FieldsV1;
  /** Absent for the object itself. */
  readonly subresource?: string;
}

export interface TypeMeta {
  readonly kind?: string;
  readonly apiVersion?: string;
}

/** Any object of the API. */
export interface KubernetesObject extends TypeMeta {
  readonly metadata?: ObjectMeta;
}

export interface ObjectReference {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly apiVersion?: string;
  readonly resourceVersion?: string;
  readonly fieldPath?: string;
}

export interface ListMeta {
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface KubernetesList<T> extends TypeMeta {
  readonly metadata: ListMeta;
  readonly items: readonly T[];
}

/** The closed set of field error types (apimachinery `util/validation/field`). */
export type FieldErrorType =
  'Required' | 'Invalid' | 'NotSupported' | 'Forbidden' | 'NotFound' | 'Duplicate' | 'TooLong' | 'TypeInvalid' | 'Internal';

/** One thing wrong with one field. Domain code returns these; `kubernetes/status.ts` words them as upstream does. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** Path as Kubernetes prints it, e.g. `spec.tags[latest].from.name`. */
  readonly field: string;
  /** The offending value; printed as Go's `%q`/JSON would. */
  readonly value?: unknown;
  readonly detail?: string;
}

export type StatusReason =
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'Expired'
  | 'ServiceUnavailable'
  | 'ImportFailed';

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** `meta/v1` Status: the answer to every failed request, and the result of each image of an import. */
export interface Status {
  readonly kind?: 'Status';
  readonly apiVersion?: 'v1';
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: StatusReason;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** Who is asking; `groups` decide access. `extra` is passed through to access reviews. */
export interface Identity {
  readonly user: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}
