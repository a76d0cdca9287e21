/** How a challenge is answered: with a password, a bearer token, or what stands for one. */
import type { RegistryRepository } from '../importing/ports.ts';
import type { AuthChallenge } from './challenge.ts';
import { basicAuthorization, secretsOf } from './credentials.ts';
import { pullScope, type BearerChallenge } from './token-message.ts';
import type { TokenSource } from './token.ts';
import type { ReadCredentials } from './try-credentials.ts';
import type { RegistryCredentials } from './types.ts';

/** How a request is authorized, and what must not show up in errors because of it. */
export interface Authorization {
  readonly header?: string;
  readonly secrets: readonly string[];
  /** Whose they are; null: nobody's. */
  readonly credentials?: RegistryCredentials | null;
  readonly bearer?: { readonly challenge: BearerChallenge; readonly token: string; readonly fresh: boolean };
}

export const ANONYMOUS: Authorization = { secrets: [] };

export interface AuthorizedRequest {
  readonly repository: RegistryRepository;
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
}

export interface Authorizer {
  /** `refused`: what the registry did not take. Throws RegistryError. */
  readonly authorize: (
    request: AuthorizedRequest,
    challenge: AuthChallenge,
    read: ReadCredentials,
    refused?: Authorization,
  ) => Promise<Authorization>;
  /** Null when the challenge cannot be answered, or only with what was just refused. Throws RegistryError. */
  readonly answer: (
    request: AuthorizedRequest,
    challenge: AuthChallenge,
    read: ReadCredentials,
    used: Authorization,
  ) => Promise<Authorization | null>;
}

export function createAuthorizer(tokens: TokenSource): Authorizer {
  const authorize: Authorizer['authorize'] = async ({ repository, deadline }, challenge, read, refused) => {
    const credentials = await read(refused?.credentials ?? undefined);
    const secrets = secretsOf(credentials);
    if (credentials?.registryToken !== undefined) {
      return challenge.kind === 'basic' ? ANONYMOUS : { header: `Bearer ${credentials.registryToken}`, secrets, credentials };
    }
    if (challenge.kind === 'basic') {
      // An identity token is for a token service, and here is none.
      if (credentials === null || credentials.identityToken !== undefined) return ANONYMOUS;
      return { header: basicAuthorization(credentials), secrets, credentials };
    }
    const { token, fresh } = await tokens.get({ repository, challenge, credentials, refused: refused?.bearer?.token, deadline });
    return { header: `Bearer ${token}`, secrets: [...secrets, token], credentials, bearer: { challenge, token, fresh } };
  };
  return {
    authorize,
    async answer(request, challenge, read, used) {
      const { bearer } = used;
      if (challenge.kind === 'bearer' && bearer?.fresh === true && isSame(challenge, bearer.challenge, request.repository)) return null;
      const next = await authorize(request, challenge, read, used);
      return next.header === used.header ? null : next;
    },
  };
}

function isSame(left: BearerChallenge, right: BearerChallenge, repository: RegistryRepository): boolean {
  const scope = pullScope(repository);
  return left.realm === right.realm && left.service === right.service && (left.scope ?? scope) === (right.scope ?? scope);
}
