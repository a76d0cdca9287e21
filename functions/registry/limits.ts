/** Every bound of the registry client, in one place. Times are milliseconds, sizes are bytes. A registry is somebody else's machine: nothing is unbounded. */
export interface RegistryLimits {
  /** DNS, TCP and TLS together. */
  readonly connectTimeout: number;
  /** From the sent request to the first byte of a final answer. */
  readonly headersTimeout: number;
  /** From the headers to the last byte of the body, however busily it drips. */
  readonly bodyTimeout: number;
  /** One call of the client with all its redirects, tokens, pages and retries. */
  readonly operationTimeout: number;
  /** Status line and headers of one answer. */
  readonly headerBytes: number;
  /** As Distribution's own limit for a manifest. */
  readonly manifestBytes: number;
  readonly blobBytes: number;
  /** One page of tags/list. */
  readonly pageBytes: number;
  readonly tokenBytes: number;
  /** Read of an answer that is not 200; the rest is not looked at. */
  readonly errorBytes: number;
  readonly pages: number;
  readonly tags: number;
  /** Asked for per page; a registry that refuses it is asked again without. */
  readonly pageSize: number;
  readonly redirects: number;
  /** Repeats after temporary failures, as upstream (openshift-semantics.md §6.2). */
  readonly retries: number;
  /** The first wait is half to all of it; each further one twice as long. */
  readonly retryDelay: number;
  /** A longer Retry-After is not waited for but told to the caller. */
  readonly longestRetryAfter: number;
  /** Per scheme, host and port. */
  readonly connectionsPerHost: number;
  /** An unused connection is closed after this. */
  readonly idleTimeout: number;
  /** How long an insecure registry is spoken to in plain http before https is tried again. */
  readonly plainHttpMemory: number;
  /** Hosts whose scheme and challenge are remembered. */
  readonly rememberedHosts: number;
  readonly rememberedTokens: number;
}

/** Largest image config the client hands out; real ones have some KB. */
export const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

export const DEFAULT_LIMITS: RegistryLimits = {
  connectTimeout: 5_000,
  headersTimeout: 10_000,
  bodyTimeout: 15_000,
  operationTimeout: 20_000,
  headerBytes: 32 * 1024,
  manifestBytes: 4 * 1024 * 1024,
  blobBytes: MAX_CONFIG_BYTES,
  pageBytes: 4 * 1024 * 1024,
  tokenBytes: 64 * 1024,
  errorBytes: 16 * 1024,
  pages: 200,
  tags: 100_000,
  pageSize: 1_000,
  redirects: 5,
  retries: 2,
  retryDelay: 300,
  longestRetryAfter: 5_000,
  connectionsPerHost: 32,
  idleTimeout: 15_000,
  plainHttpMemory: 600_000,
  rememberedHosts: 1_000,
  rememberedTokens: 2_000,
};
