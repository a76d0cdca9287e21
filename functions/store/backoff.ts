/**
 * Full jitter: anything between 0 and the exponentially growing limit, so that losers of a conflict do not meet again
 * (AWS Architecture Blog, "Exponential Backoff and Jitter"). Milliseconds; `attempt` counts from 0.
 */
export function fullJitter(random: () => number, attempt: number, limits: { readonly baseMs: number; readonly maxMs: number }): number {
  return random() * Math.min(limits.maxMs, limits.baseMs * 2 ** attempt);
}
