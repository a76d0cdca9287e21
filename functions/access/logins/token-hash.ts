import { createHash } from 'node:crypto';

/** SHA-256 of an opaque token, lower-case hex: the only form in which a token is stored or used as a key. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
