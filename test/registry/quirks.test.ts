import { describe, expect, it } from 'vitest';
import { toRegistryError } from '../../functions/registry/error-mapping.ts';
import { quirksOf } from '../../functions/registry/quirks/of-host.ts';
import { readRateLimit } from '../../functions/registry/rate-limit.ts';
import { connectForTest, fakeRegistryForTest } from '../support/registry-client.ts';

const HUB = 'registry-1.docker.io';
const waitOf = (host: string, headers: Record<string, string>, status = 429) =>
  toRegistryError({ status, headers, body: new Uint8Array() }, [], 0, quirksOf(host)).retryAfter;

describe('quirks', () => {
  it.each([
    [HUB, { 'ratelimit-limit': '100;w=21600' }, 216],
    [HUB, { 'ratelimit-limit': '100;w=21600', 'retry-after': '7' }, 7],
    [HUB, { 'ratelimit-limit': '0;w=21600' }, undefined],
    [HUB, {}, undefined],
    ['ghcr.io', { 'ratelimit-limit': '100;w=21600' }, undefined],
  ])('after 429 %s with %j wait %s s', (host, headers, seconds) => {
    expect(waitOf(host, headers)).toBe(seconds);
  });

  it('know a host however it is written, and wait after 429 only', () => {
    expect(quirksOf('QUAY.io:443')).toEqual({ pageSize: 100 });
    expect(quirksOf('quay.io:8443')).toEqual({});
    expect(waitOf(HUB, { 'ratelimit-limit': '100;w=21600' }, 503)).toBeUndefined();
  });
});

describe('rate limits', () => {
  it.each([
    [{}, undefined],
    [
      { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600', 'docker-ratelimit-source': '192.0.2.1' },
      { limit: 100, remaining: 76, window: 21_600, source: '192.0.2.1' },
    ],
    [
      { 'ratelimit-limit': '600', 'ratelimit-remaining': '0' },
      { limit: 600, remaining: 0 },
    ],
    [{ 'ratelimit-remaining': '5' }, { remaining: 5 }],
    [{ 'ratelimit-limit': 'many', 'ratelimit-remaining': '-1' }, undefined],
    [{ 'ratelimit-limit': '9'.repeat(40), 'docker-ratelimit-source': 'x' }, undefined],
    [
      { 'ratelimit-limit': '1', 'docker-ratelimit-source': `<b>\u001b[31m${'x'.repeat(200)}` },
      { limit: 1, source: `b31m${'x'.repeat(96)}` },
    ],
  ])('%j', (headers, expected) => {
    expect(readRateLimit(headers)).toEqual(expected);
  });

  it('come with what is found, HEAD or GET', async () => {
    const registry = await fakeRegistryForTest();
    const { manifest } = registry.pushImage('app', 'v1');
    registry.fault({}, (_request, response) => {
      const headers = { 'docker-content-digest': manifest.digest, 'content-type': manifest.mediaType, 'ratelimit-remaining': '3;w=60' };
      response.writeHead(200, headers).end(manifest.bytes);
    });
    const client = connectForTest();
    const rateLimit = { remaining: 3, window: 60 };
    expect(await client.headManifest(registry.repository('app'), 'v1')).toMatchObject({ rateLimit });
    expect(await client.getManifest(registry.repository('app'), 'v1')).toMatchObject({ rateLimit });
  });
});
