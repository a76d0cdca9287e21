/** What an API server's no means for a delivery. Pure. */
import { readDocument, stringOf } from '../../../image/tolerant-reader.ts';
import { retryAfterSeconds } from '../http/retry-after.ts';
import type { Refusal } from '../target.ts';
import type { ClusterAnswer } from './cluster-connection.ts';

/** Characters of what the server says that end in a status. */
const MESSAGE = 250;

/**
 * What may pass: a conflict, too many requests, faults of the server and of what is in front of it. And 401: tokens are renewed, and a server whose
 * authenticator is down answers it too. Whatever else it refuses, it refuses again until somebody changes something.
 */
const PASSING = new Set([401, 408, 409, 410, 425, 429]);

/**
 * `what`: `Deployment shop/web`. `secrets`: never shown, should the server repeat them; with `isSecret` nothing it says is, since it may be about
 * a Secret. `now` in ms.
 */
export function outcomeOfAnswer(
  { status, body, retryAfter }: ClusterAnswer,
  what: string,
  { now, secrets, isSecret = false }: { readonly now: number; readonly secrets: readonly string[]; readonly isSecret?: boolean },
): Refusal {
  const told = status >= 300 && status < 400 ? {} : (readDocument(body) ?? {});
  const isStatus = told['kind'] === 'Status';
  const word = isStatus ? stringOf(told['reason']) : '';
  const reason = /^[A-Z][A-Za-z]{1,40}$/.test(word) ? word : reasonOf(status);
  const said = isStatus && !isSecret ? shown(stringOf(told['message']), secrets) : '';
  const message = `${what}: the API server answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (!PASSING.has(status) && status < 500) return { kind: 'refused', reason, message };
  const seconds = status === 429 || status === 503 ? retryAfterSeconds(retryAfter, now) : undefined;
  return { kind: 'retry', reason, message, ...(seconds === undefined ? {} : { retryAfter: seconds }) };
}

function reasonOf(status: number): string {
  if (status >= 300 && status < 400) return 'Redirected';
  return status === 401 ? 'Unauthorized' : status === 403 ? 'Forbidden' : status === 404 ? 'NotFound' : 'ClusterRefused';
}

function shown(message: string, secrets: readonly string[]): string {
  const plain = secrets.reduce((text, secret) => text.replaceAll(secret, '********'), message).replaceAll(/[\p{Cc}\s]+/gu, ' ');
  return plain.length > MESSAGE ? `${plain.slice(0, MESSAGE)}…` : plain;
}
