/** HTTP to a machine nobody vouches for: bounded in time, size and connections, and kept out of our own network. Knows nothing of registries. */
import http, { type ClientRequest, type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { guardedLookup, refuseForbiddenHost, type GuardOptions } from '../runtime/network-guard.ts';
import { exchange } from './exchange.ts';
import type { RegistryLimits } from './limits.ts';
import { toTransportError } from './transport-error.ts';

export interface TransportRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Of a POST: a form that holds secrets. */
  readonly body?: string;
  /** http or https. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of a 200 answer; more is ERR_REGISTRY_TOO_LARGE. Of other answers the first `errorBytes` are read. */
  readonly maxBytes: number;
  /** When all must be over, on the clock of `performance.now()` (ms). */
  readonly deadline: number;
  /** True: certificates are not verified. */
  readonly insecure: boolean;
  /** Hashes the body of a 200 answer while it arrives. */
  readonly hashWith?: string;
  readonly signal?: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** Hexadecimal, when the request said `hashWith`. */
  readonly hash?: string;
}

/** Sends one request; redirects, challenges and error statuses are answers like any other. Throws TransportError only. */
export type Send = (request: TransportRequest) => Promise<TransportResponse>;

export interface Transport {
  readonly send: Send;
  /** Closes all connections; requests under way fail. */
  readonly close: () => void;
}

export interface TransportOptions extends GuardOptions {
  /** Authorities trusted besides the default ones, as PEM. */
  readonly certificates?: string;
}

export function createTransport(options: TransportOptions & { readonly limits: RegistryLimits }): Transport {
  const { limits, certificates } = options;
  const shared = {
    keepAlive: true,
    maxSockets: limits.connectionsPerHost,
    maxFreeSockets: limits.connectionsPerHost,
    timeout: limits.idleTimeout,
    lookup: guardedLookup(options),
  };
  const plain = new http.Agent(shared);
  const verified = new https.Agent(certificates === undefined ? shared : { ...shared, secureContext: trustAlso(certificates) });
  const unverified = new https.Agent({ ...shared, rejectUnauthorized: false });

  function open({ url, method, headers, signal, insecure }: TransportRequest): ClientRequest {
    refuseForbiddenHost(url.hostname, options);
    const message = {
      method,
      headers: { ...headers, 'accept-encoding': 'identity', 'user-agent': 'image-streams' },
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: url.pathname + url.search,
      maxHeaderSize: limits.headerBytes,
      signal,
    };
    if (url.protocol === 'http:') return http.request({ ...message, agent: plain });
    return https.request({ ...message, agent: insecure ? unverified : verified });
  }

  return {
    async send(request) {
      try {
        return await exchange(open(request), request, limits);
      } catch (error) {
        throw toTransportError(error, request.url.host, 'connect', false);
      }
    },
    close() {
      for (const agent of [plain, verified, unverified]) agent.destroy();
    },
  };
}

/** Made once: reading all authorities anew for each connection would take longer than the handshake. */
function trustAlso(certificates: string): SecureContext {
  return createSecureContext({ ca: [...getCACertificates('default'), certificates] });
}
