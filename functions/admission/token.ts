/**
 * Tokens in the URL of a webhook: the API server of a managed cluster sends no other credentials. Whoever has one may ask which images the tags of
 * the mapped namespaces are, and nothing else.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { hashToken } from '../access/logins/token-hash.ts';
import type { AdmissionToken } from './ports.ts';

/** By which logs (runtime/redact.ts) and people tell what it is. */
const PREFIX = 'imgadm_';
const BYTES = 32;
const FORM = /^imgadm_[\w-]{43}$/;
/** The newest, and the one that clusters still use while they are given it. */
const MOST_TOKENS = 2;
/** Compared with where there is nothing to compare with, so that this takes as long. */
const NOBODYS = '0'.repeat(64);

export function createAdmissionToken(): string {
  return PREFIX + randomBytes(BYTES).toString('base64url');
}

/** Whether it can be one at all. */
export function isAdmissionToken(text: string): boolean {
  return FORM.test(text);
}

/** The one of `tokens` that it is; null when it is none. Every one is compared, in constant time. */
export function findToken(token: string, tokens: readonly AdmissionToken[]): AdmissionToken | null {
  const given = Buffer.from(hashToken(token));
  const candidates = tokens.length === 0 ? [{ sha256: NOBODYS, issued: '' }] : tokens;
  const same = candidates.filter(({ sha256 }) => timingSafeEqual(given, Buffer.from(sha256)));
  return same[0] ?? null;
}

/** The tokens that hold once `token` is issued. `revokeOthers`: it alone. */
export function withToken(
  tokens: readonly AdmissionToken[],
  token: string,
  issued: string,
  revokeOthers: boolean,
): readonly AdmissionToken[] {
  return [{ sha256: hashToken(token), issued }, ...(revokeOthers ? [] : tokens)].slice(0, MOST_TOKENS);
}
