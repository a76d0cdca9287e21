/** Why no answer came, or only a part of one. */
import { ForbiddenAddressError } from '../runtime/network-guard.ts';
import { RegistryError, type RegistryErrorCode } from './errors.ts';
import { sanitize } from './redact.ts';

/** `connect`: no request has been sent yet. */
export type Phase = 'connect' | 'headers' | 'body';

interface TransportFacts {
  readonly host: string;
  readonly phase: Phase;
  readonly temporary?: boolean;
  readonly stale?: boolean;
  readonly isAnswered?: boolean;
  readonly cause?: unknown;
}

export class TransportError extends RegistryError {
  /** host or host:port that was asked; after a redirect not the registry's. */
  readonly host: string;
  readonly phase: Phase;
  /** May work when repeated. */
  readonly temporary: boolean;
  /** A kept-alive connection turned out to be closed: worth repeating at once. */
  readonly stale: boolean;

  constructor(code: RegistryErrorCode, message: string, facts: TransportFacts) {
    const { cause, isAnswered = false } = facts;
    super(code, message, cause === undefined ? { isAnswered } : { cause, isAnswered });
    this.host = facts.host;
    this.phase = facts.phase;
    this.temporary = facts.temporary ?? false;
    this.stale = facts.stale ?? false;
  }
}

const TEMPORARY = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'EMFILE', 'ENFILE']);

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name cannot be resolved now',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
};

/** No TLS is spoken there, or none that is trusted. */
const TLS_REFUSED = /^(EPROTO|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_SSL_|ERR_TLS_CERT_)/;

/**
 * Words an error of node:http, node:https, node:dns or node:tls. Only codes and known sentences get into the message, and parser errors are not kept
 * as cause: they carry the bytes that were received, which may be a token.
 */
export function toTransportError(error: unknown, host: string, phase: Phase, reused: boolean): TransportError {
  if (error instanceof TransportError) return error;
  if (error instanceof ForbiddenAddressError) {
    return new TransportError('ERR_REGISTRY_FORBIDDEN_ADDRESS', `${host} is not called: ${error.message}`, {
      host,
      phase: 'connect',
      cause: error,
    });
  }
  const { code = '', message = '', name = '' } = error as NodeJS.ErrnoException;
  if (name === 'AbortError') return new TransportError('ERR_REGISTRY_TIMEOUT', `the request to ${host} was given up`, { host, phase });
  if (code === 'HPE_HEADER_OVERFLOW')
    return new TransportError('ERR_REGISTRY_TOO_LARGE', `${host} sent too large headers`, { host, phase });
  if (code.startsWith('HPE_'))
    return new TransportError('ERR_REGISTRY_INVALID_RESPONSE', `${host} did not answer in HTTP (${code})`, { host, phase });
  const reason = message.includes('wrong version number')
    ? 'the server answered in plain HTTP to HTTPS'
    : (REASONS[code] ?? sanitize(message));
  const temporary = TEMPORARY.has(code);
  return new TransportError('ERR_REGISTRY_UNREACHABLE', `cannot reach ${host}: ${reason}${code === '' ? '' : ` (${code})`}`, {
    host,
    phase,
    temporary,
    stale: temporary && reused,
    isAnswered: TLS_REFUSED.test(code),
    cause: error,
  });
}
