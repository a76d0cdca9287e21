/** What authentication needs from the store. */
import type { Refusal } from '../identity/types.ts';
import type { ManagedFieldsEntry, ObjectReference } from '../kubernetes/types.ts';
import type { AggregationRule, PolicyRule, RoleRef, Subject } from '../rbac/types.ts';
import type { HeadReader, Page, PageRequest } from '../resources/ports.ts';

/** Whom a bearer token stands for. */
export interface TokenOwner {
  readonly user: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  /** ms since the epoch; absent: does not expire. */
  readonly expiresAt?: number;
}

export interface TokenReader {
  /** `sha256`: lower-case hex of the token. null when there is no such token. */
  readToken(sha256: string): Promise<TokenOwner | null>;
}

/** One kind of token. */
export interface LoginMethod {
  /** Whether a token is one of this kind, by its looks. */
  recognizes(token: string): boolean;
  /** How long whoever it stands for is remembered: for so long a revoked one goes on. Milliseconds. */
  readonly keepMs: number;
  /** Whether it is how people log in, and what stands for them: they are in OpenShift's group for that. */
  readonly isForPeople: boolean;
  /** One that expired may be answered: whoever asks compares. Throws when it cannot be told now; what is thrown holds nothing of the token. */
  verify(token: string): Promise<TokenOwner | Refusal>;
}

export interface OutboundRequest {
  /** https. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** Of an answer 200. */
  readonly maxBytes: number;
}

/** One GET. Redirects are answers like any other. Throws LoginUnavailableError when no answer comes, or one that is too large. */
export type Get = (request: OutboundRequest) => Promise<{ readonly status: number; readonly body: Uint8Array }>;

/** What every plain object has. */
export interface StoredObject {
  /** '' for objects of the cluster. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** `metadata.resourceVersion`; set by the store with every write, 0 before the first. */
  readonly revision: number;
  /** RFC 3339, whole seconds, UTC. */
  readonly creationTimestamp: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Absent when nobody owns anything. */
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** Plain objects: small, independent of each other, one item each. */
export interface ObjectStore<T extends StoredObject> {
  read(namespace: string, name: string): Promise<T | null>;
  /** Objects of one namespace (or of all: null), ordered by namespace and name. */
  list(namespace: string | null, page: PageRequest): Promise<Page<T>>;
  /** Answers what was stored, with its revision. Throws StoreError ERR_STORE_EXISTS, ERR_STORE_TOO_LARGE. */
  create(object: T): Promise<T>;
  /** Replaces the object if the stored one still has its uid and revision; else StoreError ERR_STORE_CONFLICT. Also ERR_STORE_TOO_LARGE. */
  update(object: T): Promise<T>;
  /** Deletes the object if the stored one still has its uid and revision; else StoreError ERR_STORE_CONFLICT. */
  remove(object: T): Promise<void>;
}

/** What a watch reads of plain objects. */
export interface WatchableStore<T extends StoredObject> extends HeadReader {
  /** What is kept of a deleted object for 24 h, revision of the deletion included; null when there is none, or one is alive. */
  readDeleted(namespace: string, name: string): Promise<T | null>;
}

/** core/v1 Secret. */
export interface StoredSecret extends StoredObject {
  readonly type: string;
  readonly immutable?: boolean;
  /** Values in base64, as on the wire. */
  readonly data: Readonly<Record<string, string>>;
}

export interface SecretStore extends ObjectStore<StoredSecret>, PullSecretReader {}

export interface PullSecretReader {
  /** Secrets of the namespace that hold credentials of registries and are not excluded from images (openshift-semantics.md §4.7), by name. */
  listPullSecrets(namespace: string): Promise<readonly StoredSecret[]>;
}

export const PULL_SECRET_TYPES = ['kubernetes.io/dockercfg', 'kubernetes.io/dockerconfigjson'] as const;

/** core/v1 ServiceAccount. */
export interface StoredServiceAccount extends StoredObject {
  readonly secrets: readonly ObjectReference[];
  readonly imagePullSecrets: readonly { readonly name: string }[];
  readonly automountServiceAccountToken?: boolean;
}

export type ServiceAccountStore = ObjectStore<StoredServiceAccount>;

export type ServiceAccountReader = Pick<ServiceAccountStore, 'read'>;

/** The public half of a signing key (RFC 7517), on the curve P-256. */
export interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
}

