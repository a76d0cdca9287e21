import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { createWebhookPost, type PostOptions } from '../../../../functions/triggers/targets/http/webhook-post.ts';

const NEVER = new AbortController().signal;

/** Calls without a signal, which most tests have no use for. */
function createPost(options: PostOptions) {
  const send = createWebhookPost(options);
  return (url: string, headers: Readonly<Record<string, string>>, body: string, signal = NEVER) => send(url, headers, body, signal);
}

const post = createPost({ allowPrivateAddresses: true, timeout: 2000 });
const servers: { close(): unknown; closeAllConnections?(): void }[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

describe('webhook post', () => {
  it('sends method, path, headers and bytes as they are, and tells the status', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      void readText(request).then((body) => {
        seen.push([request.method, request.url, request.headers['webhook-id'], request.headers['content-length'], body]);
        response.writeHead(202, { 'retry-after': '7' }).end('thank you');
      });
    });
    const body = '{"tag":"ü"}';
    expect(await post(`${url}/deploy?env=prod`, { 'webhook-id': 'msg_1' }, body)).toEqual({
      kind: 'answered',
      status: 202,
      retryAfter: '7',
    });
    expect(seen).toEqual([['POST', '/deploy?env=prod', 'msg_1', String(Buffer.byteLength(body)), body]]);
  });

  it('connects anew for every request, so that every request is guarded', async () => {
    const url = await serve((_, response) => void response.end());
    let connections = 0;
    (servers[0] as Server).on('connection', () => (connections += 1));
    await post(url, {}, '{}');
    await post(url, {}, '{}');
    expect(connections).toBe(2);
  });

  it('does not follow redirects', async () => {
    const paths: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await post(`${url}/here`, {}, '{}')).toMatchObject({ kind: 'answered', status: 307 });
    expect(paths).toEqual(['/here']);
  });

  it('reads a bounded part of an endless answer', async () => {
    let sent = 0;
    const url = await serve((_, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(16_384);
      const push = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', push);
      push();
    });
    expect(await post(url, {}, '{}')).toMatchObject({ kind: 'answered', status: 200 });
    expect(sent).toBeLessThan(50_000_000);
  });

  it('counts a status whose body never ends or breaks off', async () => {
    const quick = createPost({ allowPrivateAddresses: true, timeout: 150 });
    const hanging = await serve((_, response) => void response.writeHead(200).write('a'));
    expect(await quick(hanging, {}, '{}')).toMatchObject({ kind: 'answered', status: 200 });
    const breaking = await serve((request, response) => {
      response.writeHead(500, { 'content-length': '100' }).write('a', () => request.socket.destroy());
    });
    expect(await quick(breaking, {}, '{}')).toMatchObject({ kind: 'answered', status: 500 });
  });

  it('gives up on a receiver that does not answer', async () => {
    const url = await serve(() => undefined);
    const start = Date.now();
    const answer = await createPost({ allowPrivateAddresses: true, timeout: 100 })(url, {}, '{}');
    expect(answer).toEqual({ kind: 'unreachable', reason: 'Timeout', message: 'the webhook did not answer in time' });
    expect(Date.now() - start).toBeLessThan(1500);
  });

  it.each([0, 50])('gives up when its time is over after %i ms', async (milliseconds) => {
    const url = await serve(() => undefined);
    const signal = milliseconds === 0 ? AbortSignal.abort() : AbortSignal.timeout(milliseconds);
    expect(await post(url, {}, '{}', signal)).toMatchObject({ kind: 'unreachable', reason: 'Timeout' });
  });

  it('gives up on a receiver that trickles its headers', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      const timer = setInterval(() => socket.write('H'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answer = await createPost({ allowPrivateAddresses: true, timeout: 100 })(url, {}, '{}');
    expect(answer.kind).toBe('unreachable');
  });

  it('names the failure in words that stay the same', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await post(url, {}, '{}')).toEqual({
      kind: 'unreachable',
      reason: 'Unreachable',
      message: 'the webhook cannot be reached: ECONNRESET',
    });
    const [server] = servers;
    server?.closeAllConnections?.();
    await new Promise<void>((resolve) => (server as Server).close(() => resolve()));
    servers.length = 0;
    expect(await post(url, {}, '{}')).toMatchObject({ kind: 'unreachable', message: 'the webhook cannot be reached: ECONNREFUSED' });
  });

  it.each(['http://hooks.example/', 'ftp://hooks.example/', 'nonsense', ''])('refuses %j', async (url) => {
    const strict = createPost({ allowPrivateAddresses: false, timeout: 100 });
    expect(await strict(url, {}, '{}')).toMatchObject({ kind: 'refused', reason: 'InvalidUrl' });
  });

  it.each([
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://169.254.169.254/latest',
    'https://10.1.2.3:8443/',
    'https://0x7f000001/',
    'https://localhost/',
  ])('does not call %s', async (url) => {
    const strict = createPost({ allowPrivateAddresses: false, timeout: 2000 });
    expect(await strict(url, {}, '{}')).toMatchObject({ kind: 'refused', reason: 'ForbiddenAddress' });
  });

  it('does not trust a certificate nobody vouches for', async () => {
    const pems = await generate([{ name: 'commonName', value: '127.0.0.1' }], { keySize: 2048 });
    let called = false;
    const server = createTlsServer({ key: pems.private, cert: pems.cert }, (_, response) => {
      called = true;
      response.end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    expect(await post(url, {}, '{}')).toMatchObject({
      kind: 'unreachable',
      message: 'the webhook cannot be reached: DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(called).toBe(false);
  });
});
