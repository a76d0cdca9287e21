import { setTimeout as delay } from 'node:timers/promises';
import { fullJitter } from './backoff.ts';
import { StoreError } from './errors.ts';

export interface ConflictRetries {
  /** Most attempts. */
  readonly attempts?: number;
  /** Longest wait between two attempts, ms. */
  readonly maxMs?: number;
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

const DEFAULT_ATTEMPTS = 40;
const DEFAULT_MAX_MS = 500;
const BASE_MS = 50;

/**
 * Repeats a read-modify-write that lost against another one (ERR_STORE_CONFLICT); `attempt` has to read anew each time. Other errors, and the
 * last conflict, are thrown. Full jitter; tuned so that 32 writers of one stream all get through.
 */
export async function retryOnConflict<T>(attempt: () => Promise<T>, options: ConflictRetries = {}): Promise<T> {
  const { attempts = DEFAULT_ATTEMPTS, maxMs = DEFAULT_MAX_MS, random = Math.random, sleep = (ms) => delay(ms) } = options;
  for (let failed = 0; ; failed++) {
    try {
      return await attempt();
    } catch (error) {
      const conflict = error instanceof StoreError && error.code === 'ERR_STORE_CONFLICT';
      if (!conflict || failed + 1 >= attempts) throw error;
      await sleep(fullJitter(random, failed, { baseMs: BASE_MS, maxMs }));
    }
  }
}