/** Signs by ES256, wherever the key lives. */
export interface TokenSigner {
  publicKey(): Promise<PublicJwk>;
  /** The signature as JWS has it: R and S side by side. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Public keys by id. An id stands for one key for ever. */
export interface VerificationKeyStore {
  readKey(id: string): Promise<PublicJwk | null>;
  saveKey(id: string, key: PublicJwk): Promise<void>;
}

export interface TokenWish {
  /** Whom it is for; empty: the API itself. */
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  /** ms. */
  readonly now: number;
}

export interface IssuedToken {
  readonly token: string;
  readonly audiences: readonly string[];
  /** ms. */
  readonly expiresAt: number;
}

export type IssueToken = (account: Pick<StoredServiceAccount, 'namespace' | 'name' | 'uid'>, wish: TokenWish) => Promise<IssuedToken>;

/** Amounts by the name of what is counted, in canonical form. */
export type ResourceAmounts = Readonly<Record<string, string>>;

export interface LimitRangeItem {
  readonly type: string;
  readonly max?: ResourceAmounts;
  readonly min?: ResourceAmounts;
  readonly default?: ResourceAmounts;
  readonly defaultRequest?: ResourceAmounts;
  readonly maxLimitRequestRatio?: ResourceAmounts;
}

/** core/v1 LimitRange. */
export interface StoredLimitRange extends StoredObject {
  readonly limits: readonly LimitRangeItem[];
}

export type LimitRangeStore = ObjectStore<StoredLimitRange>;

/** core/v1 ResourceQuota. */
export interface StoredResourceQuota extends StoredObject {
  readonly hard: ResourceAmounts;
  /** Of pods: a quota with scopes counts nothing that is here. */
  readonly scopes?: readonly string[];
  readonly scopeSelector?: ScopeSelector;
}

export interface ScopeSelector {
  readonly matchExpressions: readonly { readonly scopeName: string; readonly operator: string; readonly values?: readonly string[] }[];
}

/** What a quota may call image streams: OpenShift's name, and Kubernetes' for anything that can be counted. */
export const STREAM_COUNTS = ['openshift.io/imagestreams', 'count/imagestreams.image.openshift.io'] as const;

export type ResourceQuotaStore = ObjectStore<StoredResourceQuota>;
/** IAMIdentityMapping; in namespace ''. */
export interface StoredIamMapping extends StoredObject {
  /** As it was written. */
  readonly arn: string;
  /** A template; absent: the ARN that STS tells. */
  readonly username?: string;
  /** Templates. */
  readonly groups: readonly string[];
}

export interface IamMappingReader {
  /** Whom an IAM principal stands for, by its canonical ARN; null when it is mapped to nobody. */
  findMapping(arn: string): Promise<IamNames | null>;
}

/** Templates of names, and the mapping they are of. */
export interface IamNames extends Pick<StoredIamMapping, 'username' | 'groups'> {
  readonly mapping: string;
}

export type IamMappingStore = ObjectStore<StoredIamMapping> & IamMappingReader;

/** Role, or ClusterRole (in namespace ''). */
export interface StoredRole extends StoredObject {
  /** Those of an aggregated role are gathered when it is read. */
  readonly rules: readonly PolicyRule[];
  /** Of cluster roles alone. */
  readonly aggregationRule?: AggregationRule;
}

/** RoleBinding, or ClusterRoleBinding (in namespace ''). */
export interface StoredBinding extends StoredObject {
  readonly roleRef: RoleRef;
  readonly subjects: readonly Subject[];
}

/** What decides who may do what. What everybody has without anyone storing it is among the answers. */
export interface PolicyReader {
  /** `namespace` '' for a ClusterRole. */
  readRole(namespace: string, name: string): Promise<StoredRole | null>;
  /** Every ClusterRole, with the rules that aggregated ones gather: one query, where a read for each role somebody has would be ten. */
  listClusterRoles(): Promise<readonly StoredRole[]>;
  /** Bindings of the namespace, without the cluster's; '' for ClusterRoleBindings. */
  listBindings(namespace: string): Promise<readonly StoredBinding[]>;
}

/** Seals bytes for one place: opened with another context they are refused. */
export interface SecretCipher {
  seal(bytes: Uint8Array, context: Readonly<Record<string, string>>): Promise<Uint8Array>;
  open(sealed: Uint8Array, context: Readonly<Record<string, string>>): Promise<Uint8Array>;
}
