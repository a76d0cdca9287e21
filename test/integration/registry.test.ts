/** The registry client against CNCF Distribution. */
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectForTest, failureOf } from '../support/registry-client.ts';
import { digestOf, MEDIA_TYPES } from '../support/oci-image.ts';
import { REAL_REGISTRY_USER, startRealRegistry, type RealRegistry } from '../support/real-registry.ts';

describe('Distribution without authentication', () => {
  let registry: RealRegistry;
  beforeAll(async () => {
    registry = await startRealRegistry();
  });
  afterAll(() => registry.close());

  it.each(['oci', 'docker'] as const)('serves images and indexes of format %s', async (format) => {
    const name = `team/${format}`;
    const image = await registry.pushImage(name, 'v1', { format });
    const index = await registry.pushIndex(name, 'latest', ['amd64', 'arm64', 's390x'], { format });
    const client = connectForTest();
    const repository = registry.repository(name);

    const { digest, size } = image.manifest;
    expect(await client.headManifest(repository, 'v1')).toEqual({ digest, mediaType: MEDIA_TYPES[format].manifest, size });
    expect(await client.headManifest(repository, digest)).toMatchObject({ digest });
    expect(await client.headManifest(repository, 'latest')).toMatchObject({ digest: index.digest, mediaType: MEDIA_TYPES[format].index });
    const manifest = await client.getManifest(repository, 'latest');
    expect(digestOf(manifest.bytes)).toBe(index.digest);
    for (const child of index.images) {
      expect(await client.getManifest(repository, child.manifest.digest)).toMatchObject({ digest: child.manifest.digest });
      expect(digestOf(await client.getBlob(repository, child.config.digest, 100_000))).toBe(child.config.digest);
    }
    expect([...(await client.listTags(repository))].sort()).toEqual(['latest', 'v1']);
  });

  it('does not send again what is known, behind something that keeps its HEADs from telling', async () => {
    const { manifest } = await registry.pushImage('behind', 'v1');
    const answers: string[] = [];
    const proxy = createServer((request, response) => {
      const { method = '', url = '', headers } = request;
      const [host = '', port] = registry.host.split(':');
      const onward = send({ host, port, method, path: url, headers: { ...headers, host: registry.host } }, (answer) => {
        const { 'docker-content-digest': digest, ...others } = answer.headers;
        answers.push(`${method} ${answer.statusCode} ${others['content-length'] ?? 0}`);
        response.writeHead(
          answer.statusCode ?? 502,
          method === 'HEAD' || digest === undefined ? others : { ...others, 'docker-content-digest': digest },
        );
        answer.pipe(response);
      });
      onward.end();
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    try {
      const { port } = proxy.address() as AddressInfo;
      const behind = { host: `127.0.0.1:${port}`, name: 'behind', insecure: true };
      const client = connectForTest();
      await client.headManifest(behind, 'v1'); // finds out that it is plain HTTP
      answers.length = 0;
      expect((await client.headManifest(behind, 'v1', manifest.digest)).digest).toBe(manifest.digest);
      expect(answers).toEqual([`HEAD 200 ${manifest.size}`, 'GET 304 0']);
      answers.length = 0;
      expect((await client.headManifest(behind, 'v1', digestOf(Buffer.from('older')))).digest).toBe(manifest.digest);
      expect(answers).toEqual([`HEAD 200 ${manifest.size}`, `GET 200 ${manifest.size}`]);
    } finally {
      proxy.close();
      proxy.closeAllConnections();
    }
  });

  it('tells what does not exist', async () => {
    const image = await registry.pushImage('app', 'v1');
    const client = connectForTest();
    const app = registry.repository('app');
    expect(await failureOf(client.getManifest(app, 'v2'))).toMatchObject({
      code: 'ERR_REGISTRY_NOT_FOUND',
      message: 'manifest unknown',
    });
    expect((await failureOf(client.headManifest(app, 'v2'))).code).toBe('ERR_REGISTRY_NOT_FOUND');
    expect((await failureOf(client.getBlob(app, digestOf(Buffer.from('nothing')), 10))).code).toBe('ERR_REGISTRY_NOT_FOUND');
    expect((await failureOf(client.getBlob(app, image.config.digest, 10))).code).toBe('ERR_REGISTRY_TOO_LARGE');
    expect((await failureOf(client.listTags(registry.repository('nothing')))).code).toBe('ERR_REGISTRY_REPOSITORY_NOT_FOUND');
  });

  it('sees a tag move', async () => {
    const first = await registry.pushImage('moving', 'v1', { seed: 'first' });
    const client = connectForTest();
    expect((await client.headManifest(registry.repository('moving'), 'v1')).digest).toBe(first.manifest.digest);
    const second = await registry.pushImage('moving', 'v1', { seed: 'second' });
    expect((await client.headManifest(registry.repository('moving'), 'v1')).digest).toBe(second.manifest.digest);
  });

  it('answers many at once', async () => {
    const { manifest } = await registry.pushImage('busy', 'v1');
    const client = connectForTest();
    const heads = await Promise.all(Array.from({ length: 200 }, () => client.headManifest(registry.repository('busy'), 'v1')));
    expect(new Set(heads.map(({ digest }) => digest))).toEqual(new Set([manifest.digest]));
  });
});

describe('Distribution with htpasswd', () => {
  let registry: RealRegistry;
  beforeAll(async () => {
    registry = await startRealRegistry({ auth: true });
    await registry.pushImage('closed', 'v1');
  });
  afterAll(() => registry.close());

  it('serves who knows the password', async () => {
    const client = connectForTest({ credentialsFor: async () => REAL_REGISTRY_USER });
    const { digest } = await client.headManifest(registry.repository('closed'), 'v1');
    expect((await client.getManifest(registry.repository('closed'), 'v1')).digest).toBe(digest);
  });

  it.each([
    ['nobody', undefined],
    ['a wrong password', async () => ({ ...REAL_REGISTRY_USER, password: 'wrong' })],
  ])('refuses %s', async (_name, credentialsFor) => {
    const failure = await failureOf(connectForTest({ credentialsFor }).getManifest(registry.repository('closed'), 'v1'));
    expect(failure).toMatchObject({ code: 'ERR_REGISTRY_UNAUTHORIZED', message: 'unauthorized' });
  });
});
