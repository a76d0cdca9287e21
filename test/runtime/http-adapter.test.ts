import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type HttpEvent, readHttpEvent } from '../../functions/runtime/http-request.ts';
import { writeHttpResponse } from '../../functions/runtime/http-response.ts';

function event(over: Partial<HttpEvent> & { stage?: string; lambda?: object } = {}): HttpEvent {
  const { stage = '$default', lambda, ...rest } = over;
  return {
    version: '2.0',
    rawPath: '/apis/image.openshift.io/v1/namespaces/default/imagestreamtags/app:a b',
    rawQueryString: 'labelSelector=a%3Db&labelSelector=c',
    headers: { 'Content-Type': 'application/json' },
    isBase64Encoded: false,
    requestContext: { http: { method: 'GET' }, stage, requestId: 'r1', ...(lambda === undefined ? {} : { authorizer: { lambda } }) },
    ...rest,
  } as unknown as HttpEvent;
}

describe('HTTP API event', () => {
  it('takes the path as the gateway decoded it, never decoding again', () => {
    const request = readHttpEvent(event({ rawPath: '/apis/x/100%25' }), 0);
    expect(request.path).toBe('/apis/x/100%25');
  });

  it('keeps repeated query keys and lowers header names', () => {
    const request = readHttpEvent(event(), 0);
    expect(request.query.getAll('labelSelector')).toEqual(['a=b', 'c']);
    expect(request.headers).toEqual({ 'content-type': 'application/json' });
  });

  it('strips a named stage only where it is the first segment', () => {
    expect(readHttpEvent(event({ stage: 'prod', rawPath: '/prod/apis' }), 0).path).toBe('/apis');
    expect(readHttpEvent(event({ stage: 'prod', rawPath: '/prod' }), 0).path).toBe('/');
    expect(readHttpEvent(event({ stage: 'prod', rawPath: '/products' }), 0).path).toBe('/products');
  });

  it('decodes base64 bodies: patches arrive so', () => {
    const body = Buffer.from('[{"op":"add"}]').toString('base64');
    expect(Buffer.from(readHttpEvent(event({ body, isBase64Encoded: true }), 0).body ?? []).toString()).toBe('[{"op":"add"}]');
  });

  it.each([
    [undefined, null],
    [{ reason: 'unknown token' }, null],
    [{ user: 'alice', groups: ['g'], expiresAt: 100 }, null],
    [
      { user: 'alice', groups: ['g'], expiresAt: 101 },
      { user: 'alice', groups: ['g'] },
    ],
    [
      { user: 'alice', groups: ['g'] },
      { user: 'alice', groups: ['g'] },
    ],
  ])('with authorizer context %j at time 100 the identity is %j', (lambda, identity) => {
    expect(readHttpEvent(event({ lambda }), 100).identity).toEqual(identity);
  });
});

describe('HTTP API answer', () => {
  const response = (body: unknown) => ({ code: 200, headers: { 'content-type': 'application/json' }, body });

  it('compresses large answers for those who accept it', () => {
    const items = { items: Array.from({ length: 500 }, (_, index) => `item ${index}`) };
    const answer = writeHttpResponse(response(items), 'gzip, deflate');
    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
    expect(JSON.parse(gunzipSync(Buffer.from(answer.body ?? '', 'base64')).toString())).toEqual(items);
    expect(writeHttpResponse(response(items), undefined).isBase64Encoded).toBe(false);
    expect(writeHttpResponse(response({ a: 1 }), 'gzip').isBase64Encoded).toBe(false);
  });

  it('sends strings as they are', () => {
    expect(writeHttpResponse({ code: 404, headers: {}, body: '404 page not found\n' }, 'gzip').body).toBe('404 page not found\n');
  });

  it('sends bytes as base64, which the gateway decodes', () => {
    const body = Uint8Array.of(0, 255, 10);
    expect(writeHttpResponse({ code: 200, headers: {}, body }, 'gzip')).toMatchObject({ body: 'AP8K', isBase64Encoded: true });
    const large = writeHttpResponse({ code: 200, headers: {}, body: new Uint8Array(5000) }, 'gzip');
    expect(gunzipSync(Buffer.from(large.body ?? '', 'base64'))).toEqual(Buffer.alloc(5000));
  });

  it('answers past 6 MB with a Status that names the way out', () => {
    const answer = writeHttpResponse(response({ data: 'x'.repeat(7_000_000) }), undefined);
    expect(answer.statusCode).toBe(413);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({
      kind: 'Status',
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: expect.stringContaining('limit'),
    });
  });

  it('does not say that a write failed because its answer is too large', () => {
    const answer = writeHttpResponse({ ...response({ data: 'x'.repeat(7_000_000) }), code: 201 }, undefined, 'POST');
    expect(answer.statusCode).toBe(201);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ kind: 'Status', status: 'Success', message: expect.stringContaining('gzip') });
    expect(writeHttpResponse({ ...response({ data: 'x'.repeat(7_000_000) }), code: 422 }, undefined, 'POST').statusCode).toBe(413);
  });
});
