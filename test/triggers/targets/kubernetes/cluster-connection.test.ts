import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createConnectCluster } from '../../../../functions/triggers/targets/kubernetes/cluster-connection.ts';

let tls: { cert: string; key: string };
let server: Server | undefined;
beforeAll(async () => {
  const made = await generate([{ name: 'commonName', value: 'api' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  tls = { cert: made.cert, key: made.private };
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function connectTo(listener: RequestListener, over: { maxBytes?: number; timeout?: number; allowPrivateAddresses?: boolean } = {}) {
  const started = createServer(tls, listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const connect = createConnectCluster({ allowPrivateAddresses: true, timeout: 5000, maxBytes: 1000, ...over });
  const access = { server: `https://127.0.0.1:${(started.address() as AddressInfo).port}`, ca: tls.cert, token: 't' };
  return connect(access, new AbortController().signal);
}
const refusalOf = async (attempt: Promise<unknown>) => {
  try {
    await attempt;
  } catch (error) {
    return (error as { refusal: { kind: string; reason: string } }).refusal;
  }
  throw new Error('it was answered');
};
const GET = { method: 'GET', path: '/api' } as const;

describe('a connection to an API server', () => {
  it('is one for all requests of a delivery, and ends with it', async () => {
    const connection = await connectTo((_, response) => void response.end('{}'));
    const sockets: Socket[] = [];
    server?.on('secureConnection', (socket) => void sockets.push(socket));
    for (let times = 0; times < 3; times++) expect(await connection.send(GET)).toMatchObject({ status: 200 });
    expect(sockets).toHaveLength(1);
    const closed = new Promise((resolve) => sockets[0]?.once('close', resolve));
    connection.close();
    await closed;
  });

  it('does not read an endless answer', async () => {
    let sent = 0;
    const connection = await connectTo((_, response) => {
      const chunk = Buffer.alloc(16_384);
      const push = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', push).on('error', () => undefined);
      push();
    });
    expect(await refusalOf(connection.send(GET))).toMatchObject({ kind: 'refused', reason: 'AnswerTooLarge' });
    expect(sent).toBeLessThan(20_000_000);
    connection.close();
  });

  it.each(['{},', '[],', '{"a":[],"b":{}},'])('takes no answer that is small and fills the memory: %s', async (item) => {
    const items = item.repeat(3_000_000 / item.length).slice(0, -1);
    const connection = await connectTo((_, response) => void response.end(`{"items":[${items}]}`), { maxBytes: 4_000_000 });
    expect(await refusalOf(connection.send(GET))).toMatchObject({ kind: 'refused', reason: 'AnswerTooLarge' });
    connection.close();
  });

  it.each<[string, RequestListener]>([
    ['that never comes', () => undefined],
    ['that never ends', (_, response) => void response.writeHead(200).write('{')],
  ])('does not wait for an answer %s', async (_, listener) => {
    const connection = await connectTo(listener, { timeout: 150 });
    expect(await refusalOf(connection.send(GET))).toMatchObject({ kind: 'retry', reason: 'Timeout' });
    connection.close();
  });

  it('takes no half of an answer for the whole', async () => {
    const connection = await connectTo((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{}', () => request.socket.destroy());
    });
    expect(await refusalOf(connection.send(GET))).toMatchObject({ kind: 'retry', reason: 'Unreachable' });
    connection.close();
  });

  it('is not made into our own network', async () => {
    const connection = await connectTo((_, response) => void response.end('{}'), { allowPrivateAddresses: false });
    expect(await refusalOf(connection.send(GET))).toMatchObject({ kind: 'refused', reason: 'ForbiddenAddress' });
    connection.close();
  });
});
