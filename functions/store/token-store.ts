import { decode, tagged } from './codec.ts';
import { IS_ABSENT } from './conditions.ts';
import { openDatabase, type StoreOptions } from './database.ts';
import { StoreError } from './errors.ts';
import type { ItemBase } from './items.ts';
import { tokenKey } from './object-keys.ts';
import { readItem } from './reading.ts';
import { writeTransaction } from './transaction.ts';

/** Whom a bearer token stands for. The token itself is never stored: only its SHA-256. */
export interface TokenOwner {
  readonly user: string;
  readonly groups: readonly string[];
  /** ms since the epoch; absent: does not expire. An expired one may still be answered: the reader compares. */
  readonly expiresAt?: number;
}

export interface TokenStore {
  /** `sha256`: lower-case hex. */
  readToken(sha256: string): Promise<TokenOwner | null>;
  /** Throws StoreError ERR_STORE_EXISTS. */
  createToken(sha256: string, owner: TokenOwner): Promise<void>;
}

interface TokenItem extends ItemBase, TokenOwner {
  readonly entity: 'token';
}

export function createTokenStore(options: StoreOptions): TokenStore {
  const db = openDatabase(options);
  return {
    readToken: async (sha256) => {
      const item = await readItem(db, tokenKey(sha256));
      if (item === null) return null;
      const { user, groups, expiresAt } = decode<TokenItem>(item, 'token');
      return { user, groups, ...(expiresAt === undefined ? {} : { expiresAt }) };
    },
    createToken: async (sha256, { user, groups, expiresAt }) => {
      const expiry = expiresAt === undefined ? {} : { expiresAt, ttl: Math.ceil(expiresAt / 1000) };
      const put = { ...tokenKey(sha256), ...tagged('token'), user, groups, ...expiry };
      const refusals = await writeTransaction(db, [{ put, condition: IS_ABSENT }]);
      if (refusals.length > 0) throw new StoreError('ERR_STORE_EXISTS', 'the token exists');
    },
  };
}
