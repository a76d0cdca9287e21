/**
 * Docker Hub counts pulls in a window that rolls on, and tells how many and how long in `ratelimit-limit: 100;w=21600`, but no Retry-After: nobody
 * has to wait for the whole window, as one pull comes free after the hundredth part of it on average. HEAD requests are not counted.
 * Learned from https://docs.docker.com/docker-hub/usage/pulls/ and the headers in https://github.com/docker/hub-feedback/issues/2464
 */
import { readRateLimit } from '../rate-limit.ts';
import type { Quirks } from './types.ts';

export const DOCKER_HUB: Quirks = {
  waitWhenLimited(headers) {
    const { limit = 0, window = 0 } = readRateLimit(headers) ?? {};
    return limit > 0 && window > 0 ? Math.ceil(window / limit) : undefined;
  },
};
