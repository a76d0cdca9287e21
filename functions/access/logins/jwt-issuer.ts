/** Who a JWT (RFC 7519) says it is from, before anybody checked it: which keys it is to be checked with. */

/** null for what is no JWT of three parts with an issuer. */
export function claimedIssuer(token: string): string | null {
  const [, payload, signature, ...more] = token.split('.');
  if (payload === undefined || signature === undefined || more.length > 0) return null;
  try {
    const { iss } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly iss?: unknown };
    return typeof iss === 'string' ? iss : null;
  } catch {
    return null;
  }
}
