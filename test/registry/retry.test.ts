import { describe, expect, it } from 'vitest';
import { RegistryError, type RegistryErrorCode } from '../../functions/registry/errors.ts';
import { DEFAULT_LIMITS } from '../../functions/registry/limits.ts';
import { retryDelay, withRetries } from '../../functions/registry/retry.ts';
import { TransportError } from '../../functions/registry/transport-error.ts';

const limits = { ...DEFAULT_LIMITS, retryDelay: 100, longestRetryAfter: 5_000 };

function registryError(code: RegistryErrorCode, retryAfter?: number): RegistryError {
  return new RegistryError(code, 'x', { retryAfter });
}

function transportError(facts: { temporary?: boolean; stale?: boolean }): TransportError {
  return new TransportError('ERR_REGISTRY_UNREACHABLE', 'x', { host: 'h', phase: 'headers', ...facts });
}

describe('retryDelay', () => {
  it.each<[string, unknown, number, number | null]>([
    ['unavailable', registryError('ERR_REGISTRY_UNAVAILABLE'), 1, 75],
    ['unavailable again', registryError('ERR_REGISTRY_UNAVAILABLE'), 2, 150],
    ['rate limited without a hint', registryError('ERR_REGISTRY_RATE_LIMITED'), 1, 75],
    ['rate limited for long enough to wait', registryError('ERR_REGISTRY_RATE_LIMITED', 5), 1, 5_075],
    ['rate limited for longer', registryError('ERR_REGISTRY_RATE_LIMITED', 6), 1, null],
    ['a broken connection', transportError({ temporary: true }), 1, 75],
    ['a stale connection', transportError({ temporary: true, stale: true }), 1, 0],
    ['a stale connection again', transportError({ temporary: true, stale: true }), 2, 150],
    ['no such host', transportError({}), 1, null],
    ['not found', registryError('ERR_REGISTRY_NOT_FOUND'), 1, null],
    ['unauthorized', registryError('ERR_REGISTRY_UNAUTHORIZED'), 1, null],
    ['a digest mismatch', registryError('ERR_REGISTRY_DIGEST_MISMATCH'), 1, null],
    ['a mistake of ours', new TypeError('x'), 1, null],
  ])('%s', (_name, error, failures, expected) => expect(retryDelay(error, failures, { limits, random: () => 0.5 })).toBe(expected));

  it('spreads over half of the step', () => {
    const error = registryError('ERR_REGISTRY_UNAVAILABLE');
    expect(retryDelay(error, 1, { limits, random: () => 0 })).toBe(50);
    expect(retryDelay(error, 1, { limits, random: () => 0.999 })).toBeCloseTo(99.95);
  });
});

describe('withRetries', () => {
  it('starts no attempt that would come after the deadline', async () => {
    let attempts = 0;
    const attempt = async () => {
      attempts += 1;
      throw registryError('ERR_REGISTRY_UNAVAILABLE');
    };
    await expect(withRetries(attempt, { limits, deadline: performance.now() + 40, random: () => 0 })).rejects.toMatchObject({
      code: 'ERR_REGISTRY_UNAVAILABLE',
    });
    expect(attempts).toBe(1);
  });
});
