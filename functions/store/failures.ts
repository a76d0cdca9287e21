import { StoreError } from './errors.ts';

const THROTTLING = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'LimitExceededException',
  // codes of a cancelled transaction's reasons
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** DynamoDB has no code of its own for "too large": it is a ValidationException (`ValidationError` inside a transaction) and only the text tells. */
const TOO_LARGE = /size|exceed/i;

export function isThrottling(code: string | undefined): boolean {
  return code !== undefined && THROTTLING.has(code);
}

export function isTooLarge(code: string | undefined, message: string | undefined): boolean {
  return (code === 'ValidationException' || code === 'ValidationError') && TOO_LARGE.test(message ?? '');
}

/** Runs one call; throttling (after the SDK's own retries) and refused sizes come out as StoreError, everything else as it was thrown. */
export async function translateFailures<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toStoreError(error);
  }
}

export function toStoreError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('DynamoDB call failed', { cause: error });
  if (isThrottling(error.name)) return new StoreError('ERR_STORE_THROTTLED', 'DynamoDB throttles', { cause: error });
  if (isTooLarge(error.name, error.message)) return new StoreError('ERR_STORE_TOO_LARGE', 'DynamoDB refuses the size', { cause: error });
  return error;
}
