/** Passwords of ECR: one for each identity and Region, shared by all who need it, kept until shortly before their twelve hours are over. */
import { createHash } from 'node:crypto';
import { RegistryError } from '../../registry/errors.ts';
import type { CredentialSource, RegistryCredentials } from '../../registry/types.ts';
import type { EcrIdentity } from './ecr-access.ts';

export interface EcrToken {
  readonly credentials: RegistryCredentials;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

/** Throws RegistryError. */
export type FetchEcrToken = (identity: EcrIdentity) => Promise<EcrToken>;

/** ms: what begins with a token has to be over before the token is. */
const MARGIN = 15 * 60_000;
/** ms: a younger token is not refused for its age, and is not made anew. */
const RENEWABLE_AFTER = 15 * 60_000;
/** ms: what IAM refuses it refuses again; a repair is noticed soon enough. */
const REFUSAL_KEPT = 60_000;

interface Kept {
  readonly token: EcrToken;
  readonly since: number;
}

/** @param now ms since the epoch. */
export function createEcrTokens(fetch: FetchEcrToken, now: () => number): (identity: EcrIdentity) => CredentialSource {
  const kept = new Map<string, Kept>();
  const refusals = new Map<string, { readonly error: RegistryError; readonly until: number }>();
  const underWay = new Map<string, Promise<RegistryCredentials>>();

  async function renew(key: string, identity: EcrIdentity): Promise<RegistryCredentials> {
    const since = now();
    try {
      const token = await fetch(identity);
      kept.set(key, { token, since });
      return token.credentials;
    } catch (error) {
      if (error instanceof RegistryError && error.code === 'ERR_REGISTRY_UNAUTHORIZED') {
        refusals.set(key, { error, until: since + REFUSAL_KEPT });
      }
      throw error;
    }
  }

  function isGood({ token, since }: Kept, refused: RegistryCredentials | undefined): boolean {
    if (now() >= token.expiresAt - MARGIN) return false;
    return refused?.password !== token.credentials.password || now() < since + RENEWABLE_AFTER;
  }

  return (identity) => {
    const key = JSON.stringify([identity.region, identity.role?.arn ?? '', identity.role?.externalId ?? '']);
    return {
      identity: createHash('sha256').update(`ecr ${key}`).digest('base64'),
      async obtain(refused) {
        const known = kept.get(key);
        if (known !== undefined && isGood(known, refused)) return known.token.credentials;
        const refusal = refusals.get(key);
        if (refusal !== undefined && now() < refusal.until) throw refusal.error;
        let renewing = underWay.get(key);
        if (renewing === undefined) {
          renewing = renew(key, identity).finally(() => underWay.delete(key));
          underWay.set(key, renewing);
        }
        return renewing;
      },
    };
  };
}
