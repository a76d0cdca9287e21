/** Which scheme is spoken to which registry, and that what is secure stays so. */
import tls from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHostMemory } from '../../functions/registry/hosts.ts';
import { DEFAULT_LIMITS } from '../../functions/registry/limits.ts';
import { sendByScheme } from '../../functions/registry/scheme.ts';
import { TransportError } from '../../functions/registry/transport-error.ts';
import { connectForTest, failureOf, fakeRegistryForTest } from '../support/registry-client.ts';

const trusted = await createAuthority('trusted registry');
const unknown = await createAuthority('unknown registry');

describe('a secure registry', () => {
  const before = tls.getCACertificates('default');
  beforeAll(() => tls.setDefaultCACertificates([...before, trusted.cert]));
  afterAll(() => tls.setDefaultCACertificates(before));

  it('is spoken to in https with a verified certificate', async () => {
    const registry = await fakeRegistryForTest({ tls: trusted, auth: { kind: 'bearer' } });
    const { manifest } = registry.pushImage('app', 'v1');
    expect((await connectForTest().headManifest(registry.repository('app'), 'v1')).digest).toBe(manifest.digest);
  });

  it('is trusted by an authority of the deployment, and the others still are', async () => {
    const own = await fakeRegistryForTest({ tls: unknown });
    const other = await fakeRegistryForTest({ tls: trusted });
    const client = connectForTest({ certificates: unknown.cert });
    for (const registry of [own, other]) {
      registry.pushImage('app', 'v1');
      await client.headManifest(registry.repository('app'), 'v1');
    }
  });

  it('is not spoken to with an unknown certificate, or for another name', async () => {
    const registry = await fakeRegistryForTest({ tls: unknown });
    const failure = await failureOf(connectForTest().headManifest(registry.repository('app'), 'v1'));
    expect(failure).toMatchObject({
      code: 'ERR_REGISTRY_UNREACHABLE',
      message: expect.stringContaining('self-signed certificate'),
      isAnswered: true,
    });
    const named = await fakeRegistryForTest({ tls: trusted });
    const host = named.host.replace('127.0.0.1', 'localhost');
    expect((await failureOf(connectForTest().headManifest({ host, name: 'app', insecure: false }, 'v1'))).code).toBe(
      'ERR_REGISTRY_UNREACHABLE',
    );
    expect(registry.count() + named.count()).toBe(0);
  });

  it('is not spoken to in http', async () => {
    const registry = await fakeRegistryForTest();
    registry.pushImage('app', 'v1');
    const failure = await failureOf(connectForTest().headManifest({ ...registry.repository('app'), insecure: false }, 'v1'));
    expect(failure).toMatchObject({ code: 'ERR_REGISTRY_UNREACHABLE', message: expect.stringContaining('plain HTTP') });
    expect(registry.count()).toBe(0);
  });

  it('cannot redirect to http, nor send for a token over http', async () => {
    const plain = await fakeRegistryForTest();
    const registry = await fakeRegistryForTest({ tls: trusted });
    const client = connectForTest({ credentialsFor: async () => ({ username: 'u', password: 'p' }) });
    registry.fault({ times: 1 }, { status: 307, headers: { location: `http://${plain.host}/x` } });
    expect((await failureOf(client.headManifest(registry.repository('app'), 'v1'))).code).toBe('ERR_REGISTRY_INVALID_RESPONSE');
    registry.fault({}, { status: 401, headers: { 'www-authenticate': `Bearer realm="http://${plain.host}/token"` } });
    expect((await failureOf(client.headManifest(registry.repository('app'), 'v1'))).code).toBe('ERR_REGISTRY_INVALID_RESPONSE');
    expect(plain.count()).toBe(0);
  });
});

describe('an insecure registry', () => {
  it('is spoken to in https where it can, whatever its certificate', async () => {
    const registry = await fakeRegistryForTest({ tls: unknown, auth: { kind: 'bearer' } });
    registry.pushImage('app', 'v1');
    const client = connectForTest();
    const repository = { ...registry.repository('app'), insecure: true };
    await client.headManifest(repository, 'v1');
    // What was learned without verifying is not used for who wants it verified.
    expect((await failureOf(client.headManifest({ ...repository, insecure: false }, 'v1'))).code).toBe('ERR_REGISTRY_UNREACHABLE');
  });

  it('is spoken to in http otherwise, which is remembered for a while', async () => {
    const registry = await fakeRegistryForTest();
    registry.pushImage('app', 'v1');
    let now = 0;
    const client = connectForTest({ now: () => now });
    const check = () => client.headManifest(registry.repository('app'), 'v1');
    await Promise.all(Array.from({ length: 10 }, check));
    await check();
    expect(registry.brokenConnections).toBe(1);
    now += 600_001;
    await check();
    expect(registry.brokenConnections).toBe(2);
    expect(registry.count()).toBe(12);
  });

  it('is found again when it changed from http to https', async () => {
    const repository = { host: 'registry.example', name: 'app', insecure: true };
    const hosts = createHostMemory({ limits: DEFAULT_LIMITS, now: () => 0 });
    let working = 'http';
    const sent: string[] = [];
    const send = async (scheme: string) => {
      sent.push(scheme);
      if (scheme === working) return;
      throw new TransportError('ERR_REGISTRY_UNREACHABLE', 'no', { host: repository.host, phase: 'connect' });
    };
    await sendByScheme(repository, hosts, send);
    working = 'https';
    expect((await failureOf(sendByScheme(repository, hosts, send))).code).toBe('ERR_REGISTRY_UNREACHABLE');
    await sendByScheme(repository, hosts, send);
    expect(sent).toEqual(['https', 'http', 'http', 'https']);
  });

  it('tells why https did not work when nothing does', async () => {
    const registry = await fakeRegistryForTest();
    await registry.close();
    const failure = await failureOf(connectForTest().headManifest(registry.repository('app'), 'v1'));
    expect(failure.message).toBe(`cannot reach ${registry.host}: connection refused (ECONNREFUSED)`);
  });
});

/** A certificate for 127.0.0.1 that is its own authority. */
/** Names differ: authorities are looked up by them. */
async function createAuthority(name: string) {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  return { key, cert };
}
