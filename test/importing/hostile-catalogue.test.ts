/**
 * Registries that mean harm, each a real server: what an import says of them, and that none leads it inside. 127.0.0.2 stands for the outside,
 * 127.0.0.1 for our own network; a trap listens there and counts whoever connects.
 */
import net, { type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePlatform } from '../../functions/image/platform.ts';
import type { ImportMode } from '../../functions/image/types.ts';
import type { ImageResult } from '../../functions/importing/import-image.ts';
import { importImages } from '../../functions/importing/import-images.ts';
import { openSession } from '../../functions/importing/registry-session.ts';
import { createRegistryClient } from '../../functions/registry/client.ts';
import type { ResolveAll } from '../../functions/runtime/network-guard.ts';
import { type FakeRegistry, type FaultEffect, startFakeRegistry } from '../support/fake-registry.ts';
import { MEDIA_TYPES } from '../support/oci-image.ts';

const OUTSIDE = '127.0.0.2';
const MANIFEST = MEDIA_TYPES.oci.manifest;
const INDEX = MEDIA_TYPES.oci.index;
const TIMES = { connectTimeout: 150, headersTimeout: 150, bodyTimeout: 150, operationTimeout: 400, retryDelay: 4 };

let registry: FakeRegistry;
let trap: net.Server;
let caught: number;
beforeEach(async () => {
  registry = await startFakeRegistry({ address: OUTSIDE });
  caught = 0;
  trap = net.createServer((socket) => {
    caught += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => trap.listen(portOf(registry), '127.0.0.1', resolve));
});
afterEach(async () => {
  trap.close();
  await registry.close();
  expect(caught, 'connections into our own network').toBe(0);
});

const portOf = ({ host }: FakeRegistry) => Number(host.split(':')[1]);
const inside = () => (trap.address() as AddressInfo).port;

interface Asked {
  readonly host?: string;
  readonly importMode?: ImportMode;
  readonly resolve?: ResolveAll;
}

async function importApp(asked: Asked = {}): Promise<ImageResult> {
  const { host = registry.host, importMode = 'Legacy', resolve } = asked;
  const client = createRegistryClient({
    allowPrivateAddresses: false,
    forbids: (ip) => ip !== OUTSIDE,
    ...(resolve === undefined ? {} : { resolve }),
    random: () => 0,
    limits: TIMES,
    credentialsFor: async () => ({ username: 'user', password: 'hunter2' }),
  });
  const session = openSession(() => client, { parallel: 16, timeLimit: 5_000 });
  try {
    const request = { from: `${host}/team/app:v1`, insecure: true, importMode, platform: parsePlatform('linux/amd64') };
    const { images } = await importImages(session, { images: [request] }, { now: '2026-01-02T03:04:05Z', repositoryTags: 50 });
    return images[0] ?? expect.fail('no result');
  } finally {
    session.close();
    client.close();
  }
}

function refusalOf(result: ImageResult): string {
  if (result.kind !== 'failed') return expect.fail(`it was ${result.kind}`);
  expect(JSON.stringify(result.status)).not.toContain('hunter2');
  return `${result.status.code} ${result.code}: ${result.status.message}`;
}

const slowly =
  (write: (response: Parameters<Extract<FaultEffect, (...args: never[]) => void>>[1]) => void): FaultEffect =>
  (_request, response) => {
    const timer = setInterval(() => write(response), 10);
    response.on('close', () => clearInterval(timer));
  };
const redirect = (location: () => string) => (): FaultEffect => ({ status: 307, headers: { location: location() } });
const challenge = (value: () => string) => (): FaultEffect => ({ status: 401, headers: { 'www-authenticate': value() } });
const ok = (body: string | Uint8Array, headers: Record<string, string> = {}): FaultEffect => ({
  status: 200,
  headers: { 'content-type': MANIFEST, ...headers },
  body,
});
const entry = (seed: number) => ({ mediaType: MANIFEST, digest: `sha256:${seed.toString(16).padStart(64, '0')}`, size: 500 });
const indexOf = (count: number) =>
  JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: Array.from({ length: count }, (_, at) => entry(at)) });

