import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HostBackoff, HostLeftAloneError, nextBackoff, reasonOf } from '../../functions/importing/host-backoff.ts';
import { RegistryError, type RegistryErrorCode } from '../../functions/registry/errors.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const error = (code: RegistryErrorCode, retryAfter?: number) => new RegistryError(code, 'why', { retryAfter });

describe('reasonOf', () => {
  it.each<[RegistryErrorCode, number | undefined, HostBackoff['reason'] | null]>([
    ['ERR_REGISTRY_RATE_LIMITED', undefined, 'throttled'],
    ['ERR_REGISTRY_UNAVAILABLE', 5, 'throttled'],
    ['ERR_REGISTRY_UNAVAILABLE', undefined, null],
    ['ERR_REGISTRY_TIMEOUT', undefined, 'silent'],
    ['ERR_REGISTRY_UNREACHABLE', undefined, 'silent'],
    ['ERR_REGISTRY_NOT_FOUND', 5, null],
    ['ERR_REGISTRY_UNAUTHORIZED', undefined, null],
  ])('%s, Retry-After %s: %s', (code, retryAfter, expected) => {
    expect(reasonOf(error(code, retryAfter))).toBe(expected);
  });

  it('is none of a host that answers, only not in TLS that is trusted', () => {
    expect(reasonOf(new RegistryError('ERR_REGISTRY_UNREACHABLE', 'self-signed', { isAnswered: true }))).toBeNull();
  });
});

describe('nextBackoff', () => {
  const next = (seen: HostBackoff | null, cause: RegistryError, random = 0) =>
    nextBackoff(seen, cause, { subject: { host: 'quay.io' }, reason: 'throttled', now: NOW, random });

  it('doubles with each failure in a row, up to an hour', () => {
    let seen: HostBackoff | null = null;
    const waits = Array.from({ length: 9 }, () => {
      seen = next(seen, error('ERR_REGISTRY_RATE_LIMITED'));
      return (seen.until - NOW) / 1000;
    });
    expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
    expect(seen).toMatchObject({ host: 'quay.io', failures: 9, since: NOW });
  });

  it('tells others nothing of whose requests were too many', () => {
    const hub = new RegistryError('ERR_REGISTRY_RATE_LIMITED', "You have reached your pull rate limit as 'alice': dckr_jti_x");
    const iam = new RegistryError('ERR_REGISTRY_RATE_LIMITED', 'sts:AssumeRole of the role set for account 210987654321 is throttled');
    for (const cause of [hub, iam]) expect(new HostLeftAloneError(next(null, cause)).message).not.toMatch(/alice|jti|210987654321/);
  });

  it('tells why a host is silent', () => {
    const cause = error('ERR_REGISTRY_UNREACHABLE');
    expect(nextBackoff(null, cause, { subject: { host: 'quay.io' }, reason: 'silent', now: NOW, random: 0 })).toMatchObject({
      message: 'why',
    });
  });

  it('is never shorter than Retry-After asks, nor endless because a registry says so', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), fc.nat(1_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (retryAfter, failures, random) => {
        const seen = { ...next(null, error('ERR_REGISTRY_RATE_LIMITED')), failures };
        const wait = next(seen, error('ERR_REGISTRY_RATE_LIMITED', retryAfter), random).until - NOW;
        expect(wait).toBeGreaterThanOrEqual(Math.min(retryAfter * 1000, 24 * 3_600_000));
        expect(wait).toBeLessThanOrEqual(1.1 * 24 * 3_600_000);
      }),
    );
  });

  it('tells those who are refused', () => {
    const { code, message } = new HostLeftAloneError(next(null, error('ERR_REGISTRY_RATE_LIMITED', 60)));
    expect([code, message]).toEqual([
      'ERR_REGISTRY_RATE_LIMITED',
      'quay.io is left alone until 2026-01-02T03:05:05.000Z: it asks for fewer requests',
    ]);
  });
});
