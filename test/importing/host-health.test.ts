import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostBackoff } from '../../functions/importing/host-backoff.ts';
import { openSession, type RegistrySession } from '../../functions/importing/registry-session.ts';
import { createMemoryRegistry, type MemoryRegistry } from './fakes/memory-registry.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const SEEN: HostBackoff = { host: 'quay.io', until: NOW, reason: 'throttled', message: 'too many requests', failures: 2, since: NOW - 5 };

let stored: Map<string, HostBackoff>;
let log: string[];
let registry: MemoryRegistry;
let broken: boolean;
const reported: unknown[] = [];
const sessions: RegistrySession[] = [];

function open(now = NOW): (tag: string, host?: string) => Promise<unknown> {
  const touch = (what: string, host: string) => {
    log.push(`${what} ${host}`);
    if (broken) throw new Error('the table is gone');
  };
  const session = openSession(() => registry, {
    parallel: 8,
    timeLimit: 5_000,
    shared: {
      clock: () => now,
      random: () => 0,
      report: (error) => reported.push(error),
      backoffs: {
        readBackoff: async (host) => (touch('read', host), stored.get(host) ?? null),
        saveBackoff: async (backoff) => (touch('save', backoff.host), void stored.set(backoff.host, backoff)),
        clearBackoff: async ({ host }) => (touch('clear', host), void stored.delete(host)),
      },
    },
  });
  sessions.push(session);
  return (tag, host = 'quay.io') => session.registry.headManifest({ host, name: 'x', insecure: false }, tag);
}

beforeEach(() => {
  [stored, log, broken] = [new Map(), [], false];
  registry = createMemoryRegistry();
  for (const tag of '123456789') registry.pushImage(`quay.io/x:${tag}`);
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
});

describe('what workers know of hosts together', () => {
  it('costs one read per host and no write while all is well', async () => {
    const head = open();
    await Promise.all([...'123'].map((tag) => head(tag)));
    expect(log).toEqual(['read quay.io']);
  });

  it('keeps a host alone that another worker found throttled, and no other host', async () => {
    registry.fail('quay.io', 'ERR_REGISTRY_RATE_LIMITED', 'slow down');
    await expect(open()('1')).rejects.toThrow('slow down');
    expect(stored.get('quay.io')).toMatchObject({ until: NOW + 60_000, reason: 'throttled', failures: 1 });
    registry.fail('quay.io', undefined);
    registry.pushImage('ghcr.io/x:1');
    const head = open(NOW + 59_999);
    await expect(head('2')).rejects.toMatchObject({ code: 'ERR_REGISTRY_RATE_LIMITED' });
    await head('1', 'ghcr.io');
    expect(registry.log).toEqual(['HEAD quay.io/x:1', 'HEAD ghcr.io/x:1']);
  });

  it('asks once when the time is over, then all again, and forgets', async () => {
    stored.set('quay.io', SEEN);
    registry.delay = 2;
    const head = open();
    await Promise.all([...'123456789'].map((tag) => head(tag)));
    expect(log).toEqual(['read quay.io', 'clear quay.io']);
    expect(registry.log).toHaveLength(9);
    expect(registry.peak()).toBeGreaterThan(1);
  });

  it('asks once only when it is no better, and waits longer', async () => {
    stored.set('quay.io', SEEN);
    registry.fail('quay.io', 'ERR_REGISTRY_UNREACHABLE', 'connection refused');
    const head = open();
    const results = await Promise.allSettled([...'123456789'].map((tag) => head(tag)));
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(9);
    expect(registry.log).toHaveLength(1);
    expect(stored.get('quay.io')).toMatchObject({ until: NOW + 240_000, reason: 'silent', failures: 3, since: NOW - 5 });
    expect(log).toEqual(['read quay.io', 'save quay.io']);
  });

  it('takes an answer about the image as an answer', async () => {
    stored.set('quay.io', SEEN);
    await expect(open()('gone')).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' });
    expect(log).toEqual(['read quay.io', 'clear quay.io']);
  });

  it('goes on without the table', async () => {
    broken = true;
    await open()('1');
    registry.fail('quay.io', 'ERR_REGISTRY_RATE_LIMITED', 'slow down');
    await expect(open()('1')).rejects.toThrow('slow down');
    expect(reported.map(String)).toEqual(Array(3).fill('Error: the table is gone'));
  });
});
