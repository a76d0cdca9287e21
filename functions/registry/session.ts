/** A request to a repository as the registry wants it: right scheme, redirects followed, challenge answered, temporary failures repeated. */
import type { RegistryRepository } from '../importing/ports.ts';
import { chooseChallenge, parseChallenges, type AuthChallenge } from './challenge.ts';
import { basicAuthorization, secretsOf } from './credentials.ts';
import { toRegistryError } from './error-mapping.ts';
import type { HostMemory, Release } from './hosts.ts';
import type { RegistryLimits } from './limits.ts';
import { quirksOf } from './quirks/of-host.ts';
import { sendFollowing, type Followed } from './redirects.ts';
import { repositoryUrl } from './repository-url.ts';
import { withRetries } from './retry.ts';
import { sendByScheme } from './scheme.ts';
import { pullScope, type BearerChallenge } from './token-message.ts';
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

/** How a request is authorized, and what must not show up in errors because of it. */
interface Authorization {
  readonly header?: string;
  readonly secrets: readonly string[];
  readonly bearer?: { readonly challenge: BearerChallenge; readonly token: string; readonly fresh: boolean };
}

const ANONYMOUS: Authorization = { secrets: [] };

export function createSession(parts: SessionParts): RequestRegistry {
  const { send, hosts, tokens, limits, now, random, signal } = parts;
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

  async function authorize(
    request: RegistryRequest,
    challenge: AuthChallenge,
    read: ReadCredentials,
    refused?: string,
  ): Promise<Authorization> {
    const credentials = await read();
    const secrets = secretsOf(credentials);
    if (challenge.kind === 'basic') {
      // An identity token is for a token service, and here is none.
      if (credentials === null || credentials.identityToken !== undefined) return ANONYMOUS;
      return { header: basicAuthorization(credentials), secrets };
    }
    const { repository, deadline } = request;
    const { token, fresh } = await tokens.get({ repository, challenge, credentials, refused, deadline });
    return { header: `Bearer ${token}`, secrets: [...secrets, token], bearer: { challenge, token, fresh } };
  }

  /** Null when the challenge cannot be answered, or only with what was just refused. */
  async function answer(
    request: RegistryRequest,
    challenge: AuthChallenge,
    read: ReadCredentials,
    used: Authorization,
  ): Promise<Authorization | null> {
    if (challenge.kind === 'bearer' && used.bearer?.fresh === true && isSame(challenge, used.bearer.challenge, request.repository))
      return null;
    const next = await authorize(request, challenge, read, used.bearer?.token);
    return next.header === used.header ? null : next;
  }

  async function attempt(request: RegistryRequest, read: ReadCredentials, release: Release): Promise<TransportResponse> {
    const { repository } = request;
    const known = hosts.challenge(repository);
    let used = known === undefined ? ANONYMOUS : await authorize(request, known, read);
    const first = await deliver(request, used);
    let { response } = first;
    if (response.status === 401 && !first.elsewhere) {
      const challenge = chooseChallenge(parseChallenges(response.headers['www-authenticate'] ?? ''), repository.insecure);
      if (challenge !== null) hosts.rememberChallenge(repository, ofHost(challenge));
      release();
      const next = challenge === null ? null : await answer(request, challenge, read, used);
      if (next !== null) {
        used = next;
        ({ response } = await deliver(request, used));
      }
    }
    release();
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

function isSame(left: BearerChallenge, right: BearerChallenge, repository: RegistryRepository): boolean {
  const scope = pullScope(repository);
  return left.realm === right.realm && left.service === right.service && (left.scope ?? scope) === (right.scope ?? scope);
}
