import { describe, expect, it } from 'vitest';
import { createRouter } from '../../lib/local/gateway-routes.ts';

const keys = [
  '$default',
  'ANY /apis',
  'ANY /apis/{group}',
  'ANY /apis/{group}/{version}',
  'GET /apis/known/v1',
  'ANY /apis/known/v1',
  'ANY /apis/known/{proxy+}',
  'ANY /apis/known/v1/{proxy+}',
  'POST /post',
  'ANY /{proxy+}',
];
const router = createRouter(keys.map((routeKey) => ({ routeKey, functionName: 'f', timeoutMs: 1 })));

describe('createRouter', () => {
  it.each([
    ['GET', '/apis', 'ANY /apis', {}],
    ['GET', '/apis/x', 'ANY /apis/{group}', { group: 'x' }],
    ['GET', '/apis/x/v1', 'ANY /apis/{group}/{version}', { group: 'x', version: 'v1' }],
    ['GET', '/apis/known/v1', 'GET /apis/known/v1', {}],
    ['PUT', '/apis/known/v1', 'ANY /apis/known/v1', {}],
    ['GET', '/apis/known/v1/a/b:c', 'ANY /apis/known/v1/{proxy+}', { proxy: 'a/b:c' }],
    ['GET', '/apis/known/v2/a', 'ANY /apis/known/{proxy+}', { proxy: 'v2/a' }],
    ['POST', '/post', 'POST /post', {}],
    ['GET', '/post', 'ANY /{proxy+}', { proxy: 'post' }],
    ['GET', '/a\nb', 'ANY /{proxy+}', { proxy: 'a\nb' }],
    ['GET', '/', '$default', {}],
  ])('%s %s → %s', (method, path, routeKey, pathParameters) => {
    const matched = router(method, path);
    expect(matched?.route.routeKey).toBe(routeKey);
    expect(matched?.pathParameters).toEqual(pathParameters);
  });

  it('matches nothing without a default route', () => {
    expect(createRouter([{ routeKey: 'GET /a', functionName: 'f', timeoutMs: 1 }])('GET', '/b')).toBeUndefined();
  });
});
