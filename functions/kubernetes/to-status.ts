/** Every error becomes a Status; what is not meant for clients becomes a 500 that says nothing. */
import { ApiError } from './api-error.ts';
import { internalError } from './status.ts';
import type { Status } from './types.ts';

/** What clients learn of an error nobody foresaw. Its own text stays in the log: it may hold names, keys and addresses. */
export const UNEXPECTED: Status = internalError('the request failed for a reason only the server log tells');

/** Total: never throws. `mapError` words errors of an adapter (the store, say), null for errors it does not know. */
export function toStatus(error: unknown, mapError?: (error: unknown) => Status | null): Status {
  return error instanceof ApiError ? error.status : (mapError?.(error) ?? UNEXPECTED);
}
