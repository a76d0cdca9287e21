import { createHash } from 'node:crypto';

/** A UUID (version 8, RFC 9562 §5.8) made of what is told apart: equal parts, equal id; no clock and no randomness. */
export function eventId(...parts: readonly string[]): string {
  // JSON keeps ('a','bc') and ('ab','c') apart.
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
