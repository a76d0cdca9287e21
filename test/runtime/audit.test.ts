/** One line for each request, whatever becomes of it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Context } from 'aws-lambda';
import { describe, expect, it, test } from 'vitest';
import { ApiError } from '../../functions/kubernetes/api-error.ts';
import { alreadyExists, forbidden } from '../../functions/kubernetes/status.ts';
import { createHttpFunction, createHttpHandler, type HttpHandler } from '../../functions/runtime/http-function.ts';
import type { HttpEvent } from '../../functions/runtime/http-request.ts';
import { logged } from './logged.ts';

const ALICE = { user: 'alice', uid: 'u-1', groups: ['developers', 'system:authenticated'] };
const NAMESPACE = '/api/v1/namespaces/shop';

interface Over {
  readonly method?: string;
  readonly path?: string;
  readonly lambda?: object;
  readonly userAgent?: string;
}

function event({ method = 'GET', path = NAMESPACE, lambda = ALICE, userAgent = 'kubectl/v1.33' }: Over = {}): HttpEvent {
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.7', userAgent };
  const requestContext = { http, stage: '$default', requestId: 'r1', authorizer: { lambda } };
  return { rawPath: path, rawQueryString: 'token=abcdef', headers: {}, isBase64Encoded: false, requestContext } as unknown as HttpEvent;
}

const context = (remaining = 10_000) =>
  ({ getRemainingTimeInMillis: () => remaining, functionName: 'f', awsRequestId: 'a' }) as unknown as Context;

/** The audit lines of one request. */
async function audited(handler: HttpHandler, sent: HttpEvent = event(), time?: number): Promise<readonly unknown[]> {
  const lines = await logged(() => handler(sent, context(time)));
  return lines.flatMap(({ audit }) => (audit === undefined ? [] : [audit]));
}

const serve = (get: () => Promise<object>, decision = { allowed: true, reason: 'admin of shop' }) =>
  createHttpFunction({ authorize: async () => decision }, { '/v1/namespaces': { get } });
const found = serve(async () => ({ metadata: {} }));
const refused = serve(() => Promise.reject(new ApiError(forbidden('', 'namespaces', 'shop', 'it is full'))));

const WHO = {
  id: 'r1',
  time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
  user: 'alice',
  uid: 'u-1',
  groups: ['developers', 'system:authenticated'],
  sourceIp: '192.0.2.7',
  userAgent: 'kubectl/v1.33',
  duration: expect.any(Number) as unknown,
};
const WHAT = { verb: 'get', group: '', version: 'v1', resource: 'namespaces', namespace: 'shop', name: 'shop' };
const { user: _user, uid: _uid, groups: _groups, ...SOMEBODY } = WHO;

