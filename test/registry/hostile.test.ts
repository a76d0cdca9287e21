/** Servers that hang, drip, flood, redirect and lie: each is answered with one clear error, in bounded time and memory. */
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RegistryErrorCode } from '../../functions/registry/errors.ts';
import { createHostMemory } from '../../functions/registry/hosts.ts';
import { DEFAULT_LIMITS } from '../../functions/registry/limits.ts';
import { createSession } from '../../functions/registry/session.ts';
import { createTokenSource } from '../../functions/registry/token.ts';
import { createTransport, type Send } from '../../functions/registry/transport.ts';
import type { FaultEffect } from '../support/fake-registry.ts';
import { connectForTest, failureOf, fakeRegistryForTest } from '../support/registry-client.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const MB = 1024 * 1024;

/** Writes as fast as the client reads, for ever. */
const flood: FaultEffect = (_request, response) => {
  response.writeHead(200, { 'content-type': MANIFEST });
  const chunk = Buffer.alloc(MB, 32);
  const write = () => {
    while (!response.destroyed) if (!response.write(chunk)) return void response.once('drain', write);
  };
  write();
};

/** One byte every few milliseconds, for ever. */
const drip: FaultEffect = (_request, response) => {
  response.writeHead(200, { 'content-type': MANIFEST });
  const timer = setInterval(() => response.write(' '), 5);
  response.on('close', () => clearInterval(timer));
};

const hint: FaultEffect = (_request, response) => {
  const timer = setInterval(() => response.writeEarlyHints({ link: '</x>; rel=preload' }), 5);
  response.on('close', () => clearInterval(timer));
};

const error = (size: number): FaultEffect => ({ status: 404, body: `{"errors":[{"code":"MANIFEST_UNKNOWN"}]}${' '.repeat(size)}` });

