/** What is said to a token service, and what it answers: pure, no IO. */
import type { RegistryRepository } from '../importing/ports.ts';
import { type AuthChallenge, parseRealm } from './challenge.ts';
import { basicAuthorization } from './credentials.ts';
import { toRegistryError } from './error-mapping.ts';
import { RegistryError } from './errors.ts';
import { readErrors, readToken, type IssuedToken } from './schema.ts';
import type { TransportRequest, TransportResponse } from './transport.ts';
import type { RegistryCredentials } from './types.ts';

export type BearerChallenge = Extract<AuthChallenge, { readonly kind: 'bearer' }>;

/** https://distribution.github.io/distribution/spec/auth/oauth/ wants a name of the client. */
const CLIENT_ID = 'image-streams';

type TokenMessage = Pick<TransportRequest, 'method' | 'url' | 'headers' | 'body'>;

/**
 * A GET with the password (https://distribution.github.io/distribution/spec/auth/token/), or for an identity token the POST of OAuth2's
 * refresh token grant. The scope is the one of the challenge when that was given for this repository.
 * @throws RegistryError when the realm is no URL a password may be sent to
 */
export function tokenMessage(
  challenge: BearerChallenge,
  repository: RegistryRepository,
  credentials: RegistryCredentials | null,
): TokenMessage {
  const { realm, service, scope = pullScope(repository) } = challenge;
  const url = parseRealm(realm, repository.insecure);
  if (url === null) {
    throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', `${repository.host} names a token service that has no https URL`);
  }
  if (credentials?.identityToken !== undefined) return { method: 'POST', url, ...refresh(credentials.identityToken, service, scope) };
  if (service !== undefined) url.searchParams.set('service', service);
  for (const part of scope.split(' ')) url.searchParams.append('scope', part);
  return { method: 'GET', url, headers: credentials === null ? {} : { authorization: basicAuthorization(credentials) } };
}

function refresh(refreshToken: string, service: string | undefined, scope: string): Pick<TokenMessage, 'headers' | 'body'> {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: CLIENT_ID, scope });
  if (service !== undefined) form.set('service', service);
  return { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form.toString() };
}

/** https://distribution.github.io/distribution/spec/auth/scope/ */
export function pullScope({ name }: RegistryRepository): string {
  return `repository:${name}:pull`;
}

/** @throws RegistryError */
export function processTokenResponse(response: TransportResponse, secrets: readonly string[], now: number): IssuedToken {
  if (response.status !== 200) {
    const error = toRegistryError(response, secrets, now);
    // "Not found" would read as if the image were missing.
    const code = /NOT_FOUND$/.test(error.code)
      ? 'ERR_REGISTRY_INVALID_RESPONSE'
      : isExpired(response)
        ? 'ERR_REGISTRY_BAD_CREDENTIALS'
        : error.code;
    throw new RegistryError(code, `token service: ${error.message}`, { retryAfter: error.retryAfter });
  }
  const issued = readToken(response.body);
  if (issued === null) throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', 'token service: the answer holds no token');
  // It is going to be a header: whatever could break out of one is no token.
  if (!/^[\x21-\x7e]+$/.test(issued.token))
    throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', 'token service: the answer holds no usable token');
  return issued;
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2: how a refresh token that is no longer good is refused. */
function isExpired({ body }: TransportResponse): boolean {
  return readErrors(body).some(({ message }) => message === 'invalid_grant');
}
