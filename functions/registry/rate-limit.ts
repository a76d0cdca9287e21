/** What registries tell of how much one may still ask. */
import type { IncomingHttpHeaders } from 'node:http';
import type { RateLimit } from '../importing/ports.ts';

const MAX_SOURCE = 100;

/**
 * Reads `ratelimit-limit` and `ratelimit-remaining`, with their window as `;w=` seconds, and whom Docker Hub counts for
 * (https://docs.docker.com/docker-hub/usage/pulls/#view-hourly-pull-rate-and-limit); GitLab names the first two alike. Undefined when
 * nothing is told.
 */
export function readRateLimit(headers: IncomingHttpHeaders): RateLimit | undefined {
  const limit = readQuota(headers['ratelimit-limit']);
  const remaining = readQuota(headers['ratelimit-remaining']);
  if (limit === null && remaining === null) return undefined;
  const window = remaining?.window ?? limit?.window;
  const source = headers['docker-ratelimit-source'];
  return {
    ...(limit === null ? {} : { limit: limit.count }),
    ...(remaining === null ? {} : { remaining: remaining.count }),
    ...(window === undefined ? {} : { window }),
    ...(typeof source === 'string' ? { source: source.replaceAll(/[^\w.:@-]/g, '').slice(0, MAX_SOURCE) } : {}),
  };
}

function readQuota(header: string | string[] | undefined): { readonly count: number; readonly window?: number } | null {
  const [, count, window] = /^\s*(\d{1,12})(?!\d)\s*(?:;\s*w=(\d{1,9})\b)?/.exec(typeof header === 'string' ? header : '') ?? [];
  if (count === undefined) return null;
  return { count: Number(count), ...(window === undefined ? {} : { window: Number(window) }) };
}
