import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGet } from '../../../functions/access/logins/outbound-get.ts';

let server: Server;
let origin: string;
let ca: string;
const seen: string[] = [];

beforeAll(async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'id' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  ca = cert;
  server = createServer({ cert, key }, ({ url = '', headers }, response) => {
    seen.push(url);
    if (url === '/redirect') return response.writeHead(302, { location: `${origin}/elsewhere` }).end();
    if (url === '/large') return response.end('x'.repeat(1_001));
    if (url !== '/hang') response.end(headers.accept);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (path: string, more: { readonly allowPrivateAddresses?: boolean; readonly certificates?: string } = {}) =>
  createGet({ allowPrivateAddresses: true, certificates: ca, ...more })({
    url: new URL(`${origin}${path}`),
    headers: { accept: 'application/json' },
    timeout: path === '/hang' ? 100 : 5_000,
    maxBytes: 1_000,
  });

describe('what a login asks', () => {
  it('is answered', async () => {
    const { status, body } = await ask('/ok');
    expect([status, Buffer.from(body).toString()]).toEqual([200, 'application/json']);
  });

  it('is not sent on', async () => {
    expect(await ask('/redirect')).toMatchObject({ status: 302 });
    expect(seen).not.toContain('/elsewhere');
  });

  it.each([
    ['of a machine nobody vouches for', '/stranger?secret', { certificates: undefined }, 'cannot reach 127.0.0.1'],
    ['at a private address', '/private?secret', { allowPrivateAddresses: false }, 'is not called'],
    ['that sends too much', '/large', {}, 'is larger than 1000 bytes'],
    ['that does not answer', '/hang', {}, 'timed out'],
  ])('ends, and tells nothing of the URL: %s', async (_, path, more, message) => {
    const failure = await ask(path, more).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'LoginUnavailableError', message: expect.stringContaining(message) as string });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('secret');
    if (path.includes('secret')) expect(seen).not.toContain(path);
  });
});
