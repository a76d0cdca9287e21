/** How many watches one identity may hold in one process. */
import { ApiError } from '../../kubernetes/api-error.ts';
import { tooManyRequests } from '../../kubernetes/status.ts';
import type { Identity } from '../../kubernetes/types.ts';

/** Seconds; a watch lasts about four. */
const RETRY_AFTER = 4;

/** Runs the watch unless `maximum` of the identity are running: then ApiError 429, which clients wait out. */
export function createWatchLimit(maximum: number): <T>(identity: Identity, watch: () => Promise<T>) => Promise<T> {
  const running = new Map<string, number>();
  return async ({ user }, watch) => {
    const count = running.get(user) ?? 0;
    if (count >= maximum) throw new ApiError(tooManyRequests('too many watches are open, please try again later', RETRY_AFTER));
    running.set(user, count + 1);
    try {
      return await watch();
    } finally {
      const left = (running.get(user) ?? 1) - 1;
      if (left === 0) running.delete(user);
      else running.set(user, left);
    }
  };
}
