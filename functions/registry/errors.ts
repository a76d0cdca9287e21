/** What can go wrong with a registry, as a closed set of codes; importing words them as upstream does (openshift-semantics.md §6.2). */
export type RegistryErrorCode =
  | 'ERR_REGISTRY_NOT_FOUND' // MANIFEST_UNKNOWN
  | 'ERR_REGISTRY_REPOSITORY_NOT_FOUND' // NAME_UNKNOWN
  | 'ERR_REGISTRY_UNAUTHORIZED' // 401
  | 'ERR_REGISTRY_BAD_CREDENTIALS' // "incorrect username or password"
  | 'ERR_REGISTRY_DENIED' // 403
  | 'ERR_REGISTRY_RATE_LIMITED' // 429
  | 'ERR_REGISTRY_UNAVAILABLE' // 5xx
  | 'ERR_REGISTRY_UNSUPPORTED_MEDIA_TYPE'
  | 'ERR_REGISTRY_TIMEOUT'
  | 'ERR_REGISTRY_UNREACHABLE' // DNS, TCP, TLS
  | 'ERR_REGISTRY_FORBIDDEN_ADDRESS' // loopback, private, link-local where not allowed
  | 'ERR_REGISTRY_TOO_LARGE'
  | 'ERR_REGISTRY_DIGEST_MISMATCH'
  | 'ERR_REGISTRY_TOO_MANY_REDIRECTS'
  | 'ERR_REGISTRY_INVALID_RESPONSE';

export interface RegistryErrorOptions extends ErrorOptions {
  readonly retryAfter?: number | undefined;
  readonly isAbsence?: boolean;
  readonly hint?: string;
  readonly isAnswered?: boolean;
}

export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;
  /** Seconds from Retry-After, when the registry said. */
  readonly retryAfter: number | undefined;
  /** The registry itself said that it has no such manifest or repository: a 404 with an error document, not one of a proxy before it. */
  readonly isAbsence: boolean;
  /** What there is to put right on this side, told even where the words of a refusal are fixed. */
  readonly hint: string | undefined;
  /** The host is there and answers, only not as it was spoken to: it is not down. */
  readonly isAnswered: boolean;

  constructor(code: RegistryErrorCode, message: string, options: RegistryErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryAfter = options.retryAfter;
    this.isAbsence = options.isAbsence ?? false;
    this.hint = options.hint;
    this.isAnswered = options.isAnswered ?? false;
  }
}
