/**
 * Bearer tokens (https://distribution.github.io/distribution/spec/auth/token/): fetched once per repository and credentials, shared by all requests
 * that need one, kept until shortly before they expire.
 */
import type { RegistryRepository } from '../importing/ports.ts';
import { RegistryError } from './errors.ts';
import type { AuthChallenge } from './challenge.ts';
import { basicAuthorization, fingerprint, secretsOf } from './credentials.ts';
import { toRegistryError } from './error-mapping.ts';
import { dropOldest } from './hosts.ts';
import type { RegistryLimits } from './limits.ts';
import { sendFollowing } from './redirects.ts';
import { readToken, type IssuedToken } from './schema.ts';
import type { Send, TransportResponse } from './transport.ts';
import type { RegistryCredentials } from './types.ts';

export type BearerChallenge = Extract<AuthChallenge, { readonly kind: 'bearer' }>;

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
    const { repository, challenge, credentials } = request;
    const asked = now();
    const { response } = await sendFollowing(
      send,
      {
        method: 'GET',
        url: buildTokenUrl(challenge, repository),
        headers: credentials === null ? {} : { authorization: basicAuthorization(credentials) },
        maxBytes: limits.tokenBytes,
        deadline: request.deadline,
        insecure: repository.insecure,
      },
      limits.redirects,
    );
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

/**
 * The URL of the token service for pulling from a repository. The scope is the one of the challenge when that was given for this repository.
 * @throws RegistryError when the realm is no URL a password may be sent to
 */
export function buildTokenUrl({ realm, service, scope }: BearerChallenge, repository: RegistryRepository): URL {
  const url = URL.parse(realm);
  if (url?.protocol !== 'https:' && !(repository.insecure && url?.protocol === 'http:')) {
    throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', `${repository.host} names a token service that has no https URL`);
  }
  url.username = '';
  url.password = '';
  if (service !== undefined) url.searchParams.set('service', service);
  for (const part of (scope ?? pullScope(repository)).split(' ')) url.searchParams.append('scope', part);
  return url;
}

/** https://distribution.github.io/distribution/spec/auth/scope/ */
export function pullScope({ name }: RegistryRepository): string {
  return `repository:${name}:pull`;
}

/** @throws RegistryError */
function processTokenResponse(response: TransportResponse, secrets: readonly string[], now: number): IssuedToken {
  if (response.status !== 200) {
    const error = toRegistryError(response, secrets, now);
    // "Not found" would read as if the image were missing.
    const code = /NOT_FOUND$/.test(error.code) ? 'ERR_REGISTRY_INVALID_RESPONSE' : error.code;
    throw new RegistryError(code, `token service: ${error.message}`, { retryAfter: error.retryAfter });
  }
  const issued = readToken(response.body);
  if (issued === null) throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', 'token service: the answer holds no token');
  // It is going to be a header: whatever could break out of one is no token.
  if (!/^[\x21-\x7e]+$/.test(issued.token))
    throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', 'token service: the answer holds no usable token');
  return issued;
}
