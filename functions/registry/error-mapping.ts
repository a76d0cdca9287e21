/** From an answer that is not 200 to a RegistryError: the code the registry reports wins over the status, as in upstream's client. */
import { STATUS_CODES } from 'node:http';
import { RegistryError, type RegistryErrorCode } from './errors.ts';
import type { Quirks } from './quirks/types.ts';
import { sanitize } from './redact.ts';
import { readErrors, type ReportedError } from './schema.ts';
import type { TransportResponse } from './transport.ts';

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes; the last ones are Harbor's and ECR's. */
const BY_REPORTED_CODE: Readonly<Record<string, RegistryErrorCode>> = {
  MANIFEST_UNKNOWN: 'ERR_REGISTRY_NOT_FOUND',
  MANIFEST_BLOB_UNKNOWN: 'ERR_REGISTRY_NOT_FOUND',
  BLOB_UNKNOWN: 'ERR_REGISTRY_NOT_FOUND',
  NAME_UNKNOWN: 'ERR_REGISTRY_REPOSITORY_NOT_FOUND',
  NAME_INVALID: 'ERR_REGISTRY_REPOSITORY_NOT_FOUND',
  UNAUTHORIZED: 'ERR_REGISTRY_UNAUTHORIZED',
  DENIED: 'ERR_REGISTRY_DENIED',
  TOOMANYREQUESTS: 'ERR_REGISTRY_RATE_LIMITED',
  UNAVAILABLE: 'ERR_REGISTRY_UNAVAILABLE',
  NOT_FOUND: 'ERR_REGISTRY_NOT_FOUND',
  FORBIDDEN: 'ERR_REGISTRY_DENIED',
};

/** What registries call a manifest or repository that is not there; the last one is Harbor's. */
const ABSENCE: ReadonlySet<string> = new Set(['MANIFEST_UNKNOWN', 'NAME_UNKNOWN', 'NOT_FOUND']);

/** The sentence upstream looks for, and its variants on other registries. */
const BAD_CREDENTIALS = /(?:incorrect|invalid|wrong) username (?:or|\/|and) password/i;

/**
 * @param secrets what the request carried; it does not get into the message.
 * @param now milliseconds since the epoch, for a Retry-After given as a date.
 * @param quirks of the registry that answered.
 */
export function toRegistryError(response: TransportResponse, secrets: readonly string[], now: number, quirks: Quirks = {}): RegistryError {
  const { status, headers, body } = response;
  const errors = readErrors(body);
  const asked = readRetryAfter(headers['retry-after'], now) ?? (status === 429 ? quirks.waitWhenLimited?.(headers) : undefined);
  return new RegistryError(chooseCode(status, errors), describe(status, errors, secrets), {
    retryAfter: asked,
    isAbsence: status === 404 && errors.length > 0 && errors.every(({ code }) => ABSENCE.has(code.toUpperCase())),
  });
}

function chooseCode(status: number, errors: readonly ReportedError[]): RegistryErrorCode {
  if (errors.some(({ message }) => BAD_CREDENTIALS.test(message))) return 'ERR_REGISTRY_BAD_CREDENTIALS';
  const reported = errors.map(({ code }) => BY_REPORTED_CODE[code.toUpperCase()]).find((code) => code !== undefined);
  return reported ?? codeOfStatus(status);
}

function codeOfStatus(status: number): RegistryErrorCode {
  switch (status) {
    case 401:
      return 'ERR_REGISTRY_UNAUTHORIZED';
    case 403:
      return 'ERR_REGISTRY_DENIED';
    case 404:
      return 'ERR_REGISTRY_NOT_FOUND';
    case 406:
    case 415:
      return 'ERR_REGISTRY_UNSUPPORTED_MEDIA_TYPE';
    case 429:
      return 'ERR_REGISTRY_RATE_LIMITED';
    case 500:
    case 502:
    case 503:
    case 504:
      return 'ERR_REGISTRY_UNAVAILABLE';
    default:
      return 'ERR_REGISTRY_INVALID_RESPONSE';
  }
}

/** What the registries of CNCF Distribution say when they have nothing to add to the code; upstream's client then prints the code alone. */
const STANDARD_MESSAGES: Readonly<Record<string, string>> = {
  UNKNOWN: 'unknown error',
  UNSUPPORTED: 'The operation is unsupported.',
  UNAUTHORIZED: 'authentication required',
  DENIED: 'requested access to the resource is denied',
  UNAVAILABLE: 'service unavailable',
  TOOMANYREQUESTS: 'too many requests',
  NAME_INVALID: 'invalid repository name',
  NAME_UNKNOWN: 'repository name not known to registry',
  MANIFEST_UNKNOWN: 'manifest unknown',
  BLOB_UNKNOWN: 'blob unknown to registry',
};

/** `manifest unknown: the message`, several joined by `; `. */
function describe(status: number, errors: readonly ReportedError[], secrets: readonly string[]): string {
  const parts = errors.map(({ code, message }) =>
    [code.toLowerCase().replaceAll('_', ' '), message === STANDARD_MESSAGES[code] ? '' : message].filter((part) => part !== '').join(': '),
  );
  const text = sanitize(parts.filter((part) => part !== '').join('; '), secrets);
  return text === '' ? `the registry answered ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd() : text;
}

/** Retry-After (RFC 9110 §10.2.3), a number of seconds or a date, as seconds from now; undefined when it says nothing useful. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header);
  // Every form of an HTTP date begins with a weekday; Date.parse alone would make a date of much else.
  const date = /^\s*[a-z]{3}/i.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
