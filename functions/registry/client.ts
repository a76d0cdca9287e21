/** The registry client: what importing knows of the OCI distribution protocol. */
import type { RegistryClient } from '../importing/ports.ts';
import { findAddresses, type FoundAddress } from '../runtime/network-guard.ts';
import { processBlob } from './blobs.ts';
import { parseDigest, requireDigest } from './digest.ts';
import { createHostMemory } from './hosts.ts';
import { DEFAULT_LIMITS, type RegistryLimits } from './limits.ts';
import { ACCEPT_MANIFESTS } from './manifest-types.ts';
import { processManifest, processManifestHead, processNotModified } from './manifests.ts';
import { type Exchange, observeSend } from './observe.ts';
import { checkReference, hostNameOf } from './repository-url.ts';
import { createSession, type SessionParts } from './session.ts';
import { listTags } from './tags.ts';
import { createTokenSource } from './token.ts';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';
import type { CredentialsFor } from './types.ts';

export interface ClientOptions {
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
  /** Default: DEFAULT_LIMITS. */
  readonly limits?: Partial<RegistryLimits>;
  /** Default: anonymous. */
  readonly credentialsFor?: CredentialsFor;
  /** 0 ≤ x < 1, for the jitter of retries. */
  readonly random?: () => number;
}

export type RegistryClientOptions = ClientOptions & TransportOptions;

export interface Caller {
  readonly credentialsFor?: CredentialsFor;
  /** Gives up requests under way. */
  readonly signal?: AbortSignal;
}

export interface ConnectedRegistryClient extends RegistryClient {
  /** A client for one caller. It shares connections and what is known of hosts; tokens only with callers of equal credentials. */
  forCaller(caller: Caller): RegistryClient;
  /** A client that knows nothing yet of hosts and tokens and tells `note` of every request and its answer, secrets included. */
  observed(caller: Caller, note: (exchange: Exchange) => void): RegistryClient;
  /** Whether the guard lets the addresses of a host be called. Throws ErrnoException when its name cannot be resolved. */
  findAddresses(host: string): Promise<readonly FoundAddress[]>;
  /** Closes all connections; requests under way fail. */
  close(): void;
}

/** Create one per process: connections, tokens and what was learned of hosts live in it. */
export function createRegistryClient(options: RegistryClientOptions): ConnectedRegistryClient {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  return {
    ...connectOver(createTransport({ ...options, limits }), { ...options, limits }),
    findAddresses: (host) => findAddresses(hostNameOf(host), options),
  };
}

/** The same over any transport. */
export function connectOver({ send, close }: Transport, options: ClientOptions): Omit<ConnectedRegistryClient, 'findAddresses'> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { now = Date.now, random = Math.random, credentialsFor } = options;
  const shared = { send, limits, now, random, hosts: createHostMemory({ limits, now }), tokens: createTokenSource({ send, limits, now }) };
  return {
    ...createClient({ ...shared, credentialsFor }),
    forCaller: (caller) => createClient({ ...shared, ...caller }),
    observed(caller, note) {
      const observed = { limits, now, random, send: observeSend(send, note) };
      return createClient({ ...observed, hosts: createHostMemory(observed), tokens: createTokenSource(observed), ...caller });
    },
    close,
  };
}

function createClient(parts: SessionParts): RegistryClient {
  const { limits } = parts;
  const request = createSession(parts);
  const manifestRequest = { accept: ACCEPT_MANIFESTS, maxBytes: limits.manifestBytes };

  return {
    async headManifest(repository, reference, known) {
      const deadline = performance.now() + limits.operationTimeout;
      const path = `manifests/${checkReference(reference)}`;
      // Old registries know no HEAD, some do not tell the digest: a GET does.
      const head = await request({ ...manifestRequest, method: 'HEAD', repository, path, allow: [405, 501], deadline });
      const told = head.status === 200 ? processManifestHead(head, reference) : null;
      if (told !== null) return told;
      // What clients call an image need not be a digest, and must not become a header.
      const ifNoneMatch = known !== undefined && parseDigest(known) !== null ? known : undefined;
      const allow = ifNoneMatch === undefined ? [] : [304];
      const answer = await request({ ...manifestRequest, method: 'GET', repository, path, ifNoneMatch, allow, deadline });
      if (ifNoneMatch !== undefined && answer.status === 304) return processNotModified(answer, ifNoneMatch);
      const { bytes: _, ...descriptor } = processManifest(answer, reference);
      return descriptor;
    },
    async getManifest(repository, reference) {
      const deadline = performance.now() + limits.operationTimeout;
      const path = `manifests/${checkReference(reference)}`;
      return processManifest(await request({ ...manifestRequest, method: 'GET', repository, path, deadline }), reference);
    },
    async getBlob(repository, digest, maxBytes) {
      const parts = requireDigest(digest);
      const response = await request({
        method: 'GET',
        repository,
        path: `blobs/${digest}`,
        accept: '*/*',
        maxBytes: Math.min(maxBytes, limits.blobBytes),
        hashWith: parts.algorithm,
        deadline: performance.now() + limits.operationTimeout,
      });
      return processBlob(response, parts, digest);
    },
    listTags: (repository) => listTags(request, limits, repository),
  };
}
