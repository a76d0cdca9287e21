import { describe, expect, it } from 'vitest';
import { readRetryAfter, toRegistryError } from '../../functions/registry/error-mapping.ts';

const NOW = Date.UTC(2026, 0, 1);

function map(status: number, body: unknown = '', headers: Record<string, string> = {}, secrets: string[] = []) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { code, message, retryAfter } = toRegistryError({ status, headers, body: Buffer.from(text) }, secrets, NOW);
  return { code, message, retryAfter };
}

const reported = (code: string, message = 'why') => ({ errors: [{ code, message, detail: { Tag: 'x' } }] });

describe('toRegistryError', () => {
  it.each([
    [404, reported('MANIFEST_UNKNOWN', 'manifest unknown'), 'ERR_REGISTRY_NOT_FOUND', 'manifest unknown'],
    [403, reported('DENIED', 'requested access to the resource is denied'), 'ERR_REGISTRY_DENIED', 'denied'],
    [404, reported('NAME_UNKNOWN'), 'ERR_REGISTRY_REPOSITORY_NOT_FOUND', 'name unknown: why'],
    [400, reported('NAME_INVALID'), 'ERR_REGISTRY_REPOSITORY_NOT_FOUND', 'name invalid: why'],
    [404, reported('BLOB_UNKNOWN'), 'ERR_REGISTRY_NOT_FOUND', 'blob unknown: why'],
    [404, reported('NOT_FOUND', 'artifact a:b not found'), 'ERR_REGISTRY_NOT_FOUND', 'not found: artifact a:b not found'],
    [401, reported('UNAUTHORIZED'), 'ERR_REGISTRY_UNAUTHORIZED', 'unauthorized: why'],
    [401, reported('DENIED'), 'ERR_REGISTRY_DENIED', 'denied: why'],
    [403, reported('UNAUTHORIZED'), 'ERR_REGISTRY_UNAUTHORIZED', 'unauthorized: why'],
    [403, reported('denied'), 'ERR_REGISTRY_DENIED', 'denied: why'],
    [429, reported('TOOMANYREQUESTS', 'Rate exceeded'), 'ERR_REGISTRY_RATE_LIMITED', 'toomanyrequests: Rate exceeded'],
    [403, reported('TOOMANYREQUESTS'), 'ERR_REGISTRY_RATE_LIMITED', 'toomanyrequests: why'],
    [401, { details: 'incorrect username or password' }, 'ERR_REGISTRY_BAD_CREDENTIALS', 'incorrect username or password'],
    [401, { message: 'Invalid username or password.' }, 'ERR_REGISTRY_BAD_CREDENTIALS', 'Invalid username or password.'],
    [401, { error: 'invalid_token' }, 'ERR_REGISTRY_UNAUTHORIZED', 'invalid_token'],
    [404, { errors: [{ code: 'WHATEVER', message: 7 }, null, 'x'] }, 'ERR_REGISTRY_NOT_FOUND', 'whatever'],
    [404, '', 'ERR_REGISTRY_NOT_FOUND', 'the registry answered 404 Not Found'],
    [401, '', 'ERR_REGISTRY_UNAUTHORIZED', 'the registry answered 401 Unauthorized'],
    [403, '<html>no</html>', 'ERR_REGISTRY_DENIED', 'the registry answered 403 Forbidden'],
    [406, '', 'ERR_REGISTRY_UNSUPPORTED_MEDIA_TYPE', 'the registry answered 406 Not Acceptable'],
    [429, '', 'ERR_REGISTRY_RATE_LIMITED', 'the registry answered 429 Too Many Requests'],
    [500, '', 'ERR_REGISTRY_UNAVAILABLE', 'the registry answered 500 Internal Server Error'],
    [503, 'null', 'ERR_REGISTRY_UNAVAILABLE', 'the registry answered 503 Service Unavailable'],
    [501, '[]', 'ERR_REGISTRY_INVALID_RESPONSE', 'the registry answered 501 Not Implemented'],
    [204, '', 'ERR_REGISTRY_INVALID_RESPONSE', 'the registry answered 204 No Content'],
    [799, '', 'ERR_REGISTRY_INVALID_RESPONSE', 'the registry answered 799'],
  ])('%i %j → %s', (status, body, code, message) => expect(map(status, body)).toEqual({ code, message, retryAfter: undefined }));

  it('joins several errors and takes the first known code', () => {
    const errors = [
      { code: 'ODD', message: 'a' },
      { code: 'DENIED', message: 'b' },
    ];
    expect(map(400, { errors })).toMatchObject({ code: 'ERR_REGISTRY_DENIED', message: 'odd: a; denied: b' });
  });

  it('leaves nothing of a secret that begins with another one', () => {
    const body = { errors: [{ code: 'DENIED', message: 'not with hunter2-next' }] };
    expect(map(403, body, {}, ['hunter2', 'hunter2-next']).message).toBe('denied: not with ***');
  });

  it('keeps secrets, control characters and floods out of the message', () => {
    const body = reported('DENIED', `you sent\u0007\nBasic dXNlcjpwYXNz and s3cret ${'x'.repeat(1000)}`);
    const { message } = map(403, body, {}, ['dXNlcjpwYXNz', 's3cret', '']);
    expect(message).toMatch(/^denied: you sent Basic \*\*\* and \*\*\* x+…$/);
    expect(message.length).toBeLessThan(310);
  });

  it.each([
    [404, reported('MANIFEST_UNKNOWN'), true],
    [404, reported('NAME_UNKNOWN'), true],
    [404, reported('not_found'), true],
    [404, '', false],
    [404, '<html>404 page not found</html>', false],
    [404, reported('BLOB_UNKNOWN'), false],
    [404, { errors: [reported('MANIFEST_UNKNOWN').errors[0], reported('DENIED').errors[0]] }, false],
    [404, { message: 'no Route matched with those values' }, false],
    [400, reported('NAME_UNKNOWN'), false],
    [401, reported('MANIFEST_UNKNOWN'), false],
    [403, reported('NAME_UNKNOWN'), false],
    [429, reported('TOOMANYREQUESTS'), false],
    [503, reported('MANIFEST_UNKNOWN'), false],
  ])('%i %j proves an absence: %j', (status, body, isAbsence) => {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    expect(toRegistryError({ status, headers: {}, body: bytes }, [], NOW).isAbsence).toBe(isAbsence);
  });

  it('tells Retry-After', () => expect(map(429, '', { 'retry-after': '7' }).retryAfter).toBe(7));
});

describe('readRetryAfter', () => {
  it.each([
    ['0', 0],
    [' 120 ', 120],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['-1', undefined],
    ['soon', undefined],
    ['1e9', undefined],
    ['99999999999999', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j → %j', (header, seconds) => expect(readRetryAfter(header, NOW)).toBe(seconds));
});
