/**
 * From a bearer token to an identity. Answers are remembered by token hash: good ones for as long as their kind says, bad ones for five seconds
 * (so that a flood of guesses asks at most that often per guess).
 */
import type { Identity } from '../../kubernetes/types.ts';
import { AUTHENTICATED, AUTHENTICATED_OAUTH } from '../../rbac/groups.ts';
import type { Clock } from '../../resources/ports.ts';
import { parseBearerToken } from './bearer-token.ts';
import { createBoundedMemory } from '../bounded-memory.ts';
import type { Refusal } from '../../identity/types.ts';
import type { LoginMethod, TokenOwner } from '../ports.ts';
import { hashToken } from './token-hash.ts';

const KEEP_REFUSED_MS = 5_000;
const MOST_REMEMBERED = 1_000;

export type Authentication =
  | { readonly identity: Identity; readonly expiresAt?: number }
  /** Why not, in words for the log; the client only learns "Unauthorized". */
  | { readonly identity: null; readonly reason: string };

export type Authenticate = (authorization: string | undefined) => Promise<Authentication>;

export interface AuthenticateDependencies {
  /** The first that recognizes a token decides. */
  readonly methods: readonly LoginMethod[];
  readonly clock: Clock;
}

/** Answers never throw for what a client sent; what methods throw passes through. */
export function createAuthenticate({ methods, clock }: AuthenticateDependencies): Authenticate {
  const remembering = methods.map((method) => ({
    method,
    owners: createBoundedMemory<TokenOwner>({ most: MOST_REMEMBERED, keepMs: method.keepMs }),
  }));
  // Apart, so that a flood of guesses cannot push the good ones out.
  const refusals = createBoundedMemory<Refusal>({ most: MOST_REMEMBERED, keepMs: KEEP_REFUSED_MS });
  /** By token hash: whoever comes meanwhile waits for the same answer. */
  const underWay = new Map<string, Promise<TokenOwner | Refusal>>();

  async function lookUp(found: (typeof remembering)[number], token: string, now: number): Promise<TokenOwner | Refusal> {
    const hash = hashToken(token);
    const known = found.owners.recall(hash, now) ?? refusals.recall(hash, now) ?? underWay.get(hash);
    if (known !== undefined) return known;
    const asking = found.method.verify(token).finally(() => underWay.delete(hash));
    underWay.set(hash, asking);
    const answer = await asking;
    if ('refused' in answer) refusals.remember(hash, answer, now);
    else found.owners.remember(hash, answer, now);
    return answer;
  }

  return async (authorization) => {
    const token = parseBearerToken(authorization);
    if (token === null) return { identity: null, reason: 'no bearer token' };
    const now = clock();
    const found = remembering.find(({ method }) => method.recognizes(token));
    if (found === undefined) return { identity: null, reason: 'unknown kind of token' };
    const owner = await lookUp(found, token, now);
    if ('refused' in owner) return { identity: null, reason: owner.refused };
    if (owner.expiresAt !== undefined && owner.expiresAt <= now) return { identity: null, reason: 'expired token' };
    const { user, uid } = owner;
    const groups = [...new Set([...owner.groups, AUTHENTICATED, ...(found.method.isForPeople ? [AUTHENTICATED_OAUTH] : [])])];
    return { identity: { user, ...(uid === undefined ? {} : { uid }), groups }, expiresAt: owner.expiresAt };
  };
}
