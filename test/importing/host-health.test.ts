import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BackoffSubject, HostBackoff } from '../../functions/importing/host-backoff.ts';
import { openSession, type RegistrySession } from '../../functions/importing/registry-session.ts';
import { createMemoryRegistry, type MemoryRegistry } from './fakes/memory-registry.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const SEEN: HostBackoff = { host: 'quay.io', until: NOW, reason: 'silent', message: 'no answer', failures: 2, since: NOW - 5 };

const MET = ['read quay.io', 'read quay.io by nobody'];

let stored: Map<string, HostBackoff>;
let log: string[];
let registry: MemoryRegistry;
let broken: boolean;
const reported: unknown[] = [];
const sessions: RegistrySession[] = [];

const keyOf = ({ host, credentials }: BackoffSubject) => (credentials === undefined ? host : `${host} by ${credentials || 'nobody'}`);

function open(now = NOW, username?: string): (tag: string, host?: string) => Promise<unknown> {
  const touch = (what: string, subject: BackoffSubject) => {
    log.push(`${what} ${keyOf(subject)}`);
    if (broken) throw new Error('the table is gone');
  };
  const opened = openSession(() => registry, {
    parallel: 8,
    timeLimit: 5_000,
    credentialsOf: (name) => async () => ({ username: name, password: 'secret' }),
    shared: {
      clock: () => now,
      random: () => 0,
      report: (error) => reported.push(error),
      backoffs: {
        readBackoff: async (subject) => (touch('read', subject), stored.get(keyOf(subject)) ?? null),
        saveBackoff: async (backoff) => (touch('save', backoff), void stored.set(keyOf(backoff), backoff)),
        clearBackoff: async (seen) => (touch('clear', seen), void stored.delete(keyOf(seen))),
      },
    },
  });
  sessions.push(opened);
  const session = username === undefined ? opened : opened.forNamespace(username);
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
  it('costs two reads per host and no write while all is well', async () => {
    const head = open();
    await Promise.all([...'123'].map((tag) => head(tag)));
    expect(log).toEqual(MET);
  });

  it('keeps a host alone that told another worker to ask less, and no other host', async () => {
    registry.fail('quay.io', 'ERR_REGISTRY_RATE_LIMITED', 'slow down');
    await expect(open()('1')).rejects.toThrow('slow down');
    expect(stored.get('quay.io by nobody')).toMatchObject({ until: NOW + 60_000, reason: 'throttled', failures: 1 });
    registry.fail('quay.io', undefined);
    registry.pushImage('ghcr.io/x:1');
    const head = open(NOW + 59_999);
    await expect(head('2')).rejects.toMatchObject({ code: 'ERR_REGISTRY_RATE_LIMITED' });
    await head('1', 'ghcr.io');
    expect(registry.log).toEqual(['HEAD quay.io/x:1', 'HEAD ghcr.io/x:1']);
  });

  it('lets those ask who have other credentials than the ones that asked too often', async () => {
    registry.fail('quay.io', 'ERR_REGISTRY_RATE_LIMITED', 'slow down');
    await expect(open(NOW, 'alice')('1')).rejects.toThrow('slow down');
    registry.fail('quay.io', undefined);
    for (const other of ['bob', undefined]) await open(NOW, other)('2');
    await expect(open(NOW, 'alice')('3')).rejects.toMatchObject({ code: 'ERR_REGISTRY_RATE_LIMITED' });
    expect(registry.log).toEqual(['HEAD quay.io/x:1', 'HEAD quay.io/x:2', 'HEAD quay.io/x:2']);
    expect(JSON.stringify([...stored])).not.toMatch(/alice|secret/);
  });

  it('leaves a silent host alone, whoever asks', async () => {
    registry.fail('quay.io', 'ERR_REGISTRY_UNREACHABLE', 'connection refused');
    await expect(open(NOW, 'alice')('1')).rejects.toThrow('connection refused');
    await expect(open(NOW, 'bob')('2')).rejects.toThrow('left alone');
    expect(registry.log).toHaveLength(1);
  });

  it('asks once when the time is over, then all again, and forgets', async () => {
    stored.set('quay.io', SEEN);
    registry.delay = 2;
    const head = open();
    await Promise.all([...'123456789'].map((tag) => head(tag)));
    expect(log).toEqual([...MET, 'clear quay.io']);
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
    expect(log).toEqual([...MET, 'save quay.io']);
  });

  it('takes an answer about the image as an answer', async () => {
    stored.set('quay.io', SEEN);
    await expect(open()('gone')).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' });
    expect(log).toEqual([...MET, 'clear quay.io']);
  });

  it('goes on without the table', async () => {
    broken = true;
    await open()('1');
    registry.fail('quay.io', 'ERR_REGISTRY_RATE_LIMITED', 'slow down');
    await expect(open()('1')).rejects.toThrow('slow down');
    expect(reported.map(String)).toEqual(Array(5).fill('Error: the table is gone'));
  });
});
