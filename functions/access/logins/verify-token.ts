/** From a token of a service account to whom it stands for. */
import { compactVerify, errors, importJWK } from 'jose';
import type { Clock } from '../../resources/ports.ts';
import type { ServiceAccountReader, TokenOwner, VerificationKeyStore } from '../ports.ts';
import { serviceAccountGroups, serviceAccountUser } from '../accounts/service-account-names.ts';
import { ALGORITHM, claimsSchema, ISSUER, type TokenClaims } from './token-claims.ts';

export interface VerifyDependencies {
  readonly keys: Pick<VerificationKeyStore, 'readKey'>;
  readonly accounts: ServiceAccountReader;
  readonly clock: Clock;
}

/** How far clocks of our own may differ. Milliseconds. */
const LEEWAY_MS = 10_000;
/** A thumbprint (RFC 7638) in base64url, as ours are called. */
const KEY_ID = /^[\w-]{43}$/;

/** null for a token that is none of ours, is for somebody else, or whose account is gone. One that expired is answered: the reader compares. */
export type VerifyToken = (token: string) => Promise<TokenOwner | null>;

/** Whether it is worth verifying: three parts (RFC 7515 §7.1), which no opaque token has. */
export function looksSigned(token: string): boolean {
  return token.split('.').length === 3;
}

/** Keys are kept for as long as the function lives: an id stands for one key for ever. */
export function createVerifyToken({ keys, accounts, clock }: VerifyDependencies): VerifyToken {
  const known = new Map<string, Awaited<ReturnType<typeof importJWK>>>();

  /** `id`: whatever the token says, of which nothing is checked yet. */
  async function readKey(id: unknown) {
    if (typeof id !== 'string' || !KEY_ID.test(id)) throw new errors.JWKSNoMatchingKey();
    const found = known.get(id);
    if (found !== undefined) return found;
    const stored = await keys.readKey(id);
    if (stored === null) throw new errors.JWKSNoMatchingKey();
    const key = await importJWK({ ...stored }, ALGORITHM);
    known.set(id, key);
    return key;
  }

  async function readClaims(token: string): Promise<TokenClaims | null> {
    try {
      const { payload } = await compactVerify(token, ({ kid }) => readKey(kid), { algorithms: [ALGORITHM] });
      return claimsSchema.safeParse(JSON.parse(Buffer.from(payload).toString())).data ?? null;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof SyntaxError) return null;
      throw error;
    }
  }

  return async (token) => {
    const claims = await readClaims(token);
    if (claims === null || !claims.aud.includes(ISSUER)) return null;
    if (claims.nbf * 1000 > clock() + LEEWAY_MS) return null;
    const { namespace, serviceaccount } = claims['kubernetes.io'];
    const account = await accounts.read(namespace, serviceaccount.name);
    const user = serviceAccountUser(namespace, serviceaccount.name);
    if (account?.uid !== serviceaccount.uid || claims.sub !== user) return null;
    return { user, uid: account.uid, groups: serviceAccountGroups(namespace), expiresAt: claims.exp * 1000 };
  };
}
