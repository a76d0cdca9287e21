/** How registries of the wild ask for tokens, and what they accept instead of a password. */
import { describe, expect, it } from 'vitest';
import type { CredentialsFor } from '../../functions/registry/types.ts';
import { connectForTest, failureOf, fakeRegistryForTest } from '../support/registry-client.ts';

const IDENTITY = 'refresh-me/once+more=';
const withIdentity: CredentialsFor = async () => ({
  username: '00000000-0000-0000-0000-000000000000',
  password: '',
  identityToken: IDENTITY,
});

describe('identity tokens', () => {
  it('go to the token service in the body of a POST, and nowhere else', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer', username: 'u', password: 'p', identityToken: IDENTITY } });
    registry.pushImage('app', 'v1');
    const client = connectForTest({ credentialsFor: withIdentity });
    await client.headManifest(registry.repository('app'), 'v1');
    await client.headManifest(registry.repository('app'), 'v1');
    expect(registry.requests.map(({ method, path, authorization }) => [method, path, authorization.split(' ')[0]])).toEqual([
      ['HEAD', '/v2/app/manifests/v1', ''],
      ['POST', '/token', ''],
      ['HEAD', '/v2/app/manifests/v1', 'Bearer'],
      ['HEAD', '/v2/app/manifests/v1', 'Bearer'],
    ]);
    expect(JSON.stringify(registry.requests)).not.toContain('refresh-me');
  });

  it('that expired let the next candidate try, and nobody tells them', async () => {
    const auth = { kind: 'bearer', username: 'u', password: 'p', identityToken: IDENTITY } as const;
    const registry = await fakeRegistryForTest({ auth });
    registry.pushImage('app', 'v1');
    const expired = { username: '', password: '', identityToken: 'expired' };
    const both: CredentialsFor = async () => ({ candidates: [expired, { username: 'u', password: 'p' }] });
    await connectForTest({ credentialsFor: both }).headManifest(registry.repository('app'), 'v1');
    const failure = await failureOf(connectForTest({ credentialsFor: async () => expired }).getManifest(registry.repository('app'), 'v1'));
    expect(failure.code).toBe('ERR_REGISTRY_BAD_CREDENTIALS');
    registry.fault(
      { path: '/token' },
      { status: 401, body: JSON.stringify({ message: `who is ${encodeURIComponent(IDENTITY)} or ${IDENTITY}?` }) },
    );
    const echoed = await failureOf(connectForTest({ credentialsFor: withIdentity }).getManifest(registry.repository('app'), 'v1'));
    expect(echoed.message).toContain('who is *** or ***?');
  });

  it('are not redirected, and are no password for a registry that wants one', async () => {
    const elsewhere = await fakeRegistryForTest();
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer', identityToken: IDENTITY } });
    registry.fault({ path: '/token' }, { status: 307, headers: { location: `http://${elsewhere.host}/token` } });
    const client = connectForTest({ credentialsFor: withIdentity });
    expect((await failureOf(client.getManifest(registry.repository('app'), 'v1'))).code).toBe('ERR_REGISTRY_INVALID_RESPONSE');
    expect(elsewhere.count()).toBe(0);
    const basic = await fakeRegistryForTest({ auth: { kind: 'basic', username: 'u', password: 'p' } });
    expect((await failureOf(client.getManifest(basic.repository('app'), 'v1'))).code).toBe('ERR_REGISTRY_UNAUTHORIZED');
    expect(basic.requests.every(({ authorization }) => authorization === '')).toBe(true);
  });
});

describe('challenges', () => {
  it.each([
    ['one header each', (realm: string) => ['Negotiate', 'Basic realm="x"', `Bearer realm="${realm}",service="fake-service"`]],
    ['one header for all', (realm: string) => [`Basic realm="x", BEARER Realm=${realm}, service=fake-service`]],
    ['Gitea, whose scope is a star', (realm: string) => [`Bearer realm="${realm}",service="fake-service",scope="*"`, 'Basic realm="x"']],
    [
      'a scope that names another repository',
      (realm: string) => [`Bearer realm="${realm}",service="fake-service",scope="repository:user/image:pull"`],
    ],
    [
      'a service elsewhere that is of no use before one that is',
      (realm: string) => ['Bearer realm="/token"', `Bearer realm="${realm}",service="fake-service"`],
    ],
  ])('%s: a token for two, then one request per check', async (_name, headers) => {
    const registry = await fakeRegistryForTest();
    const service = await fakeRegistryForTest({ auth: { kind: 'bearer' } });
    for (const name of ['app', 'other']) registry.pushImage(name, 'v1');
    registry.fault({}, (request, response) => {
      if ((request.headers.authorization ?? '').startsWith('Bearer ')) {
        response.writeHead(200, { 'docker-content-digest': `sha256:${'a'.repeat(64)}` }).end();
      } else response.writeHead(401, { 'www-authenticate': headers(`http://${service.host}/token`) }).end();
    });
    const client = connectForTest();
    await client.headManifest(registry.repository('app'), 'v1');
    expect([registry.count(), service.count()]).toEqual([2, 1]);
    await client.headManifest(registry.repository('other'), 'v1');
    expect([registry.count(), service.count()]).toEqual([3, 2]);
    for (const name of ['app', 'other', 'app']) await client.headManifest(registry.repository(name), 'v1');
    expect([registry.count(), service.count()]).toEqual([6, 2]);
  });

  it('with a token service of no use fall back to the password where that is wanted too', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'basic', username: 'u', password: 'p' } });
    registry.pushImage('app', 'v1');
    registry.fault({ times: 1 }, { status: 401, headers: { 'www-authenticate': ['Bearer realm="/token"', 'Basic realm="x"'] } });
    const client = connectForTest({ credentialsFor: async () => ({ username: 'u', password: 'p' }) });
    await client.headManifest(registry.repository('app'), 'v1');
    expect(registry.count()).toBe(2);
  });
});
