import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createHttpFunction, createHttpHandler } from '../../functions/runtime/http-function.ts';
import type { HttpEvent } from '../../functions/runtime/http-request.ts';
import { SERVER_VERSION } from '../../functions/runtime/server-version.ts';
import { logged } from './logged.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { EVERYBODY_MAY } from '../support/everybody-may.ts';

const ALICE = { user: 'alice', groups: ['system:authenticated'] };

function event(rawPath: string, lambda: object | undefined = ALICE): HttpEvent {
  return {
    rawPath,
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    requestContext: {
      http: { method: 'GET' },
      stage: '$default',
      requestId: 'r1',
      ...(lambda === undefined ? {} : { authorizer: { lambda } }),
    },
  } as unknown as HttpEvent;
}

function context(remaining = 10_000): Context {
  return { getRemainingTimeInMillis: () => remaining, functionName: 'f', awsRequestId: 'a' } as unknown as Context;
}

const authorizer = EVERYBODY_MAY;

describe('HTTP function', () => {
  it('serves its resources of the table', async () => {
    const handler = createHttpFunction(authorizer, {
      '/v1/namespaces': { get: async (_context, name: string) => ({ metadata: { name } }) },
    });
    const answers: unknown[] = [];
    await logged(async () => {
      answers.push(await handler(event('/api/v1/namespaces/proj'), context()));
      answers.push(await handler(event('/api/v1/namespaces/proj', { reason: 'unknown token' }), context()));
      answers.push(await handler(event('/api/v1/pods/x'), context()));
    });
    expect(answers).toMatchObject([
      { statusCode: 200, body: '{"metadata":{"name":"proj"}}', headers: { 'audit-id': 'r1' } },
      { statusCode: 401 },
      { statusCode: 404, body: expect.stringContaining('the server could not find the requested resource') as string },
    ]);
  });

  it('lists what lives elsewhere, once somebody is known', async () => {
    const handler = createHttpFunction(authorizer, {});
    const path = '/api/v1/namespaces/shop/pods';
    const answers: unknown[] = [];
    await logged(async () => {
      for (const each of [event(path), event(`${path}/web`), event(path, { reason: 'unknown token' })]) {
        answers.push(await handler(each, context()));
      }
    });
    expect(answers).toMatchObject([
      { statusCode: 200, body: expect.stringMatching(/"kind":"PodList".*"items":\[\]/) as string },
      { statusCode: 404 },
      { statusCode: 401 },
    ]);
  });

  it('logs and measures each request without its content', async () => {
    const handler = createHttpFunction(authorizer, { '/v1/namespaces': { get: async () => ({ metadata: {} }) } });
    const request = { ...event('/api/v1/namespaces/proj'), headers: { authorization: 'Bearer sha256~very-secret' } };
    const lines = await logged(() => handler(request, context()));
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'request', verb: 'get', resource: 'namespaces', name: 'proj', code: 200, user: 'alice' }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ RequestCount: 1, RequestLatency: expect.any(Number), verb: 'get', resource: 'namespaces', code: '200' }),
    );
    expect(JSON.stringify(lines)).not.toContain('very-secret');
  });

  it('logs what a resource did not foresee and answers 500 that tells nothing', async () => {
    const handler = createHttpFunction(authorizer, { '/v1/namespaces': { get: () => Promise.reject(new Error('inner detail')) } });
    let answer: unknown;
    const lines = await logged(async () => (answer = await handler(event('/api/v1/namespaces/proj'), context())));
    expect(answer).toMatchObject({ statusCode: 500 });
    expect(JSON.stringify(answer)).not.toContain('inner detail');
    expect(lines).toContainEqual(expect.objectContaining({ message: 'request failed', level: 'ERROR' }));
  });

  it('does not let clients make up metrics', async () => {
    const handler = createHttpFunction(authorizer, { '/v1/namespaces': { get: async () => ({ metadata: {} }) } });
    const lines = await logged(() => handler(event('/api/v1/namespaces/proj/whatever/x', { reason: 'no bearer token' }), context()));
    expect(lines).toContainEqual(expect.objectContaining({ RequestCount: 1, verb: 'none', resource: 'none', code: '401' }));
  });

  it('answers 500 that tells nothing when something breaks outside the pipeline, and logs it', async () => {
    const handler = createHttpHandler(() => Promise.reject(new Error('inner detail')));
    let answer: unknown;
    const lines = await logged(async () => (answer = await handler(event('/'), context())));
    expect(answer).toMatchObject({ statusCode: 500, headers: { 'audit-id': 'r1' } });
    expect(JSON.stringify(answer)).not.toContain('inner detail');
    expect(JSON.stringify(lines)).toContain('inner detail');
  });

  it('answers 504 before Lambda ends it', async () => {
    const handler = createHttpHandler(() => new Promise(() => undefined));
    let answer: { body?: string } = {};
    await logged(async () => (answer = await handler(event('/'), context(520))));
    expect(answer).toMatchObject({ statusCode: 504 });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ kind: 'Status', reason: 'Timeout', code: 504 });
  });
});

it('says which product it is', () => {
  expect(SERVER_VERSION.productVersion).toBe(packageFile.version);
});