describe('the line', () => {
  test.each<[string, HttpHandler, HttpEvent, object]>([
    ['of what was done', found, event(), { ...WHO, ...WHAT, allowed: true, reason: 'admin of shop', code: 200 }],
    [
      'of what the authorizer denies',
      serve(async () => ({}), { allowed: false, reason: '' }),
      event(),
      {
        ...WHO,
        ...WHAT,
        allowed: false,
        reason: 'namespaces "shop" is forbidden: User "alice" cannot get resource "namespaces" in API group "" in the namespace "shop"',
        code: 403,
      },
    ],
    [
      'of what is refused later',
      refused,
      event(),
      { ...WHO, ...WHAT, allowed: false, reason: 'namespaces "shop" is forbidden: it is full', code: 403 },
    ],
    [
      'of somebody unknown',
      found,
      event({ lambda: { reason: 'expired token' } }),
      { ...SOMEBODY, ...WHAT, allowed: false, reason: 'expired token', code: 401 },
    ],
    [
      'of a resource nobody serves',
      found,
      event({ path: '/apis/example.io/v1/namespaces/a/widgets/b' }),
      {
        ...WHO,
        ...{ verb: 'get', group: 'example.io', version: 'v1', resource: 'widgets', namespace: 'a', name: 'b' },
        path: '/apis/example.io/v1/namespaces/a/widgets/b',
        code: 404,
      },
    ],
    ['of a path', found, event({ path: '/healthz' }), { ...WHO, verb: 'get', path: '/healthz', code: 404 }],
    [
      'of what breaks',
      serve(() => Promise.reject(new Error('inner detail'))),
      event(),
      { ...WHO, ...WHAT, allowed: true, reason: 'admin of shop', code: 500 },
    ],
    ['of what breaks outside', createHttpHandler(() => Promise.reject(new Error('inner'))), event(), { ...WHO, ...WHAT, code: 500 }],
  ])('%s is one', async (_what, handler, sent, record) => {
    expect(await audited(handler, sent)).toEqual([record]);
  });

  test.each([
    ['made', async () => ({ metadata: { name: 'shop' } })],
    ['refused', () => Promise.reject(new ApiError(alreadyExists('', 'namespaces', 'shop')))],
  ])('names what is %s by a POST', async (_what, create: () => Promise<object>) => {
    const handler = createHttpFunction({ authorize: async () => ({ allowed: true, reason: '' }) }, { '/v1/namespaces': { create } });
    const body = JSON.stringify({ kind: 'Namespace', apiVersion: 'v1', metadata: {} });
    const sent = { ...event({ method: 'POST', path: '/api/v1/namespaces' }), body, headers: { 'content-type': 'application/json' } };
    expect(await audited(handler, sent)).toMatchObject([{ verb: 'create', resource: 'namespaces', name: 'shop', allowed: true }]);
  });

  it('of what runs out of time is one, also when it ends later', async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const handler = serve(() => promise);
    let answer: unknown;
    const lines = await logged(async () => {
      answer = await handler(event(), context(520));
      resolve({ metadata: {} });
      await new Promise((done) => setTimeout(done, 20));
    });
    expect(answer).toMatchObject({ statusCode: 504, headers: { 'audit-id': 'r1' } });
    expect(lines.flatMap(({ audit }) => (audit === undefined ? [] : [audit]))).toEqual([
      { ...WHO, ...WHAT, allowed: true, reason: 'admin of shop', code: 504 },
    ]);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'ERROR', message: 'request ran out of time', auditId: 'r1' }));
  });

  it('tells the code that is sent', async () => {
    const large = serve(async () => ({ metadata: { annotations: { a: 'x'.repeat(7_000_000) } } }));
    expect(await audited(large)).toMatchObject([{ code: 413, allowed: true }]);
  });

  it('holds no more than it should, whatever is sent', async () => {
    const groups = Array.from({ length: 50 }, (_, index) => `${index}`.padEnd(5_000, 'g'));
    const sent = event({
      path: `/api/v1/namespaces/${'n'.repeat(9_000)}`,
      lambda: { ...ALICE, groups },
      userAgent: `a\u0007\n${'b'.repeat(9_000)}`,
    });
    const [record] = (await audited(found, sent)) as readonly { userAgent: string; moreGroups: number }[];
    expect(JSON.stringify(record).length).toBeLessThan(8_000);
    expect(record?.userAgent.slice(0, 4)).toBe('a  b');
    expect(record?.moreGroups).toBe(30);
  });

  it('is not kept back by a log level', async () => {
    const module = new URL('../../functions/runtime/observe-request.ts', import.meta.url);
    const asked = { request: null, info: { isResourceRequest: false, verb: 'get', path: '/' }, isKnown: false };
    const script = `import { observeRequest } from ${JSON.stringify(module.href)};
      observeRequest(${JSON.stringify(event())}, ${JSON.stringify(asked)}, { code: 200, response: null, started: 0, ended: 1 });`;
    const env = { ...process.env, POWERTOOLS_LOG_LEVEL: 'ERROR', POWERTOOLS_METRICS_DISABLED: 'true' };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
    expect(JSON.parse(stdout)).toMatchObject({ message: 'request', audit: { id: 'r1', path: '/' } });
  });
});
