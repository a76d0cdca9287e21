import { describe, expect, it } from 'vitest';
import type { CredentialsFor } from '../../functions/registry/types.ts';
import { connectForTest, failureOf, fakeRegistryForTest } from '../support/registry-client.ts';

const PASSWORD = 's3cret/pä$$';
const user = { username: 'user', password: PASSWORD };
const asUser: CredentialsFor = async () => user;
const asIntruder: CredentialsFor = async () => ({ username: 'user', password: 'guessed' });

describe('basic authentication', () => {
  it('sends the password only after a challenge, and then at once', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'basic', ...user } });
    registry.pushImage('app', 'v1');
    registry.pushImage('other', 'v1');
    const client = connectForTest({ credentialsFor: asUser });
    await client.headManifest(registry.repository('app'), 'v1');
    expect(registry.requests.map(({ authorization }) => authorization.split(' ')[0])).toEqual(['', 'Basic']);
    registry.clearRequests();
    await client.headManifest(registry.repository('app'), 'v1');
    await client.getManifest(registry.repository('other'), 'v1');
    expect(registry.count()).toBe(2);
  });

  it.each([
    ['nobody', undefined],
    ['a stranger', async () => null],
    ['the wrong password', asIntruder],
  ])('refuses %s without asking twice for the same', async (_name, credentialsFor) => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'basic', ...user } });
    registry.pushImage('app', 'v1');
    const client = connectForTest({ credentialsFor });
    expect((await failureOf(client.getManifest(registry.repository('app'), 'v1'))).code).toBe('ERR_REGISTRY_UNAUTHORIZED');
    registry.clearRequests();
    expect((await failureOf(client.getManifest(registry.repository('app'), 'v1'))).code).toBe('ERR_REGISTRY_UNAUTHORIZED');
    expect(registry.count()).toBe(1);
  });

  it('asks for credentials once per operation and reports when they cannot be read', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'basic', ...user } });
    let asked = 0;
    const credentialsFor: CredentialsFor = async ({ host, name }) => {
      expect([host, name]).toEqual([registry.host, 'app']);
      asked += 1;
      throw new Error(`broken secret: ${PASSWORD}`);
    };
    const error = await failureOf(connectForTest({ credentialsFor }).getManifest(registry.repository('app'), 'v1'));
    expect(error).toMatchObject({ code: 'ERR_REGISTRY_INVALID_RESPONSE', message: 'the credentials of the registry cannot be read' });
    expect(asked).toBe(1);
  });
});

