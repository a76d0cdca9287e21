import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalRuntime } from '../../lib/local/index.ts';
import { fetchFrom, fetchOverHttp2 } from './http.ts';
import { startToy } from './toy-stack.ts';

let runtime: LocalRuntime;
const lines: string[] = [];
beforeAll(async () => {
  runtime = await startToy({ log: (name, line) => lines.push(`${name} ${line}`), workersPerFunction: 2 });
});
afterAll(() => runtime.stop());

describe('events', () => {
  it('carry what payload format 2.0 promises', async () => {
    const answer = await fetchFrom(runtime, '/items/a@b:c?x=1&x=%202', { headers: { 'X-Many': 'a', 'user-agent': 'me' } });
    const { event, environment, remaining } = answer.json();
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /items/{id}',
      rawPath: '/items/a@b:c',
      rawQueryString: 'x=1&x=%202',
      queryStringParameters: { x: '1, 2' },
      pathParameters: { id: 'a@b:c' },
      headers: { 'x-many': 'a', 'x-forwarded-proto': 'https' },
      requestContext: {
        stage: '$default',
        http: { method: 'GET', path: '/items/a@b:c', protocol: 'HTTP/1.1', userAgent: 'me', sourceIp: '127.0.0.1' },
      },
      isBase64Encoded: false,
    });
    expect(environment).toEqual({ greeting: 'hello', url: `${runtime.awsEndpoint}/000000000000/Queue.fifo`, name: 'Echo' });
    expect(remaining).toBeGreaterThan(1000);
  });

  it('come over HTTP/2 alike', async () => {
    const { status, body } = await fetchOverHttp2(runtime, '/two?a=b');
    expect(status).toBe(200);
    expect(JSON.parse(body).event).toMatchObject({
      rawPath: '/two',
      headers: { accept: 'x' },
      requestContext: { http: { protocol: 'HTTP/2' } },
    });
  });
});

describe('answers', () => {
  it('pass status, headers and binary bodies', async () => {
    const answer = await fetchFrom(runtime, '/binary');
    expect([answer.status, answer.headers['content-type'], [...answer.body]]).toEqual([201, 'image/png', [0, 1, 2]]);
    expect((await fetchFrom(runtime, '/binary', { method: 'HEAD' })).headers['content-length']).toBe('3');
  });

  it('set cookies', async () => {
    const answer = await fetchFrom(runtime, '/cookies');
    expect([answer.status, answer.headers['set-cookie']]).toEqual([204, ['a=1', 'b=2']]);
  });

  it('without a status code are JSON', async () => {
    expect((await fetchFrom(runtime, '/plain')).json()).toEqual({ answer: 42 });
  });

  it.each(['/throw', '/crash', '/large'])('of %s are 500, and the next request is served', async (path) => {
    const answer = await fetchFrom(runtime, path);
    expect([answer.status, answer.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    expect((await fetchFrom(runtime, '/plain')).status).toBe(200);
  });

  it('that come too late are 503', async () => {
    expect((await fetchFrom(runtime, '/slow?1200')).status).toBe(503);
  });

  it('wait in turn when every worker is busy', async () => {
    const statuses = await Promise.all([1, 2, 3, 4].map(async () => (await fetchFrom(runtime, '/slow?200')).status));
    expect(statuses).toEqual([200, 200, 200, 200]);
  });

  it('leave the reason in the log', () => {
    expect(lines).toContain('echo request /throw');
    expect(lines.some((line) => line.includes('RangeError: on purpose'))).toBe(true);
  });
});

describe('limits', () => {
  it('431: request line and headers over 10,240 bytes', async () => {
    expect((await fetchFrom(runtime, '/plain', { headers: { x: 'x'.repeat(9000) } })).status).toBe(200);
    expect((await fetchFrom(runtime, '/plain', { headers: { x: 'x'.repeat(10_300) } })).status).toBe(431);
  });

  it('413: more than 10 MB, or than Lambda takes', async () => {
    const answer = await fetchFrom(runtime, '/plain', { method: 'POST', body: Buffer.alloc(11_000_000) });
    expect([answer.status, answer.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
    expect((await fetchFrom(runtime, '/plain', { method: 'POST', body: Buffer.alloc(5_000_000) })).status).toBe(413);
    expect((await fetchFrom(runtime, '/plain', { method: 'POST', body: Buffer.alloc(4_000_000) })).status).toBe(200);
  });

  it('400: a path that cannot be decoded', async () => {
    expect((await fetchFrom(runtime, '/%zz')).status).toBe(400);
  });
});

describe('authorizer', () => {
  const ask = (token?: string, path = '/secret/x') => fetchFrom(runtime, path, token ? { headers: { authorization: token } } : {});

  it('is not asked without its identity source', async () => {
    const answer = await ask();
    expect([answer.status, answer.json()]).toEqual([401, { message: 'Unauthorized' }]);
  });

  it('denies, fails, and hands its context on', async () => {
    expect((await ask('denied')).status).toBe(403);
    expect((await ask('broken')).status).toBe(500);
    expect((await ask('alice')).json().event.requestContext.authorizer.lambda).toMatchObject({ user: 'alice' });
  });

  it('is cached by its identity source, over routes and concurrent requests', async () => {
    const before = runtime.stats.functions['authorize']?.invocations ?? 0;
    const answers = await Promise.all(['/secret/a', '/secret/b', '/secret/c'].map((path) => ask('bob', path)));
    const calls = answers.map((answer) => answer.json().event.requestContext.authorizer.lambda.calls as number);
    expect(new Set(calls).size).toBe(1);
    expect(runtime.stats.functions['authorize']?.invocations).toBe(before + 1);
  });
});
