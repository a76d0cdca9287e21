import { afterEach, describe, expect, it } from 'vitest';
import { openSession, type RegistrySession } from '../../functions/importing/registry-session.ts';
import { createMemoryRegistry, type MemoryRegistry } from './fakes/memory-registry.ts';

const repository = (name: string, host = 'quay.io') => ({ host, name, insecure: false });
const sessions: RegistrySession[] = [];

function open(registry: MemoryRegistry, more: { parallel?: number; timeLimit?: number } = {}): RegistrySession {
  const session = openSession(() => registry, { parallel: 16, timeLimit: 10_000, ...more });
  sessions.push(session);
  return session;
}

afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
});

describe('openSession', () => {
  it('sends the same request once, whoever asks and whatever it answers', async () => {
    const memory = createMemoryRegistry();
    memory.pushImage('quay.io/x:1');
    const { registry } = open(memory);
    const heads = await Promise.all([registry.headManifest(repository('x'), '1'), registry.headManifest(repository('x'), '1')]);
    expect(heads[0]).toEqual(heads[1]);
    await Promise.allSettled([registry.headManifest(repository('x'), '2'), registry.headManifest(repository('x'), '2')]);
    await registry.getManifest(repository('x'), '1');
    expect(memory.log).toEqual(['HEAD quay.io/x:1', 'HEAD quay.io/x:2', 'GET quay.io/x:1']);
  });

  it('shares requests of namespaces with equal credentials, and of no others', async () => {
    const memory = createMemoryRegistry();
    memory.pushImage('quay.io/x:1');
    const passwords: Readonly<Record<string, string>> = { a: 'p', b: 'p', c: 'q' };
    const used: unknown[] = [];
    const session = openSession(
      (_, credentialsFor) => {
        used.push(credentialsFor);
        return memory;
      },
      { parallel: 16, timeLimit: 10_000, credentialsOf: (name) => async () => ({ username: 'u', password: passwords[name] ?? '' }) },
    );
    sessions.push(session);
    for (const name of ['a', 'b', 'c', 'a']) await session.forNamespace(name).registry.headManifest(repository('x'), '1');
    expect(memory.log).toHaveLength(2);
    await session.registry.headManifest(repository('x'), '1');
    expect(memory.log).toHaveLength(3);
    // One client without credentials, one for each namespace.
    expect(used.map((credentialsFor) => credentialsFor !== undefined)).toEqual([false, true, true, true]);
  });

  it('fails as a registry does when the secrets of a namespace cannot be read', async () => {
    const memory = createMemoryRegistry();
    const credentialsOf = () => () => Promise.reject(new Error('hunter2'));
    const session = openSession(() => memory, { parallel: 1, timeLimit: 10_000, credentialsOf });
    sessions.push(session);
    const failure = session.forNamespace('a').registry.headManifest(repository('x'), '1');
    await expect(failure).rejects.toMatchObject({ name: 'RegistryError', message: 'the pull secrets of the namespace cannot be read' });
  });

  it('keeps what is insecure apart from what is not', async () => {
    const memory = createMemoryRegistry();
    memory.pushImage('quay.io/x:1');
    const { registry } = open(memory);
    await registry.headManifest(repository('x'), '1');
    await registry.headManifest({ ...repository('x'), insecure: true }, '1');
    expect(memory.log).toHaveLength(2);
  });

  it('has no more requests under way than it may', async () => {
    const memory = createMemoryRegistry();
    memory.delay = 2;
    for (let tag = 0; tag < 20; tag += 1) memory.pushImage(`quay.io/x:${tag}`);
    const { registry } = open(memory, { parallel: 4 });
    await Promise.all(Array.from({ length: 20 }, (_, tag) => registry.headManifest(repository('x'), String(tag))));
    expect(memory.peak()).toBe(4);
    expect(memory.log).toHaveLength(20);
  });

  it('leaves a host alone that asks to wait, and only that one', async () => {
    const memory = createMemoryRegistry();
    memory.pushImage('other.io/x:1');
    memory.fail('HEAD quay.io', 'ERR_REGISTRY_RATE_LIMITED');
    const { registry } = open(memory);
    for (const tag of ['1', '2', '3']) {
      await expect(registry.headManifest(repository('x'), tag)).rejects.toMatchObject({ code: 'ERR_REGISTRY_RATE_LIMITED' });
    }
    await registry.headManifest(repository('x', 'other.io'), '1');
    expect(memory.log).toEqual(['HEAD quay.io/x:1', 'HEAD other.io/x:1']);
  });

  it('waits for a silent host three times, not for every tag', async () => {
    const memory = createMemoryRegistry();
    memory.fail('HEAD quay.io', 'ERR_REGISTRY_TIMEOUT');
    const { registry } = open(memory);
    for (const tag of ['1', '2', '3', '4', '5']) {
      await expect(registry.headManifest(repository('x'), tag)).rejects.toMatchObject({ code: 'ERR_REGISTRY_TIMEOUT' });
    }
    expect(memory.log).toHaveLength(3);
  });

  it('tells when time is over, and sends nothing once it is closed', async () => {
    const memory = createMemoryRegistry();
    memory.hang('quay.io');
    let signal: AbortSignal | undefined;
    const session = openSession(
      (given) => {
        signal = given;
        return memory;
      },
      { parallel: 1, timeLimit: 20 },
    );
    const waiting = session.registry.headManifest(repository('x'), '1');
    await expect(session.within<unknown>(waiting, () => 'late')).resolves.toBe('late');
    session.close();
    expect(signal?.aborted).toBe(true);
    const other = openSession(() => memory, { parallel: 1, timeLimit: 20 });
    other.close();
    await expect(other.registry.headManifest(repository('y'), '1')).rejects.toMatchObject({ code: 'ERR_REGISTRY_TIMEOUT' });
    expect(memory.log).toEqual(['HEAD quay.io/x:1']);
  });
});