describe('a hostile registry', () => {
  it.each<[string, FaultEffect, RegistryErrorCode]>([
    ['never answers', 'hang', 'ERR_REGISTRY_TIMEOUT'],
    ['sends one hint after the other', hint, 'ERR_REGISTRY_TIMEOUT'],
    ['drips its body', drip, 'ERR_REGISTRY_TIMEOUT'],
    ['sends an endless body', flood, 'ERR_REGISTRY_TOO_LARGE'],
    ['announces a gigabyte', { status: 200, headers: { 'content-length': 1024 * MB } }, 'ERR_REGISTRY_TOO_LARGE'],
    [
      'sends a gzip bomb',
      { status: 200, headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(20 * MB)) },
      'ERR_REGISTRY_INVALID_RESPONSE',
    ],
    ['sends huge headers', { status: 200, headers: { 'x-huge': 'x'.repeat(60_000) } }, 'ERR_REGISTRY_TOO_LARGE'],
    ['closes every connection', 'reset', 'ERR_REGISTRY_UNREACHABLE'],
    ['redirects to itself', { status: 307, headers: { location: '?' } }, 'ERR_REGISTRY_TOO_MANY_REDIRECTS'],
    ['redirects into a file', { status: 302, headers: { location: 'file:///etc/passwd' } }, 'ERR_REGISTRY_INVALID_RESPONSE'],
    ['redirects to nonsense', { status: 302, headers: { location: 'http://[' } }, 'ERR_REGISTRY_INVALID_RESPONSE'],
    ['redirects nowhere', { status: 302 }, 'ERR_REGISTRY_INVALID_RESPONSE'],
    ['has no content', { status: 204 }, 'ERR_REGISTRY_INVALID_RESPONSE'],
    ['sends a part nobody asked for', { status: 206, body: '{}' }, 'ERR_REGISTRY_INVALID_RESPONSE'],
    ['says nothing changed', { status: 304 }, 'ERR_REGISTRY_INVALID_RESPONSE'],
    ['explains its error at length', error(10_000), 'ERR_REGISTRY_NOT_FOUND'],
    ['explains its error without end', error(10 * MB), 'ERR_REGISTRY_NOT_FOUND'],
  ])('that %s', async (_name, effect, code) => {
    const registry = await fakeRegistryForTest();
    registry.fault({}, effect);
    const limits = code === 'ERR_REGISTRY_TIMEOUT' ? { headersTimeout: 100, bodyTimeout: 100, operationTimeout: 350 } : {};
    const started = performance.now();
    const memory = process.memoryUsage().rss;
    expect((await failureOf(connectForTest({ limits }).getManifest(registry.repository('app'), 'v1'))).code).toBe(code);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(process.memoryUsage().rss - memory).toBeLessThan(150 * MB);
  });

  it('that sends millions of tiny chunks', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        const chunks = Buffer.from('1\r\n \r\n'.repeat(20_000));
        const write = () => {
          while (!socket.destroyed) if (!socket.write(chunks)) return void socket.once('drain', write);
        };
        write();
      });
    });
    const host = await listen(server);
    const limits = { manifestBytes: MB };
    const started = performance.now();
    const memory = process.memoryUsage().rss;
    const client = connectForTest({ limits });
    expect((await failureOf(client.getManifest({ host, name: 'app', insecure: true }, 'v1'))).code).toBe('ERR_REGISTRY_TOO_LARGE');
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(process.memoryUsage().rss - memory).toBeLessThan(150 * MB);
  });

  it.each([
    ['speaks no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'ERR_REGISTRY_INVALID_RESPONSE'],
    ['switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', 'ERR_REGISTRY_TIMEOUT'],
    ['stops in the middle of its headers', 'HTTP/1.1 200 OK\r\nx: y', 'ERR_REGISTRY_TIMEOUT'],
    ['sends less than it announced', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}', 'ERR_REGISTRY_TIMEOUT'],
  ])('that %s', async (_name, answer, code) => {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      // 0x16 begins a TLS handshake: a server of plain http knows nothing of it.
      socket.once('data', (data) => (data[0] === 0x16 ? socket.destroy() : socket.write(answer)));
    });
    const host = await listen(server);
    const limits = code === 'ERR_REGISTRY_TIMEOUT' ? { headersTimeout: 100, bodyTimeout: 100, operationTimeout: 400 } : {};
    const failure = await failureOf(connectForTest({ limits }).getManifest({ host, name: 'app', insecure: true }, 'v1'));
    expect(failure.code).toBe(code);
    expect(JSON.stringify(failure.cause ?? '')).not.toContain('OpenSSH');
  });

  it('that takes connections and never speaks', async () => {
    const server = net.createServer(() => undefined);
    const host = await listen(server);
    const limits = { connectTimeout: 60, headersTimeout: 60, operationTimeout: 300 };
    const started = performance.now();
    for (const insecure of [true, false]) {
      const failure = await failureOf(connectForTest({ limits }).headManifest({ host, name: 'app', insecure }, 'v1'));
      expect(failure.code).toBe('ERR_REGISTRY_TIMEOUT');
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('leaves no connection behind', async () => {
    const registry = await fakeRegistryForTest();
    let open = 0;
    registry.fault({}, (request) => {
      open += 1;
      request.socket.once('close', () => (open -= 1));
    });
    const limits = { headersTimeout: 30, operationTimeout: 200 };
    const client = connectForTest({ limits });
    await Promise.allSettled(Array.from({ length: 10 }, () => client.headManifest(registry.repository('app'), 'v1')));
    await expect.poll(() => open).toBe(0);
  });
});

describe('redirects', () => {
  it('are followed without taking the password or token along', async () => {
    const storage = await fakeRegistryForTest();
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer' } });
    const { config } = registry.pushImage('app', 'v1');
    const client = connectForTest();
    await client.headManifest(registry.repository('app'), 'v1');
    registry.fault({ path: '/blobs/' }, { status: 307, headers: { location: `http://${storage.host}/signed?signature=abc` } });
    storage.fault({}, { status: 200, body: config.bytes });
    expect(await client.getBlob(registry.repository('app'), config.digest, 1e6)).toHaveLength(config.size);
    expect(storage.requests.map(({ path, authorization }) => [path, authorization])).toEqual([['/signed?signature=abc', '']]);
    // Another port of the same machine is another origin; the same origin keeps it.
    registry.fault({ path: '/blobs/', times: 1 }, { status: 308, headers: { location: '/v2/app/manifests/v1' } });
    await failureOf(client.getBlob(registry.repository('app'), config.digest, 1e6));
    expect(registry.requests.at(-1)).toMatchObject({ path: '/v2/app/manifests/v1', authorization: expect.stringMatching(/^Bearer /) });
  });

  it('tell nothing of signed URLs when they fail, and their challenges are not answered', async () => {
    const storage = await fakeRegistryForTest();
    const registry = await fakeRegistryForTest({ auth: { kind: 'basic', username: 'u', password: 'p' } });
    const { config } = registry.pushImage('app', 'v1');
    const client = connectForTest({ credentialsFor: async () => ({ username: 'u', password: 'p' }) });
    registry.fault({ path: '/blobs/' }, { status: 307, headers: { location: `http://${storage.host}/signed?signature=abc` } });
    storage.fault({}, { status: 401, headers: { 'www-authenticate': 'Basic realm="trap"' } });
    const failure = await failureOf(client.getBlob(registry.repository('app'), config.digest, 1e6));
    expect(failure.code).toBe('ERR_REGISTRY_UNAUTHORIZED');
    expect(storage.count()).toBe(1);
    await storage.close();
    const unreachable = await failureOf(client.getBlob(registry.repository('app'), config.digest, 1e6));
    expect(unreachable.code).toBe('ERR_REGISTRY_UNREACHABLE');
    expect(`${unreachable.message} ${JSON.stringify(unreachable.cause)}`).not.toContain('signature');
    // That storage cannot be reached says nothing about the scheme of the registry.
    registry.clearFaults();
    await client.headManifest(registry.repository('app'), 'v1');
  });

  it('end after five, and five are followed', async () => {
    const registry = await fakeRegistryForTest();
    registry.pushImage('app', 'v1');
    registry.fault({ times: 5 }, { status: 301, headers: { location: '/v2/app/manifests/v1' } });
    await connectForTest().headManifest(registry.repository('app'), 'v1');
    expect(registry.count()).toBe(6);
  });
});

describe('the network guard', () => {
  it.each(['127.0.0.1:1', 'localhost:1', '[::1]:1', '169.254.169.254', '10.0.0.1', '[::ffff:127.0.0.1]:1', '0x7f.1:1', '127.1:1'])(
    'calls no registry at %s',
    async (host) => {
      const client = connectForTest({ allowPrivateAddresses: false });
      for (const insecure of [true, false]) {
        expect((await failureOf(client.headManifest({ host, name: 'app', insecure }, 'v1'))).code).toBe('ERR_REGISTRY_FORBIDDEN_ADDRESS');
      }
    },
  );

  it('stands before redirects and token services too', async () => {
    const inside = await fakeRegistryForTest();
    const registry = await fakeRegistryForTest();
    // Only the registry itself counts as being outside.
    const open = createTransport({ allowPrivateAddresses: true, limits: DEFAULT_LIMITS });
    const guarded = createTransport({ allowPrivateAddresses: false, limits: DEFAULT_LIMITS });
    onTestFinished(() => open.close());
    const send: Send = (request) => (request.url.host === registry.host ? open : guarded).send(request);
    const parts = { send, limits: DEFAULT_LIMITS, now: Date.now, random: Math.random };
    const request = createSession({ ...parts, hosts: createHostMemory(parts), tokens: createTokenSource(parts) });
    const read = () => {
      const deadline = performance.now() + 5_000;
      return request({
        method: 'GET',
        repository: registry.repository('app'),
        path: 'manifests/v1',
        accept: '*/*',
        maxBytes: 100,
        deadline,
      });
    };
    registry.fault({}, { status: 307, headers: { location: `http://${inside.host}/latest/meta-data` } });
    expect((await failureOf(read())).code).toBe('ERR_REGISTRY_FORBIDDEN_ADDRESS');
    registry.fault({}, { status: 401, headers: { 'www-authenticate': `Bearer realm="http://${inside.host}/token"` } });
    expect((await failureOf(read())).code).toBe('ERR_REGISTRY_FORBIDDEN_ADDRESS');
    expect(inside.count()).toBe(0);
  });
});

async function listen(server: net.Server): Promise<string> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}
