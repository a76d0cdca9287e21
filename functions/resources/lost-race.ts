import { StoreError } from '../store/errors.ts';

/** A stream that somebody else created first is a race like any other, for writes that create it only if need be. Throws ERR_STORE_CONFLICT. */
export async function asLostRace<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof StoreError && error.code === 'ERR_STORE_EXISTS') {
      throw new StoreError('ERR_STORE_CONFLICT', error.message, { cause: error, storedRevision: error.storedRevision });
    }
    throw error;
  }
}
