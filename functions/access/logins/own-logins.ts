/** Logging in with tokens that are ours: those of service accounts, and those that are stored. */
import type { LoginMethod, TokenReader } from '../ports.ts';
import { claimedIssuer } from './jwt-issuer.ts';
import { ISSUER } from './token-claims.ts';
import { hashToken } from './token-hash.ts';
import { looksSigned, type VerifyToken } from './verify-token.ts';

/** As kube-apiserver remembers them: whoever deletes an account wants its tokens to end. Milliseconds. */
const KEEP_ACCOUNT_MS = 10_000;
const KEEP_STORED_MS = 60_000;

const UNKNOWN = { refused: 'unknown token' };

export function createAccountLogin(verifyToken: VerifyToken): LoginMethod {
  return {
    recognizes: (token) => claimedIssuer(token) === ISSUER,
    keepMs: KEEP_ACCOUNT_MS,
    isForPeople: false,
    verify: async (token) => (await verifyToken(token)) ?? UNKNOWN,
  };
}

export function createStoredLogin(tokens: TokenReader): LoginMethod {
  return {
    recognizes: (token) => !looksSigned(token),
    keepMs: KEEP_STORED_MS,
    isForPeople: true,
    verify: async (token) => (await tokens.readToken(hashToken(token))) ?? UNKNOWN,
  };
}
