/** What can go wrong in the store, as a closed set of codes (codes are API, messages are prose). */
export type StoreErrorCode =
  /** The stored item is not the one the change was computed from. Re-read and try again. */
  | 'ERR_STORE_CONFLICT'
  /** Create of something that exists. */
  | 'ERR_STORE_EXISTS'
  /** DynamoDB throttles beyond the SDK's own retries. */
  | 'ERR_STORE_THROTTLED'
  /** An item would pass DynamoDB's 400 KB, or a key its 1,024 bytes. Nothing was written. */
  | 'ERR_STORE_TOO_LARGE'
  /** A `continue` token that is not ours. */
  | 'ERR_STORE_BAD_TOKEN';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  /** Revision found in the store, when the answer told it. */
  readonly storedRevision: number | undefined;

  constructor(code: StoreErrorCode, message: string, options: ErrorOptions & { readonly storedRevision?: number } = {}) {
    super(message, options);
    this.code = code;
    this.storedRevision = options.storedRevision;
  }
}
