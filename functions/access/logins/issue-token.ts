/** Tokens of service accounts: JWTs that any function can check without asking whoever signed them. */
import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { IssueToken, TokenSigner, VerificationKeyStore } from '../ports.ts';
import { serviceAccountUser } from '../accounts/service-account-names.ts';
import { ALGORITHM, ISSUER, type TokenClaims } from './token-claims.ts';

export interface IssueDependencies {
  readonly signer: TokenSigner;
  readonly keys: VerificationKeyStore;
  /** Default: randomUUID. */
  readonly newId?: () => string;
}

/** The public key is stored before the first token goes out, under its thumbprint (RFC 7638), so that keys can be replaced one by one. */
export function createIssueToken({ signer, keys, newId = randomUUID }: IssueDependencies): IssueToken {
  let publishing: Promise<string> | undefined;

  async function publishKey(): Promise<string> {
    const key = await signer.publicKey();
    const id = await calculateJwkThumbprint(key);
    await keys.saveKey(id, key);
    return id;
  }

  async function keyId(): Promise<string> {
    publishing ??= publishKey();
    try {
      return await publishing;
    } catch (error) {
      publishing = undefined; // the next token tries again
      throw error;
    }
  }

  return async ({ namespace, name, uid }, { audiences, expirationSeconds, now }) => {
    const issued = Math.floor(now / 1000);
    const claims: TokenClaims = {
      aud: [...(audiences.length === 0 ? [ISSUER] : audiences)],
      exp: issued + expirationSeconds,
      iat: issued,
      iss: ISSUER,
      jti: newId(),
      'kubernetes.io': { namespace, serviceaccount: { name, uid } },
      nbf: issued,
      sub: serviceAccountUser(namespace, name),
    };
    const content = [{ alg: ALGORITHM, kid: await keyId() }, claims].map(encode).join('.');
    const signature = await signer.sign(Buffer.from(content));
    return { token: `${content}.${Buffer.from(signature).toString('base64url')}`, audiences: claims.aud, expiresAt: claims.exp * 1000 };
  };
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
