/** Bounded retries with full jitter, shared by all requests of one batch. */
import { setTimeout as delay } from 'node:timers/promises';

export interface RetryOptions {
  /** Tries per request. */
  readonly attempts: number;
  /** The wait before try n + 1 is between 0 and `baseDelay` × 2ⁿ; milliseconds. */
  readonly baseDelay: number;
  /** Most milliseconds waited for the whole batch: when the other side is down, every request fails, and the function has a timeout. */
  readonly budget: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
}

/** For functions with a minute to run: a third of it may be waiting. */
export const DEFAULT_RETRY: RetryOptions = {
  attempts: 4,
  baseDelay: 100,
  budget: 20_000,
  sleep: (milliseconds) => delay(milliseconds),
  random: Math.random,
};

export interface RetryBudget {
  /** Waits and answers true if try number `made + 1` may be made; answers false at once if not. */
  wait(made: number): Promise<boolean>;
}

export function createRetryBudget({ attempts, baseDelay, budget, sleep, random }: RetryOptions): RetryBudget {
  let left = budget;
  return {
    async wait(made) {
      if (made >= attempts || left <= 0) return false;
      const delay = Math.min(left, Math.ceil(random() * baseDelay * 2 ** (made - 1)));
      left -= Math.max(delay, 1);
      await sleep(delay);
      return true;
    },
  };
}
