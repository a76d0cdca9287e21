/**
 * From a bearer token to an identity. Lookups are remembered by token hash: good ones for a minute, those of service accounts for ten seconds (so
 * that a revoked token works at most that much longer), bad ones for five seconds (so that a flood of guesses reads the table at most that often
 * per guess).
 */
import type { Identity } from '../kubernetes/types.ts';
import type { Clock } from '../resources/ports.ts';
import { parseBearerToken } from './bearer-token.ts';
import { createBoundedMemory } from './bounded-memory.ts';
import type { TokenOwner, TokenReader } from './ports.ts';
import { hashToken } from './token-hash.ts';
import { looksSigned, type VerifyToken } from './verify-token.ts';

const KEEP_KNOWN_MS = 60_000;
/** As kube-apiserver remembers them: whoever deletes an account wants its tokens to end. */
const KEEP_ACCOUNT_MS = 10_000;
const KEEP_UNKNOWN_MS = 5_000;
const MOST_REMEMBERED = 1_000;

/** In which every identity is, as Kubernetes has it. */
export const AUTHENTICATED_GROUP = 'system:authenticated';

export type Authentication =
  | { readonly identity: Identity; readonly expiresAt?: number }
  /** Why not, in words for the log; the client only learns "Unauthorized". */
  | { readonly identity: null; readonly reason: 'no bearer token' | 'unknown token' | 'expired token' };

export type Authenticate = (authorization: string | undefined) => Promise<Authentication>;

export interface AuthenticateDependencies {
  readonly tokens: TokenReader;
  /** For tokens of service accounts. */
  readonly verifyToken: VerifyToken;
  readonly clock: Clock;
}

/** Answers never throw for what a client sent; store errors pass through. */
export function createAuthenticate({ tokens, verifyToken, clock }: AuthenticateDependencies): Authenticate {
  const owners = createBoundedMemory<TokenOwner>({ most: MOST_REMEMBERED, keepMs: KEEP_KNOWN_MS });
  const accounts = createBoundedMemory<TokenOwner>({ most: MOST_REMEMBERED, keepMs: KEEP_ACCOUNT_MS });
  // Apart, so that a flood of guesses cannot push the known ones out.
  const strangers = createBoundedMemory<true>({ most: MOST_REMEMBERED, keepMs: KEEP_UNKNOWN_MS });

  async function lookUp(token: string, now: number): Promise<TokenOwner | null> {
    const hash = hashToken(token);
    const isSigned = looksSigned(token);
    const memory = isSigned ? accounts : owners;
    const known = memory.recall(hash, now);
    if (known !== undefined) return known;
    if (strangers.recall(hash, now) !== undefined) return null;
    const owner = isSigned ? await verifyToken(token) : await tokens.readToken(hash);
    if (owner === null) strangers.remember(hash, true, now);
    else memory.remember(hash, owner, now);
    return owner;
  }

  return async (authorization) => {
    const token = parseBearerToken(authorization);
    if (token === null) return { identity: null, reason: 'no bearer token' };
    const now = clock();
    const owner = await lookUp(token, now);
    if (owner === null) return { identity: null, reason: 'unknown token' };
    if (owner.expiresAt !== undefined && owner.expiresAt <= now) return { identity: null, reason: 'expired token' };
    const { user, uid } = owner;
    const groups = [...new Set([...owner.groups, AUTHENTICATED_GROUP])];
    return { identity: { user, ...(uid === undefined ? {} : { uid }), groups }, expiresAt: owner.expiresAt };
  };
}
