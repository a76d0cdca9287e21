/** When a failed attempt is worth another, and how long to wait before it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RegistryError } from './errors.ts';
import type { RegistryLimits } from './limits.ts';
import { TransportError } from './transport-error.ts';

export interface RetryOptions {
  readonly limits: RegistryLimits;
  /** On the clock of `performance.now()`; no attempt starts after it. */
  readonly deadline: number;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly signal?: AbortSignal;
}

/** Runs `attempt` until it succeeds, fails for good, or retries or time run out; the last error is thrown. */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      const wait = failures > options.limits.retries ? null : retryDelay(error, failures, options);
      if (wait === null || options.signal?.aborted === true || performance.now() + wait >= options.deadline) throw error;
      await sleep(wait);
    }
  }
}

/** Milliseconds to wait after the `failures`-th failure; null: do not repeat. */
export function retryDelay(error: unknown, failures: number, { limits, random }: Pick<RetryOptions, 'limits' | 'random'>): number | null {
  if (!(error instanceof RegistryError)) return null;
  if (error instanceof TransportError) {
    if (!error.temporary) return null;
    // A connection the registry closed while nobody used it says nothing about the registry.
    if (error.stale && failures === 1) return 0;
  } else if (error.code !== 'ERR_REGISTRY_RATE_LIMITED' && error.code !== 'ERR_REGISTRY_UNAVAILABLE') {
    return null;
  }
  const asked = (error.retryAfter ?? 0) * 1000;
  if (asked > limits.longestRetryAfter) return null;
  const step = limits.retryDelay * 2 ** (failures - 1);
  return asked + step / 2 + (random() * step) / 2;
}
