/**
 * Bearer tokens (https://distribution.github.io/distribution/spec/auth/token/): fetched once per repository and credentials, shared by all requests
 * that need one, kept until shortly before they expire.
 */
import type { RegistryRepository } from '../importing/ports.ts';
import { fingerprint, secretsOf } from './credentials.ts';
import { dropOldest } from './hosts.ts';
import type { RegistryLimits } from './limits.ts';
import { sendFollowing } from './redirects.ts';
import { type BearerChallenge, processTokenResponse, tokenMessage } from './token-message.ts';
import type { Send } from './transport.ts';
import type { RegistryCredentials } from './types.ts';

export interface TokenRequest {
  readonly repository: RegistryRepository;
  readonly challenge: BearerChallenge;
  /** Null: an anonymous token. */
  readonly credentials: RegistryCredentials | null;
  /** A token the registry has just refused: not handed out again. */
  readonly refused?: string;
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
}

export interface TokenSource {
  /** @throws RegistryError; a refusal of the token service is an error of the repository. */
  get(request: TokenRequest): Promise<Obtained>;
}

export interface Obtained {
  readonly token: string;
  /** False when it was kept from an earlier request. */
  readonly fresh: boolean;
}

interface Kept {
  readonly token: string;
  /** Milliseconds on the clock of `now`. */
  readonly until: number;
}

/** A token is not used in the last tenth of its life, at most the last ten seconds: it has to survive the way to the registry. */
const LONGEST_MARGIN = 10_000;
/** However long a token claims to live. */
const LONGEST_LIFE = 3_600_000;

/** @param now milliseconds since the epoch. */
export function createTokenSource({
  send,
  limits,
  now,
}: {
  readonly send: Send;
  readonly limits: RegistryLimits;
  readonly now: () => number;
}): TokenSource {
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<string>>();

  async function fetchToken(key: string, request: TokenRequest): Promise<string> {
    const { repository, challenge, credentials, deadline } = request;
    const asked = now();
    const message = { ...tokenMessage(challenge, repository, credentials), maxBytes: limits.tokenBytes, deadline };
    const { response } = await sendFollowing(send, { ...message, insecure: repository.insecure }, limits.redirects);
    const { token, expiresIn } = processTokenResponse(response, secretsOf(credentials), now());
    const life = Math.min(expiresIn * 1000, LONGEST_LIFE);
    kept.delete(key);
    kept.set(key, { token, until: asked + life - Math.min(LONGEST_MARGIN, life / 10) });
    dropOldest(kept, limits.rememberedTokens);
    return token;
  }

  return {
    async get(request) {
      const { repository, credentials, refused } = request;
      const key = JSON.stringify([repository.host, repository.insecure, repository.name, fingerprint(credentials)]);
      const known = kept.get(key);
      if (known !== undefined && known.token !== refused && now() < known.until) return { token: known.token, fresh: false };
      let fetching = underWay.get(key);
      if (fetching === undefined) {
        fetching = fetchToken(key, request).finally(() => underWay.delete(key));
        underWay.set(key, fetching);
      }
      return { token: await fetching, fresh: true };
    },
  };
}
