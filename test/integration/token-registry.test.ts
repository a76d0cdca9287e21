/** CNCF Distribution that lets in by tokens of a service on another host: passwords, identity tokens, scopes, and lifetimes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CredentialsFor } from '../../functions/registry/types.ts';
import { IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { type RealRegistry, startRealRegistry } from '../support/real-registry.ts';
import { connectForTest, failureOf } from '../support/registry-client.ts';
import { IDENTITY_TOKEN, startTokenServer, TOKEN_USER, type TokenServer } from '../support/token-server.ts';

let tokens: TokenServer;
let registry: RealRegistry;
let digest: string;

beforeAll(async () => {
  tokens = await startTokenServer();
  registry = await startRealRegistry({ tokens });
  for (const name of ['team/other', 'public/app', 'team/app']) digest = (await registry.pushImage(name, 'v1')).manifest.digest;
});
afterAll(() => Promise.all([registry?.close(), tokens?.close()]));
beforeEach(() => {
  tokens.requests.length = 0;
  tokens.life = { signed: 300, said: 300 };
});

const byPassword: CredentialsFor = async () => TOKEN_USER;
const byIdentity: CredentialsFor = async () => ({ username: '', password: '', identityToken: IDENTITY_TOKEN });
const pull = (name: string) => [`repository:${name}:pull`];

describe('the client', () => {
  it.each([
    ['a password', byPassword, 'GET', 'password'],
    ['an identity token', byIdentity, 'POST', 'identity token'],
  ] as const)('is let in by %s, with a token for each repository and nothing else', async (_, credentialsFor, method, who) => {
    const client = connectForTest({ credentialsFor });
    const app = registry.repository('team/app');
    expect((await client.headManifest(app, 'v1')).digest).toBe(digest);
    expect((await client.getManifest(app, 'v1')).digest).toBe(digest);
    expect(await client.listTags(app)).toEqual(['v1']);
    await client.headManifest(registry.repository('team/other'), 'v1');
    expect(tokens.requests).toEqual([
      { method, scopes: pull('team/app'), who },
      { method, scopes: pull('team/other'), who },
    ]);
  });

  it('needs a token even where nobody has to log in', async () => {
    const client = connectForTest();
    await client.headManifest(registry.repository('public/app'), 'v1');
    expect(await failureOf(client.headManifest(registry.repository('team/app'), 'v1'))).toMatchObject({
      code: 'ERR_REGISTRY_UNAUTHORIZED',
    });
    expect(tokens.requests.map(({ scopes, who }) => [scopes, who])).toEqual([
      [pull('public/app'), 'nobody'],
      [pull('team/app'), 'nobody'],
    ]);
  });

  it('tells a wrong password from a missing right', async () => {
    const wrong = connectForTest({ credentialsFor: async () => ({ ...TOKEN_USER, password: 'wrong' }) });
    const failure = await failureOf(wrong.headManifest(registry.repository('team/app'), 'v1'));
    expect(failure.message).toMatch(/^token service: /);
    expect(tokens.requests).toEqual([{ method: 'GET', scopes: pull('team/app'), who: 'refused' }]);
  });

  it('takes a new token when the old one ends by what was said', async () => {
    const clock = { now: Date.now() };
    const client = connectForTest({ credentialsFor: byPassword, now: () => clock.now });
    const app = registry.repository('team/app');
    tokens.life = { signed: 300, said: 100 };
    await client.headManifest(app, 'v1');
    clock.now += 89_000;
    await client.headManifest(app, 'v1');
    expect(tokens.requests).toHaveLength(1);
    clock.now += 2_000;
    await client.headManifest(app, 'v1');
    expect(tokens.requests).toHaveLength(2);
  });

  it('takes a new token when the registry refuses one that ended earlier than was said, once', async () => {
    const client = connectForTest({ credentialsFor: byPassword });
    const app = registry.repository('team/app');
    tokens.life = { signed: -120, said: 300 }; // the registry forgives a minute
    expect(await failureOf(client.headManifest(app, 'v1'))).toMatchObject({ code: 'ERR_REGISTRY_UNAUTHORIZED' });
    const asked = tokens.requests.length;
    tokens.life = { signed: 300, said: 300 };
    expect((await client.headManifest(app, 'v1')).digest).toBe(digest);
    expect(tokens.requests).toHaveLength(asked + 1);
  });
});

describe('an import', () => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await startLocalStack();
  });
  afterAll(() => stack?.stop());

  it.each([
    ['a password', { auth: Buffer.from(`${TOKEN_USER.username}:${TOKEN_USER.password}`).toString('base64') }, 'password'],
    [
      'an identity token',
      { auth: Buffer.from('00000000-0000-0000-0000-000000000000:').toString('base64'), identitytoken: IDENTITY_TOKEN },
      'identity token',
    ],
  ])('pulls with %s of a secret, whether an account links it or not', async (kind, entry, who) => {
    const namespace = kind.replaceAll(/[^a-z]/g, '');
    await stack.kubectl.run(['create', 'namespace', namespace]);
    const data = { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths: { [registry.host]: entry } })).toString('base64') };
    const secret = { metadata: { name: 'pull' }, type: 'kubernetes.io/dockerconfigjson', data };
    const images = [
      { from: { kind: 'DockerImage', name: `${registry.host}/team/app:v1` }, to: { name: 'v1' }, importPolicy: { insecure: true } },
    ];
    const request = {
      kind: 'ImageStreamImport',
      apiVersion: 'image.openshift.io/v1',
      metadata: { name: 'app' },
      spec: { import: true, images },
    };
    const codeOf = async () => {
      const { body } = await stack.request('POST', `${IMAGE_API}/namespaces/${namespace}/imagestreamimports`, request);
      return (body as { status: { images: { status: { code?: number; status: string } }[] } }).status.images[0]?.status;
    };
    const secrets = `/api/v1/namespaces/${namespace}/secrets`;
    expect(await codeOf()).toMatchObject({ code: 401 });
    await stack.request('POST', secrets, secret);
    expect(await codeOf()).toMatchObject({ status: 'Success' });
    expect(tokens.requests.at(-1)).toMatchObject({ scopes: pull('team/app'), who });
    await stack.kubectl.run(['patch', 'serviceaccount', 'default', '-n', namespace, '-p', '{"imagePullSecrets":[{"name":"pull"}]}']);
    expect(await codeOf()).toMatchObject({ status: 'Success' });
    await stack.kubectl.run(['annotate', 'secret', 'pull', 'openshift.io/image.excludeSecret=true', '-n', namespace]);
    expect(await codeOf()).toMatchObject({ code: 401 });
  });
});
