import { describe, expect, it } from 'vitest';
import { encodeBody, readRequest } from '../../lib/local/gateway-event.ts';

const read = (target: string, headers: readonly string[] = []) => readRequest('GET', target, headers, 'HTTP/1.1', '127.0.0.1');

describe('readRequest', () => {
  it.each([
    ['/a%2Fb', '/a/b', ''],
    ['/tags/a:b@sha256%3Ac', '/tags/a:b@sha256:c', ''],
    ['/a%3Fb=c?d=%20e', '/a', 'd=%20e'],
    ['/a%23b%25', '/a#b%', ''],
    ['/a+b', '/a+b', ''],
    ['/a%252Fb', '/a%2Fb', ''],
    ['/a%0Ab%3Fc', '/a\nb', ''],
  ])('decodes %s once and cuts it', (target, rawPath, rawQueryString) => {
    expect(read(target)).toMatchObject({ rawPath, rawQueryString });
  });

  it('refuses what is not percent-encoded UTF-8', () => {
    expect(read('/%zz')).toBeUndefined();
    expect(read('/%ff')).toBeUndefined();
  });

  it('lower-cases and joins headers, splits cookies, drops what belongs to the hop', () => {
    const request = read('/', [
      'Accept',
      'a',
      'ACCEPT',
      'b',
      'Cookie',
      'x=1; y=2',
      'Connection',
      'close',
      ':authority',
      'host:1',
      ':path',
      '/',
    ]);
    expect(request?.headers).toEqual({ accept: 'a,b', host: 'host:1' });
    expect(request?.cookies).toEqual(['x=1', 'y=2']);
  });

  it('measures the request line and all header values', () => {
    expect(read('/ab', ['A', '12345'])?.size).toBe('GET /ab HTTP/1.1'.length + 5);
  });
});

describe('encodeBody', () => {
  it.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['text/yaml', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/merge-patch+json', true],
    ['application/strategic-merge-patch+json', true],
    ['application/apply-patch+yaml', true],
    ['application/vnd.kubernetes.protobuf', true],
    ['application/x-www-form-urlencoded', true],
    [undefined, true],
  ])('%s → base64 %s', (type, isBase64Encoded) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const body = isBase64Encoded ? 'e30=' : '{}';
    expect(encodeBody(Buffer.from('{}'), headers)).toEqual({ body, isBase64Encoded });
  });

  it('has no body for an empty one', () => {
    expect(encodeBody(Buffer.alloc(0), {})).toEqual({ isBase64Encoded: false });
  });
});
