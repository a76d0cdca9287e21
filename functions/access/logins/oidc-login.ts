/** Logging in with a JWT of a provider that the stack's settings name. A token of any other makes no call. */
import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { namesOf } from '../../identity/claimed-names.ts';
import { MASTERS } from '../../rbac/groups.ts';
import type { Admins, OidcIssuer, Refusal } from '../../identity/types.ts';
import type { Clock } from '../../resources/ports.ts';
import { claimedIssuer } from './jwt-issuer.ts';
import { createOidcKeys } from './oidc-keys.ts';
import type { Get, LoginMethod } from '../ports.ts';

export interface OidcLoginDependencies {
  readonly issuers: readonly OidcIssuer[];
  readonly admins: Admins;
  readonly get: Get;
  readonly clock: Clock;
}

/** Signed with a private key: with a shared one, or with none, anybody who knows the public key could sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'];
/** How far clocks may differ. Seconds. */
const LEEWAY = 10;
/** A provider revokes nothing: only a change of the settings would, with new sandboxes. Milliseconds. */
const KEEP_MS = 60_000;

export function createOidcLogin({ issuers, admins, get, clock }: OidcLoginDependencies): LoginMethod {
  const known = new Map(issuers.map((settings) => [settings.issuer, { settings, keys: createOidcKeys(settings.issuer, { get, clock }) }]));
  const isAdmin = ({ iss, sub }: JWTPayload) =>
    (admins.oidcSubjects ?? []).some(({ issuer, subject }) => issuer === iss && subject === sub);

  return {
    recognizes: (token) => known.has(claimedIssuer(token) ?? ''),
    keepMs: KEEP_MS,
    isForPeople: true,
    async verify(token) {
      const provider = known.get(claimedIssuer(token) ?? '');
      if (provider === undefined) return { refused: 'OIDC token: of no issuer of ours' };
      const checked = await checkToken(token, provider, clock());
      if ('refused' in checked) return checked;
      const { claims, expiresAt } = checked;
      const names = namesOf(claims, provider.settings);
      if ('refused' in names) return names;
      const groups = isAdmin(claims) ? [...names.groups, MASTERS] : names.groups;
      return { user: names.user, groups, expiresAt };
    },
  };
}

interface Checked {
  readonly claims: JWTPayload;
  /** ms. */
  readonly expiresAt: number;
}

async function checkToken(
  token: string,
  { settings, keys }: { readonly settings: OidcIssuer; readonly keys: JWTVerifyGetKey },
  now: number,
): Promise<Checked | Refusal> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: settings.issuer,
      audience: [...settings.audiences],
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'aud', 'sub'],
      clockTolerance: LEEWAY,
      currentDate: new Date(now),
    });
    const { exp = 0, iat } = payload;
    if (iat !== undefined && iat * 1000 > now + LEEWAY * 1000) return refuse('issued in the future');
    return { claims: payload, expiresAt: exp * 1000 };
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
      return refuse(`${error.code} ${error.claim}`);
    if (error instanceof errors.JOSEError) return refuse(error.code);
    throw error;
  }
}

function refuse(why: string): Refusal {
  return { refused: `OIDC token: ${why}` };
}