describe('an import from a registry that', () => {
  it.each<[string, () => FaultEffect, RegExp]>([
    [
      'drips headers',
      () => slowly((response) => response.writeEarlyHints({ link: '</x>; rel=preload' })),
      /^500 ERR_REGISTRY_TIMEOUT: .*timed out waiting for an answer/,
    ],
    ['drips a body', () => slowly((response) => response.write(' ')), /^500 ERR_REGISTRY_TIMEOUT: .*rest of its answer/],
    [
      'sends a gzip bomb',
      () => ok(gzipSync(Buffer.alloc(20 << 20)), { 'content-encoding': 'gzip' }),
      /^500 ERR_REGISTRY_INVALID_RESPONSE: .*compressed/,
    ],
    [
      'lists 10,000 manifests',
      () => ok(indexOf(10_000), { 'content-type': INDEX }),
      /^500 ERR_REGISTRY_INVALID_RESPONSE: .*the index lists more than 256 manifests/,
    ],
    [
      'lists manifests past 4 MiB',
      () => ok(indexOf(40_000), { 'content-type': INDEX }),
      /^500 ERR_REGISTRY_TOO_LARGE: .*larger than 4194304 bytes/,
    ],
    [
      'calls it a web page',
      () => ok('{"schemaVersion":2}', { 'content-type': 'text/html' }),
      /^500 ERR_REGISTRY_UNSUPPORTED_MEDIA_TYPE: .*unsupported image manifest type: text\/html/,
    ],
    ['sends huge headers', () => ok('{}', { 'x-huge': 'x'.repeat(60_000) }), /^500 ERR_REGISTRY_TOO_LARGE: .*too large headers/],
    [
      'lies about its digest',
      () => ok('{"schemaVersion":2,"config":{}}', { 'docker-content-digest': entry(1).digest }),
      /^500 ERR_REGISTRY_DIGEST_MISMATCH/,
    ],
    ['redirects to instance metadata', redirect(() => 'http://169.254.169.254/latest/meta-data/'), /^500 ERR_REGISTRY_FORBIDDEN_ADDRESS/],
    ['redirects inside', redirect(() => `http://127.0.0.1:${inside()}/`), /^500 ERR_REGISTRY_FORBIDDEN_ADDRESS/],
    ['redirects inside by a short form', redirect(() => `http://127.1:${inside()}/`), /^500 ERR_REGISTRY_FORBIDDEN_ADDRESS/],
    ['redirects inside by a number', redirect(() => `http://2130706433:${inside()}/`), /^500 ERR_REGISTRY_FORBIDDEN_ADDRESS/],
    ['redirects inside in IPv6', redirect(() => `http://[::ffff:127.0.0.1]:${inside()}/`), /^500 ERR_REGISTRY_FORBIDDEN_ADDRESS/],
    ['redirects inside by a name', redirect(() => `http://localhost:${inside()}/`), /^500 ERR_REGISTRY_FORBIDDEN_ADDRESS/],
    ['redirects to a file', redirect(() => 'file:///etc/passwd'), /^500 ERR_REGISTRY_INVALID_RESPONSE: .*no https URL/],
    [
      'has its token service inside',
      challenge(() => `Bearer realm="http://127.0.0.1:${inside()}/token"`),
      /^500 ERR_REGISTRY_FORBIDDEN_ADDRESS/,
    ],
    [
      'has its token service at the metadata',
      challenge(() => 'Bearer realm="http://169.254.169.254/token"'),
      /^500 ERR_REGISTRY_FORBIDDEN_ADDRESS/,
    ],
    [
      'hides a header in its realm',
      challenge(() => String.raw`Bearer realm="http://127.0.0.1:${inside()}/\r\nX: y"`),
      /^500 ERR_REGISTRY_FORBIDDEN_ADDRESS/,
    ],
  ])('%s', async (_name, effect, expected) => {
    registry.fault({}, effect());
    expect(refusalOf(await importApp())).toMatch(expected);
  });

  it.each<[string, string, RegExp]>([
    ['a stranger', 'something else', /DIGEST_MISMATCH/],
    ['nothing', '', /DIGEST_MISMATCH/],
  ])('has %s for a config', async (_name, body, expected) => {
    registry.pushImage('team/app', 'v1');
    registry.fault({ path: '/blobs/' }, { status: 200, body });
    expect(refusalOf(await importApp())).toMatch(expected);
  });

  it.each(['Legacy', 'PreserveOriginal'] as const)('puts an index into an index (%s)', async (importMode) => {
    const inner = registry.pushIndex('team/app', null, ['amd64']);
    const outer = { schemaVersion: 2, mediaType: INDEX, manifests: [{ mediaType: INDEX, digest: inner.digest, size: inner.size }] };
    registry.pushManifest('team/app', 'v1', Buffer.from(JSON.stringify(outer)), INDEX);
    expect(refusalOf(await importApp({ importMode }))).toContain('an index inside an index');
  });

  it('is a name that leads inside from its second connection on', async () => {
    const image = registry.pushImage('team/app', 'v1');
    let moved = false;
    registry.fault({ path: '/manifests/' }, (_request, response) => {
      moved = true;
      response.writeHead(200, { 'content-type': image.manifest.mediaType, connection: 'close' }).end(image.manifest.bytes);
    });
    const resolve: ResolveAll = (_name, _options, callback) => callback(null, [{ address: moved ? '127.0.0.1' : OUTSIDE, family: 4 }]);
    const refusal = refusalOf(await importApp({ host: `rebind.example:${portOf(registry)}`, resolve }));
    expect(moved).toBe(true);
    expect(refusal).toMatch(/^500 ERR_REGISTRY_FORBIDDEN_ADDRESS: .*rebind\.example/);
  });

  it('has an address inside among others', async () => {
    registry.pushImage('team/app', 'v1');
    const both = [
      { address: '127.0.0.1', family: 4 },
      { address: OUTSIDE, family: 4 },
    ];
    const result = await importApp({
      host: `mixed.example:${portOf(registry)}`,
      resolve: (_name, _options, callback) => callback(null, both),
    });
    expect(result.kind).toBe('fetched');
  });

  it.each(['service="a&scope=repository:secret:pull,push#"', 'scope="repository:team/app:pull\\\r\\\nX-Injected: y"', 'service="é ☃"'])(
    'asks for a token with %s: nothing breaks out of the query',
    async (parameters) => {
      const service = await startFakeRegistry({ address: OUTSIDE });
      try {
        const value = `Bearer realm="http://${service.host}/token?fixed=1",${parameters.replaceAll(/[\r\n]/g, '')}`;
        registry.fault({}, { status: 401, headers: { 'www-authenticate': Buffer.from(value).toString('latin1') } });
        service.fault({}, { status: 200, body: '{"token":"a b"}' });
        expect(refusalOf(await importApp())).toContain('no usable token');
        const { searchParams } = new URL(service.requests[0]?.path ?? '', 'http://x');
        expect([...searchParams.keys()].filter((name) => !['fixed', 'service', 'scope'].includes(name))).toEqual([]);
        expect(searchParams.getAll('service').length + Number(!parameters.includes('service'))).toBe(1);
      } finally {
        await service.close();
      }
    },
  );
});

describe('a list of tags', () => {
  it('holds only what can be a tag', async () => {
    registry.fault(
      {},
      {
        status: 200,
        body: JSON.stringify({ tags: ['v1', 'a\r\nHost: b', '../../admin', 'x'.repeat(129), '\u001b[31m', '', '-a', 'v1?n=1'] }),
      },
    );
    const client = createRegistryClient({ allowPrivateAddresses: false, forbids: (ip) => ip !== OUTSIDE, limits: TIMES });
    expect(await client.listTags(registry.repository('team/app'))).toEqual(['v1']);
    client.close();
  });
});
