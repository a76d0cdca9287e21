import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGithubTarget } from '../../../functions/triggers/targets/github.ts';
import { createOutboundRequest } from '../../../functions/triggers/targets/http/outbound-request.ts';
import type { Delivery } from '../../../functions/triggers/targets/target.ts';
import type { GithubTarget } from '../../../functions/triggers/target-spec.ts';
import { deliveredImage, deliveryTo } from './aws/aws-delivery.ts';

const NOW = Date.parse('2026-08-01T10:00:00Z');
const TOKEN = 'github_pat_secret';

let server: Server;
let apiUrl: string;
let received: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[];
let answer: { status: number; headers?: Record<string, string> } | 'reset' | 'hang';

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      if (answer === 'reset') response.destroy();
      else if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(`{"message":"${TOKEN}"}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  received = [];
  answer = { status: 204 };
});

const SECRETS: Readonly<Record<string, string>> = { 'shop/bot/token': `${TOKEN}\n`, 'shop/bot/empty': '', 'shop/bot/lines': 'a\r\nb' };

function deliver(over: Partial<GithubTarget> = {}, delivery: Partial<Delivery<GithubTarget>> = {}, allowPrivateAddresses = true) {
  const target = createGithubTarget({
    secrets: {
      readSecretValue: async (namespace, name, key) => {
        const value = SECRETS[`${namespace}/${name}/${key}`];
        return value === undefined ? null : Buffer.from(value);
      },
    },
    send: createOutboundRequest({ allowPrivateAddresses, timeout: 200, callee: 'GitHub' }),
    clock: () => NOW,
  });
  const spec = { owner: 'shop', repository: 'web', apiUrl, tokenSecretRef: { name: 'bot', key: 'token' }, ...over };
  return target.deliver(deliveryTo<GithubTarget>(spec, delivery));
}

describe('github target', () => {
  it('dispatches an event that has the id of the delivery', async () => {
    expect(await deliver()).toEqual({ kind: 'delivered' });
    expect(received).toMatchObject([
      {
        method: 'POST',
        url: '/api/v3/repos/shop/web/dispatches',
        headers: {
          accept: 'application/vnd.github+json',
          authorization: `Bearer ${TOKEN}`,
          'user-agent': 'image-streams',
          'x-github-api-version': '2022-11-28',
        },
      },
    ]);
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      event_type: 'image-trigger-delivery',
      client_payload: {
        id: 'msg_1',
        time: '2026-08-01T10:00:00.250Z',
        trigger: { namespace: 'shop', name: 'deploy' },
        images: [deliveredImage()],
      },
    });
  });

  it('dispatches the same event when it is asked twice, of the type that is wanted', async () => {
    await deliver({ eventType: 'web-image' });
    await deliver({ eventType: 'web-image' });
    expect(received[0]?.body).toBe(received[1]?.body);
    expect(received[0]?.body).toContain('"event_type":"web-image"');
  });

  it('fits what GitHub takes, with as many images as a trigger has', async () => {
    const long = { stream: 's'.repeat(200), dockerImageReference: `quay.io/${'s'.repeat(255)}@${deliveredImage().image}` };
    await deliver({}, { images: Array.from({ length: 20 }, () => deliveredImage(long)) });
    expect(Buffer.byteLength(received[0]?.body ?? '')).toBeLessThan(65_536);
    const { client_payload: payload } = JSON.parse(received[0]?.body ?? '') as { client_payload: object };
    expect(Object.keys(payload).length).toBeLessThanOrEqual(10);
  });

  it('only looks at the repository on a dry run', async () => {
    answer = { status: 200 };
    expect(await deliver({}, { dryRun: true })).toEqual({ kind: 'delivered', message: 'the repository is there' });
    expect(received).toMatchObject([
      { method: 'GET', url: '/api/v3/repos/shop/web', body: '', headers: { authorization: `Bearer ${TOKEN}` } },
    ]);
  });

  const reset = String(NOW / 1000 + 600);
  it.each<[number, Record<string, string>, object]>([
    [429, { 'retry-after': '17' }, { kind: 'retry', reason: 'RateLimited', retryAfter: 17 }],
    [403, { 'retry-after': '60' }, { kind: 'retry', reason: 'RateLimited', retryAfter: 60 }],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }, { kind: 'retry', reason: 'RateLimited', retryAfter: 600 }],
    [429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }, { kind: 'retry', reason: 'RateLimited', retryAfter: 1 }],
    [429, { 'x-ratelimit-remaining': '0' }, { kind: 'retry', reason: 'RateLimited', retryAfter: 60 }],
    [429, {}, { kind: 'retry', reason: 'RateLimited', retryAfter: 60 }],
    [
      403,
      { 'x-ratelimit-remaining': '4999' },
      { kind: 'refused', reason: 'Forbidden', message: expect.stringContaining('may not write contents') },
    ],
    [401, {}, { kind: 'refused', reason: 'Unauthorized' }],
    [404, {}, { kind: 'refused', reason: 'RepositoryNotFound', message: expect.stringContaining('or the token may not') }],
    [422, {}, { kind: 'refused', reason: 'InvalidEvent' }],
    [400, {}, { kind: 'refused', reason: 'GithubRefused' }],
    [500, {}, { kind: 'retry', reason: 'GithubUnavailable', message: 'GitHub answered 500' }],
    [503, {}, { kind: 'retry', reason: 'GithubUnavailable' }],
    [408, {}, { kind: 'retry', reason: 'GithubUnavailable' }],
  ])('takes the answer %i with %j for %j', async (status, headers, outcome) => {
    answer = { status, headers };
    for (const dryRun of [false, true]) {
      const got = await deliver({}, { dryRun });
      expect(got).toMatchObject(outcome);
      expect(JSON.stringify(got)).not.toContain(TOKEN);
    }
  });

  it.each([301, 302, 307])('does not take its token elsewhere (%i)', async (status) => {
    answer = { status, headers: { location: `${apiUrl}/repositories/1/dispatches` } };
    expect(await deliver()).toMatchObject({ kind: 'refused', reason: 'RepositoryMoved' });
    expect(received).toHaveLength(1);
  });

  it('tries again when nobody answers', async () => {
    answer = 'reset';
    expect(await deliver()).toEqual({ kind: 'retry', reason: 'Unreachable', message: 'GitHub cannot be reached: ECONNRESET' });
    answer = 'hang';
    expect(await deliver()).toEqual({ kind: 'retry', reason: 'Timeout', message: 'GitHub did not answer in time' });
    expect(await deliver({}, { signal: AbortSignal.abort() })).toMatchObject({ kind: 'retry', reason: 'Timeout' });
  });

  it.each<[string, string]>([
    ['missing', 'NoToken'],
    ['empty', 'InvalidToken'],
    ['lines', 'InvalidToken'],
  ])('calls nobody with the token %j', async (key, reason) => {
    expect(await deliver({ tokenSecretRef: { name: 'bot', key } })).toMatchObject({ kind: 'refused', reason });
    expect(received).toEqual([]);
  });

  it.each(['https://127.0.0.1', 'https://169.254.169.254', 'https://localhost', 'http://hooks.example'])(
    'does not call %s unless the deployment allows it',
    async (forbidden) => {
      expect(await deliver({ apiUrl: forbidden }, {}, false)).toMatchObject({ kind: 'refused' });
    },
  );
});
