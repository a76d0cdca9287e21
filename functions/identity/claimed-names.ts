/** From the claims of a checked token to user and groups (kube-apiserver's `--oidc-*` rules, and stricter about verified addresses). */
import { nameProblem } from './reserved-names.ts';
import type { Names, OidcIssuer, Refusal } from './types.ts';

export type Claims = Readonly<Record<string, unknown>>;

export function namesOf(claims: Claims, settings: OidcIssuer): Names | Refusal {
  const { usernameClaim = 'sub', groupsClaim, groupsPrefix = '', requiredClaims = {} } = settings;
  for (const [claim, value] of Object.entries(requiredClaims)) {
    if (own(claims, claim) !== value) return refuse(`claim ${claim} is not what is required`);
  }
  // An address that nobody verified is whatever its owner typed.
  if (usernameClaim === 'email' && own(claims, 'email_verified') !== true) return refuse('claim email_verified is not true');
  const username = own(claims, usernameClaim);
  if (typeof username !== 'string' || username === '') return refuse(`claim ${usernameClaim} names no user`);
  const user = prefixOf(settings) + username;
  const groups = groupsClaim === undefined ? [] : readGroups(own(claims, groupsClaim));
  if (groups === null) return refuse(`claim ${groupsClaim} is no list of groups`);
  const prefixed = groups.map((group) => groupsPrefix + group);
  for (const name of [user, ...prefixed]) {
    const problem = nameProblem(name);
    if (problem !== null) return refuse(`names of users and groups ${problem}`);
  }
  return { user, groups: prefixed };
}

function prefixOf({ issuer, usernameClaim, usernamePrefix }: OidcIssuer): string {
  return usernamePrefix ?? (usernameClaim === 'email' ? '' : `${issuer}#`);
}

/** One group may stand for itself. */
function readGroups(value: unknown): readonly string[] | null {
  if (value === undefined || value === null) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.every((entry) => typeof entry === 'string' && entry !== '') ? (list as readonly string[]) : null;
}

function own(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

function refuse(why: string): Refusal {
  return { refused: `OIDC token: ${why}` };
}
