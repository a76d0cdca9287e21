/** Registries and clients that mean harm: the right condition or Status, in bounded time and memory, and the service goes on. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStreamImport } from '../../functions/image/types.ts';
import { type FakeRegistry, startFakeRegistry } from '../support/fake-registry.ts';
import { IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';

let stack: LocalStack;
let registry: FakeRegistry;
const STREAMS = `${IMAGE_API}/namespaces/default/imagestreams`;

beforeAll(async () => {
  registry = await startFakeRegistry();
  registry.pushImage('team/app', 'good');
  stack = await startLocalStack();
});
afterAll(async () => {
  await stack.stop();
  await registry.close();
});

async function importTag(tag: string) {
  const images = [
    { from: { kind: 'DockerImage', name: `${registry.host}/team/app:${tag}` }, to: { name: tag }, importPolicy: { insecure: true } },
  ];
  const body = {
    kind: 'ImageStreamImport',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name: 'app' },
    spec: { import: true, images },
  };
  const started = Date.now();
  const answer = await stack.request('POST', `${IMAGE_API}/namespaces/default/imagestreamimports`, body);
  expect(answer.code).toBe(201);
  return { result: (answer.body as ImageStreamImport).status.images?.[0], took: Date.now() - started };
}

function endless(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' });
  const chunk = Buffer.alloc(1 << 20, ' ');
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

describe('a registry that', () => {
  it.each([
    ['hangs', 'hang' as const],
    ['redirects forever', { status: 307, headers: { location: '/v2/team/app/manifests/bad' } }],
    ['sends without end', endless],
    ['drops the connection', 'reset' as const],
    ['answers nonsense', { status: 200, headers: { 'content-type': 'application/json' }, body: '<html>' }],
    [
      'sends bytes of another digest',
      {
        status: 200,
        headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json', 'docker-content-digest': `sha256:${'0'.repeat(64)}` },
        body: '{}',
      },
    ],
  ])('%s fails its image, and nothing else', async (_, effect) => {
    registry.fault({ path: /manifests\/bad/ }, effect);
    const { result, took } = await importTag('bad');
    expect(result?.status.status).toBe('Failure');
    expect(result?.image).toBeUndefined();
    expect(took).toBeLessThan(27_000);
    registry.clearFaults();
    expect((await importTag('good')).result?.status.status).toBe('Success');
  });

  it('needs a login says Unauthorized', async () => {
    const closed = await startFakeRegistry({ auth: { kind: 'basic', username: 'u', password: 'p' } as never });
    try {
      closed.pushImage('team/app', 'v1');
      const images = [{ from: { kind: 'DockerImage', name: `${closed.host}/team/app:v1` }, importPolicy: { insecure: true } }];
      const body = {
        kind: 'ImageStreamImport',
        apiVersion: 'image.openshift.io/v1',
        metadata: { name: 'closed' },
        spec: { import: true, images },
      };
      const answer = (await stack.request('POST', `${IMAGE_API}/namespaces/default/imagestreamimports`, body)).body as ImageStreamImport;
      expect(answer.status.images?.[0]?.status).toMatchObject({ reason: 'Unauthorized', code: 401 });
    } finally {
      await closed.close();
    }
  });
});

describe('a client that', () => {
  it.each([
    ['sends no JSON', '{bad', 400, 'BadRequest'],
    ['sends another kind', { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'x' } }, 400, 'BadRequest'],
    ['sends 4 MB', `"${'a'.repeat(4 << 20)}"`, 413, 'RequestEntityTooLarge'],
    ['names another namespace', { metadata: { name: 'x', namespace: 'other' } }, 400, 'BadRequest'],
    ['nests deeper than any stack', `${'['.repeat(200_000)}`, 400, 'BadRequest'],
  ])('%s gets a Status', async (_, body, code, reason) => {
    const answer = await stack.request('POST', STREAMS, body);
    expect(answer).toMatchObject({ code, body: { kind: 'Status', status: 'Failure', code, reason } });
  });

  it('has no token, or a wrong one, gets 401 as Status', async () => {
    for (const headers of [{ authorization: '' }, { authorization: 'Bearer nope' }, { authorization: 'Basic eDp5' }]) {
      const answer = await stack.request('GET', STREAMS, undefined, headers);
      expect(answer).toMatchObject({ code: 401, body: { kind: 'Status', reason: 'Unauthorized' } });
    }
  });

  it('asks for a URL that is not there gets the plain 404', async () => {
    expect(await stack.request('GET', '/apis/nowhere.example.com/v1/things')).toEqual({ code: 404, body: '404 page not found\n' });
  });

  it('finds the service alive afterwards', async () => {
    expect((await stack.request('GET', STREAMS)).code).toBe(200);
  });
});
