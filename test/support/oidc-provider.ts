/** A provider of JWTs as a login sees it: its documents by URL, and its keys. */
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { Get } from '../../functions/access/ports.ts';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

export interface OidcProvider {
  readonly issuer: string;
  readonly get: Get;
  /** Paths asked for, in order. */
  readonly asked: string[];
  /** Path to body; a number is a status without one. */
  readonly documents: Map<string, unknown>;
  /** Gives it a key, in place of those it has; answers how to sign with it. */
  rotate(kid: string, algorithm?: string): Promise<SignToken>;
}

/** Claims over those of a good token; undefined leaves one out. `header` over what the key says. */
export type SignToken = (claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>) => Promise<string>;

export function createOidcProvider(issuer: string, now: () => number): OidcProvider {
  const asked: string[] = [];
  const documents = new Map<string, unknown>();
  const { origin, pathname } = new URL(issuer);
  const below = pathname.replace(/\/$/, '');
  documents.set(`${below}/.well-known/openid-configuration`, { issuer, jwks_uri: `${origin}/keys`, extra: 'x' });
  return {
    issuer,
    asked,
    documents,
    async get({ url }) {
      if (url.origin !== origin) throw new Error(`a call to ${url.origin}`);
      asked.push(url.pathname);
      const found = documents.get(url.pathname) ?? 404;
      if (typeof found === 'number') return { status: found, body: Buffer.alloc(0) };
      return { status: 200, body: Buffer.from(typeof found === 'string' ? found : JSON.stringify(found)) };
    },
    async rotate(kid, algorithm = 'RS256') {
      const keys = await generateKeyPair(algorithm, { extractable: true });
      documents.set('/keys', { keys: [await publicJwk(keys, kid, algorithm)] });
      return (claims, header) => signToken(keys, { alg: algorithm, kid, ...header }, { ...goodClaims(issuer, now()), ...claims });
    },
  };
}

export function goodClaims(issuer: string, now: number): JWTPayload {
  const seconds = Math.floor(now / 1000);
  return { iss: issuer, sub: 'alice', aud: 'image-streams', iat: seconds, nbf: seconds, exp: seconds + 300, groups: ['dev'] };
}

async function publicJwk(keys: Keys, kid: string, alg: string): Promise<JWK> {
  return { ...(await exportJWK(keys.publicKey)), kid, alg, use: 'sig' };
}

function signToken(keys: Keys, header: { alg: string; kid: string }, claims: JWTPayload): Promise<string> {
  return new SignJWT(JSON.parse(JSON.stringify(claims)) as JWTPayload).setProtectedHeader(header).sign(keys.privateKey);
}