describe('bearer tokens', () => {
  it('costs an unchanged check exactly one HEAD once the token is there', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer' } });
    registry.pushImage('app', 'v1');
    const client = connectForTest();
    await client.headManifest(registry.repository('app'), 'v1');
    expect(registry.requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
      'HEAD /v2/app/manifests/v1',
      'GET /token',
      'HEAD /v2/app/manifests/v1',
    ]);
    registry.clearRequests();
    for (let check = 0; check < 5; check += 1) await client.headManifest(registry.repository('app'), 'v1');
    expect(registry.count()).toBe(5);
    expect(registry.count({ method: 'HEAD' })).toBe(5);
  });

  it('shares one challenge and one token among parallel requests, and fetches the next repository without being challenged', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer' }, latency: 2 });
    for (const name of ['app', 'other']) registry.pushImage(name, 'v1');
    const client = connectForTest();
    await Promise.all(Array.from({ length: 20 }, () => client.headManifest(registry.repository('app'), 'v1')));
    expect(registry.count({ path: '/token' })).toBe(1);
    expect(registry.count({ method: 'HEAD' })).toBe(21);
    registry.clearRequests();
    await Promise.all(Array.from({ length: 20 }, () => client.headManifest(registry.repository('other'), 'v1')));
    expect(registry.count({ path: '/token' })).toBe(1);
    expect(registry.count()).toBe(21);
  });

  it.each(['token', 'access_token'] as const)('reads the field %s, and takes a token without a lifetime for a minute', async (field) => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer', field, lifetime: null } });
    registry.pushImage('app', 'v1');
    let now = 0;
    const client = connectForTest({ now: () => now });
    const tokens = async () => {
      await client.headManifest(registry.repository('app'), 'v1');
      return registry.count({ path: '/token' });
    };
    expect(await tokens()).toBe(1);
    now = 53_000;
    expect(await tokens()).toBe(1);
    now = 55_000;
    expect(await tokens()).toBe(2);
  });

  it('replaces a token that was revoked, once for all who hold it', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer' } });
    registry.pushImage('app', 'v1');
    const client = connectForTest();
    await client.headManifest(registry.repository('app'), 'v1');
    registry.revokeTokens();
    registry.clearRequests();
    await Promise.all(Array.from({ length: 8 }, () => client.headManifest(registry.repository('app'), 'v1')));
    expect(registry.count({ path: '/token' })).toBe(1);
    expect(registry.count({ method: 'HEAD' })).toBeLessThanOrEqual(16);
  });

  it('does not fetch a token again that was refused when it was fresh', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer' } });
    registry.pushImage('app', 'v1');
    const client = connectForTest();
    await client.headManifest(registry.repository('app'), 'v1');
    registry.clearRequests();
    const challenge = `Bearer realm="http://${registry.host}/token",service="fake-service",scope="repository:closed:pull"`;
    registry.fault({ path: '/closed/' }, { status: 401, headers: { 'www-authenticate': challenge } });
    expect((await failureOf(client.headManifest(registry.repository('closed'), 'v1'))).code).toBe('ERR_REGISTRY_UNAUTHORIZED');
    expect(registry.requests.map(({ path }) => path.split('?')[0])).toEqual(['/token', '/v2/closed/manifests/v1']);
  });

  it('sends the password to the token service only, which may be elsewhere', async () => {
    const service = await fakeRegistryForTest({ auth: { kind: 'bearer', ...user } });
    const registry = await fakeRegistryForTest();
    registry.pushImage('app', 'v1');
    const challenge = `Bearer realm="http://${service.host}/token",service="fake-service",scope="repository:app:pull"`;
    registry.fault({ times: 1 }, { status: 401, headers: { 'www-authenticate': challenge } });
    await connectForTest({ credentialsFor: asUser }).headManifest(registry.repository('app'), 'v1');
    expect(service.requests.map(({ path, authorization }) => [path, authorization.split(' ')[0]])).toEqual([
      ['/token?service=fake-service&scope=repository%3Aapp%3Apull', 'Basic'],
    ]);
    expect(registry.requests.map(({ authorization }) => authorization.split(' ')[0])).toEqual(['', 'Bearer']);
  });

  it('tells wrong credentials from missing rights', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer', ...user } });
    registry.pushImage('app', 'v1');
    const repository = registry.repository('app');
    expect((await failureOf(connectForTest({ credentialsFor: asIntruder }).getManifest(repository, 'v1'))).code).toBe(
      'ERR_REGISTRY_BAD_CREDENTIALS',
    );
    registry.fault({ path: '/token' }, { status: 403 });
    expect((await failureOf(connectForTest().getManifest(repository, 'v1'))).code).toBe('ERR_REGISTRY_DENIED');
  });

  it.each([
    ['no JSON', { status: 200, body: 'hello' }, 'ERR_REGISTRY_INVALID_RESPONSE'],
    ['no token', { status: 200, body: '{"expires_in":1}' }, 'ERR_REGISTRY_INVALID_RESPONSE'],
    ['a token that is no header', { status: 200, body: JSON.stringify({ token: 'a\r\nHost: b' }) }, 'ERR_REGISTRY_INVALID_RESPONSE'],
    ['not found', { status: 404 }, 'ERR_REGISTRY_INVALID_RESPONSE'],
    ['too much', { status: 200, body: `{"token":"${'x'.repeat(70_000)}"}` }, 'ERR_REGISTRY_TOO_LARGE'],
    ['a server error', { status: 503 }, 'ERR_REGISTRY_UNAVAILABLE'],
  ])('survives a token service that answers %s', async (_name, effect, code) => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer' } });
    registry.fault({ path: '/token' }, effect);
    expect((await failureOf(connectForTest().getManifest(registry.repository('app'), 'v1'))).code).toBe(code);
  });

  it('repeats a token request that failed for the moment', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer' } });
    registry.pushImage('app', 'v1');
    registry.fault({ path: '/token', times: 2 }, { status: 503 });
    await connectForTest().getManifest(registry.repository('app'), 'v1');
    expect(registry.count({ path: '/token' })).toBe(3);
  });

  it.each(['/token', 'ftp://127.0.0.1/token', '', 'http://'])('refuses the realm %j', async (realm) => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer', realm } });
    expect((await failureOf(connectForTest().getManifest(registry.repository('app'), 'v1'))).code).toBe('ERR_REGISTRY_INVALID_RESPONSE');
  });
});

describe('callers', () => {
  it('share connections but not tokens', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer', ...user } });
    registry.pushImage('app', 'v1');
    const client = connectForTest();
    const trusted = client.forCaller({ credentialsFor: asUser });
    await trusted.headManifest(registry.repository('app'), 'v1');
    expect((await failureOf(client.headManifest(registry.repository('app'), 'v1'))).code).toBe('ERR_REGISTRY_BAD_CREDENTIALS');
    const intruder = client.forCaller({ credentialsFor: asIntruder });
    expect((await failureOf(intruder.headManifest(registry.repository('app'), 'v1'))).code).toBe('ERR_REGISTRY_BAD_CREDENTIALS');
    registry.clearRequests();
    await client.forCaller({ credentialsFor: async () => ({ ...user }) }).headManifest(registry.repository('app'), 'v1');
    expect(registry.count()).toBe(1);
  });
});

describe('secrets', () => {
  it('do not come back in errors, whatever the registry echoes', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer', ...user } });
    registry.pushImage('app', 'v1');
    const client = connectForTest({ credentialsFor: asUser });
    const echo = (header: string) => JSON.stringify({ errors: [{ code: 'DENIED', message: `got ${header}, that is ${PASSWORD}` }] });
    let seen = '';
    const effect: Parameters<typeof registry.fault>[1] = (request, response) => {
      seen = request.headers.authorization ?? '';
      response.writeHead(403).end(echo(seen));
    };
    await client.headManifest(registry.repository('app'), 'v1');
    for (const path of ['/manifests/', '/token']) {
      registry.fault({ path }, effect);
      const name = path === '/token' ? 'other' : 'app';
      const error = await failureOf(client.getManifest(registry.repository(name), 'v1'));
      expect(error.code).toBe('ERR_REGISTRY_DENIED');
      expect(error.message).toContain('got');
      const secret = seen.split(' ')[1] ?? '';
      expect(secret.length).toBeGreaterThan(10);
      for (const text of [error.message, error.stack, JSON.stringify(error)]) {
        expect(text).not.toContain(PASSWORD);
        expect(text).not.toContain(secret);
      }
    }
  });
});
