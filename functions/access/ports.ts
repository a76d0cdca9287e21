/** What authentication needs from the store. */

/** Whom a bearer token stands for. */
export interface TokenOwner {
  readonly user: string;
  readonly groups: readonly string[];
  /** ms since the epoch; absent: does not expire. */
  readonly expiresAt?: number;
}

export interface TokenReader {
  /** `sha256`: lower-case hex of the token. null when there is no such token. */
  readToken(sha256: string): Promise<TokenOwner | null>;
}
