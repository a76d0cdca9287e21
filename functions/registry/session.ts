/** A request to a repository as the registry wants it: right scheme, redirects followed, challenge answered, temporary failures repeated. */
import type { RegistryRepository } from '../importing/ports.ts';
import { ANONYMOUS, type Authorization, createAuthorizer } from './authorization.ts';
import { chooseChallenge, parseChallenges, type AuthChallenge } from './challenge.ts';
import { toRegistryError } from './error-mapping.ts';
import type { HostMemory, Release } from './hosts.ts';
import type { RegistryLimits } from './limits.ts';
import { quirksOf } from './quirks/of-host.ts';
import { sendFollowing, type Followed } from './redirects.ts';
import { repositoryUrl } from './repository-url.ts';
import { withRetries } from './retry.ts';
import { sendByScheme } from './scheme.ts';
import type { TokenSource } from './token.ts';
import type { Send, TransportResponse } from './transport.ts';
import { createCredentialTrial, type ReadCredentials } from './try-credentials.ts';
import type { CredentialsFor } from './types.ts';

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD';
  readonly repository: RegistryRepository;
  /** Below `/v2/<name>/`. */
  readonly path: string;
  readonly accept: string;
  readonly maxBytes: number;
  readonly hashWith?: string;
  /** The answer is 304 when this is what there is. */
  readonly ifNoneMatch?: string;
  /** Statuses that are answers rather than errors, besides 200. */
  readonly allow?: readonly number[];
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
}

/** @throws RegistryError */
export type RequestRegistry = (request: RegistryRequest) => Promise<TransportResponse>;

export interface SessionParts {
  readonly send: Send;
  readonly hosts: HostMemory;
  readonly tokens: TokenSource;
  readonly limits: RegistryLimits;
  readonly now: () => number;
  readonly random: () => number;
  readonly credentialsFor?: CredentialsFor;
  readonly signal?: AbortSignal;
}

/** A challenge is answered once; what it is answered with may have expired. */
const MOST_REPEATS = 2;

export function createSession(parts: SessionParts): RequestRegistry {
  const { send, hosts, limits, now, random, signal } = parts;
  const { authorize, answer } = createAuthorizer(parts.tokens);
  const trial = createCredentialTrial(parts.credentialsFor);

  function deliver(request: RegistryRequest, { header }: Authorization): Promise<Followed> {
    const { repository, method, path, accept, maxBytes, hashWith, ifNoneMatch, deadline } = request;
    const headers = {
      accept,
      ...(header === undefined ? {} : { authorization: header }),
      ...(ifNoneMatch === undefined ? {} : { 'if-none-match': `"${ifNoneMatch}"` }),
    };
    return sendByScheme(repository, hosts, (scheme) => {
      const url = repositoryUrl(scheme, repository, path);
      return sendFollowing(
        send,
        { method, url, headers, maxBytes, hashWith, deadline, insecure: repository.insecure, signal },
        limits.redirects,
      );
    });
  }

  /** What a response asks for that refuses how the request was authorized; null when it does not, or was answered already. */
  function readChallenge(repository: RegistryRepository, followed: Followed, used: Authorization, isFirst: boolean): AuthChallenge | null {
    const { response, elsewhere } = followed;
    const isExpired = used.header !== undefined && quirksOf(repository.host).isExpired?.(response) === true;
    if (elsewhere || !(isExpired || (isFirst && response.status === 401))) return null;
    const told = chooseChallenge(parseChallenges(response.headers['www-authenticate'] ?? ''), repository.insecure);
    if (told !== null) hosts.rememberChallenge(repository, ofHost(told));
    return told ?? (isExpired ? (hosts.challenge(repository) ?? null) : null);
  }

  async function attempt(request: RegistryRequest, read: ReadCredentials, release: Release): Promise<TransportResponse> {
    const { repository } = request;
    const known = hosts.challenge(repository);
    let used = known === undefined ? ANONYMOUS : await authorize(request, known, read);
    let followed = await deliver(request, used);
    for (let repeats = 0; repeats < MOST_REPEATS; repeats++) {
      const challenge = readChallenge(repository, followed, used, repeats === 0);
      release();
      const next = challenge === null ? null : await answer(request, challenge, read, used);
      if (next === null) break;
      used = next;
      followed = await deliver(request, used);
    }
    const { response } = followed;
    if (response.status === 200 || request.allow?.includes(response.status) === true) return response;
    throw toRegistryError(response, used.secrets, now(), quirksOf(repository.host));
  }

  return async (request) => {
    const { repository, deadline } = request;
    const release = await hosts.enter(repository);
    try {
      return await trial.run(repository, (read) =>
        withRetries(() => attempt(request, read, release), { limits, deadline, random, signal }),
      );
    } finally {
      release();
    }
  };
}

/** A scope that names a repository belongs to that one; any other (Gitea's `*`) and the rest belong to the host. */
function ofHost(challenge: AuthChallenge): AuthChallenge {
  return challenge.kind === 'bearer' && challenge.scope?.includes(':') === true ? { ...challenge, scope: undefined } : challenge;
}
