/**
 * From a token of `aws eks get-token` to the request that it is: a GetCallerIdentity signed in advance, which only STS can check
 * (aws-iam-authenticator `pkg/token`). What is asked for is decided here, by the text alone: no URL parser has a say in which host it names.
 */
import type { Refusal } from './types.ts';

export const IAM_TOKEN_PREFIX = 'k8s-aws-v1.';
/** Holds our name; signed, but not in the token: a token for another cluster has another signature. */
export const CLUSTER_HEADER = 'x-k8s-aws-id';

export interface StsRequest {
  readonly host: string;
  /** As it was signed. */
  readonly query: string;
  /** ms; STS takes the signature no longer, whatever X-Amz-Expires says. */
  readonly expiresAt: number;
}

const MOST_CHARACTERS = 4_096;
const LIFETIME_MS = 15 * 60_000;
/** Clocks differ; STS itself refuses what is signed more than five minutes ahead. */
const AHEAD_MS = 5 * 60_000;
const MOST_SECONDS = 900;

const PARAMETERS: ReadonlySet<string> = new Set([
  'action',
  'version',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
]);

/** Lower case and nothing but a name: neither port nor user nor trailing dot. */
const SIGNED_URL = /^https:\/\/([a-z0-9.-]+)\/\?([\x21-\x7e]+)$/;
/** A bare `;` separates parameters for some readers of queries: STS might see fewer signed headers than we do. */
const PARAMETER = /^([A-Za-z-]+)=([^=#;]*)$/;
const DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** `hosts`: those of STS. `now` in ms. */
export function readStsRequest(token: string, { hosts, now }: { hosts: ReadonlySet<string>; now: number }): StsRequest | Refusal {
  const encoded = token.slice(IAM_TOKEN_PREFIX.length);
  if (token.length > MOST_CHARACTERS || !/^[\w-]+$/.test(encoded)) return refuse('it is no signed URL');
  const [, host = '', query = ''] = SIGNED_URL.exec(Buffer.from(encoded, 'base64url').toString('latin1')) ?? [];
  if (host === '') return refuse('it is no signed URL');
  if (!hosts.has(host)) return refuse('it is for another host than STS');
  const parameters = readParameters(query);
  if (parameters === null) return refuse('it has parameters that GetCallerIdentity has not');
  const problem = requestProblem(parameters);
  if (problem !== null) return refuse(problem);
  const date = readDate(parameters.get('x-amz-date') ?? '');
  if (Number.isNaN(date)) return refuse('it has no date');
  if (date > now + AHEAD_MS) return refuse('it is not valid yet');
  const expiresAt = date + LIFETIME_MS;
  return expiresAt <= now ? refuse('it is expired') : { host, query, expiresAt };
}

function requestProblem(parameters: ReadonlyMap<string, string>): string | null {
  if (parameters.get('action') !== 'GetCallerIdentity') return 'it is another action than GetCallerIdentity';
  const signed = (parameters.get('x-amz-signedheaders') ?? '').toLowerCase().split(';');
  if (!signed.includes(CLUSTER_HEADER)) return `${CLUSTER_HEADER} is not signed`;
  const seconds = parameters.get('x-amz-expires') ?? '';
  return /^\d{1,3}$/.test(seconds) && Number(seconds) <= MOST_SECONDS ? null : 'X-Amz-Expires is not within 15 minutes';
}

/** By name in lower case; null when one is unknown, there twice or not readable. */
function readParameters(query: string): ReadonlyMap<string, string> | null {
  const found = new Map<string, string>();
  for (const pair of query.split('&')) {
    const [, name = '', value = ''] = PARAMETER.exec(pair) ?? [];
    const key = name.toLowerCase();
    const text = decode(value);
    if (!PARAMETERS.has(key) || found.has(key) || text === null) return null;
    found.set(key, text);
  }
  return found;
}

function decode(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

/** ms; NaN for what is no date. */
function readDate(text: string): number {
  return Date.parse(DATE.test(text) ? text.replace(DATE, '$1-$2-$3T$4:$5:$6Z') : '');
}

function refuse(why: string): Refusal {
  return { refused: `AWS token: ${why}` };
}
