/** Requests to somebody's API server: bounded in time and size, no redirects, and not into our own network. */
import https from 'node:https';
import { ForbiddenAddressError, guardedLookup, refuseForbiddenHost } from '../../../runtime/network-guard.ts';
import type { Refusal } from '../target.ts';

/** How a cluster is reached. */
export interface ClusterAccess {
  /** URL, https. */
  readonly server: string;
  /** PEM; the authorities everybody trusts when absent. */
  readonly ca?: string;
  readonly token: string;
}

export interface ClusterRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** With query, below the server's URL. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
}

export interface ClusterAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

export interface ClusterConnection {
  /** Rejects with ClusterUnreachable. */
  send(request: ClusterRequest): Promise<ClusterAnswer>;
  close(): void;
}

export class ClusterUnreachable extends Error {
  override readonly name = 'ClusterUnreachable';
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/**
 * Objects and lists in one answer: small ones take thirty times their bytes of memory, and an API server that answers with nothing else would end
 * the function, and with it deliveries of others. An object of a cluster has some hundreds.
 */
const MOST_NESTED = 200_000;
const [BRACE, BRACKET] = Buffer.from('{[');

export interface ConnectionOptions {
  /** API servers on loopback, private and link-local addresses. */
  readonly allowPrivateAddresses: boolean;
  /** ms for one request, from the name's resolution to the end of the answer. */
  readonly timeout: number;
  /** Bytes of one answer. */
  readonly maxBytes: number;
}

/** `signal` ends all of it. */
export type ConnectCluster = (access: ClusterAccess, signal: AbortSignal) => ClusterConnection;

export function createConnectCluster(options: ConnectionOptions): ConnectCluster {
  return (access, signal) => {
    // Connections of its own, kept for one delivery: a name means the same throughout it, and is asked for anew in the next.
    const lookup = guardedLookup(options);
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1, lookup, ca: access.ca });
    return { send: (request) => send(agent, access, request, { ...options, signal }), close: () => agent.destroy() };
  };
}

async function send(
  agent: https.Agent,
  access: ClusterAccess,
  request: ClusterRequest,
  { timeout, signal, ...options }: ConnectionOptions & { readonly signal: AbortSignal },
): Promise<ClusterAnswer> {
  const url = URL.parse(access.server.replace(/\/+$/, '') + request.path);
  if (url?.protocol !== 'https:') throw refused('InvalidServer', 'the API server has no https URL');
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  try {
    refuseForbiddenHost(url.hostname, options);
    return await exchange(url, agent, access.token, request, { maxBytes: options.maxBytes, signal: limited });
  } catch (error) {
    throw limited.aborted ? unreachable('Timeout', 'the API server did not answer in time') : explain(error);
  }
}

function exchange(
  url: URL,
  agent: https.Agent,
  token: string,
  { method, contentType, body }: ClusterRequest,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<ClusterAnswer> {
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${token}`,
    'user-agent': 'image-streams',
    ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
  return new Promise((resolve, reject) => {
    const sent = https.request(url, { method, headers, agent, signal }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) response.destroy(refused('AnswerTooLarge', `the API server answered more than ${maxBytes} bytes`));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers: answered } = response;
        if (nestedIn(chunks) > MOST_NESTED)
          return reject(refused('AnswerTooLarge', `the API server answered more than ${MOST_NESTED} objects and lists`));
        resolve({ status, retryAfter: answered['retry-after'], body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** At most so many, whatever is in texts. */
function nestedIn(chunks: readonly Buffer[]): number {
  let count = 0;
  for (const chunk of chunks) for (const byte of chunk) if (byte === BRACE || byte === BRACKET) count++;
  return count;
}

/** The codes of Node are told, its messages are not: they name addresses of our resolvers and differ from try to try. */
function explain(error: unknown): ClusterUnreachable {
  if (error instanceof ClusterUnreachable) return error;
  if (error instanceof ForbiddenAddressError)
    return refused('ForbiddenAddress', 'the API server is on an address this deployment does not call');
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return unreachable('Unreachable', `the API server cannot be reached: ${code}`);
}

function refused(reason: string, message: string): ClusterUnreachable {
  return new ClusterUnreachable({ kind: 'refused', reason, message });
}

function unreachable(reason: string, message: string): ClusterUnreachable {
  return new ClusterUnreachable({ kind: 'retry', reason, message });
}
