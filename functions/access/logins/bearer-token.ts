/** Longest token looked at: the gateway's whole header budget is 10,240 bytes. */
const MAX_LENGTH = 8192;

/** The token of an `Authorization: Bearer …` header (RFC 6750 §2.1; the scheme is case-insensitive), or null. */
export function parseBearerToken(authorization: string | undefined): string | null {
  const match = /^bearer +([\w.~+/=-]+) *$/i.exec(authorization ?? '');
  const token = match?.[1] ?? '';
  return token === '' || token.length > MAX_LENGTH ? null : token;
}
