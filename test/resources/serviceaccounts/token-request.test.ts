import { describe, expect, it } from 'vitest';
import type { TokenWish } from '../../../functions/access/ports.ts';
import { createTokenRequestHandlers } from '../../../functions/resources/serviceaccounts/token-request.ts';
import { NOW, sender } from '../plain-store.ts';

const URL = '/api/v1/namespaces/shop/serviceaccounts/robot/token';

function setUp() {
  const wishes: TokenWish[] = [];
  const send = sender(
    '/v1/serviceaccounts/token',
    createTokenRequestHandlers({
      accounts: { read: async (namespace, name) => (name === 'robot' ? ({ namespace, name, uid: 'u' } as never) : null) },
      issueToken: async (account, wish) => {
        wishes.push(wish);
        const audiences = wish.audiences.length === 0 ? ['api'] : wish.audiences;
        return { token: `token of ${account.namespace}/${account.name}/${account.uid}`, audiences, expiresAt: NOW + 5_000 };
      },
    }),
  );
  const request = (spec: object, metadata: object = {}, url = URL) =>
    send('POST', url, { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata, spec });
  return { wishes, request };
}

describe('a token request', () => {
  it('is answered with a token of an hour for the API', async () => {
    const { request, wishes } = setUp();
    expect(await request({})).toEqual({
      code: 201,
      body: {
        kind: 'TokenRequest',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: { name: 'robot', namespace: 'shop', creationTimestamp: '2026-01-02T00:00:00Z' },
        spec: { audiences: ['api'], expirationSeconds: 3600, boundObjectRef: null },
        status: { token: 'token of shop/robot/u', expirationTimestamp: '2026-01-02T00:00:05Z' },
      },
    });
    expect(wishes).toEqual([{ audiences: [], expirationSeconds: 3600, now: NOW }]);
  });

  it('may name audiences and a time', async () => {
    const { request, wishes } = setUp();
    await request({ audiences: ['vault'], expirationSeconds: 600 });
    await request({ audiences: null, expirationSeconds: 2 ** 32, boundObjectRef: null }, { name: 'robot', namespace: 'shop' });
    expect(wishes).toEqual([
      { audiences: ['vault'], expirationSeconds: 600, now: NOW },
      { audiences: [], expirationSeconds: 2 ** 32, now: NOW },
    ]);
  });

  const bound = (kind: string, apiVersion = 'v1') => ({ boundObjectRef: { kind, apiVersion, name: 'x' } });
  it.each<[string, object, object, string, number, string]>([
    ['nobody', {}, {}, URL.replace('robot', 'ghost'), 404, 'serviceaccounts "ghost" not found'],
    [
      'a moment',
      { expirationSeconds: 599 },
      {},
      URL,
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
    ],
    [
      'ever',
      { expirationSeconds: 2 ** 32 + 1 },
      {},
      URL,
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
    ],
    [
      'another name',
      {},
      { name: 'other' },
      URL,
      422,
      'TokenRequest.authentication.k8s.io "robot" is invalid: metadata.name: Invalid value: "other": must match the service account name if specified',
    ],
    ['a pod', bound('Pod'), {}, URL, 404, 'pods "x" not found'],
    ['a node', bound('Node'), {}, URL, 404, 'nodes "x" not found'],
    ['a secret', bound('Secret'), {}, URL, 400, 'cannot bind token to object of type /v1, Kind=Secret'],
    ['a deployment', bound('Deployment', 'apps/v1'), {}, URL, 400, 'cannot bind token to object of type apps/v1, Kind=Deployment'],
  ])('for %s is refused', async (_, spec, metadata, url, code, message) => {
    const { request, wishes } = setUp();
    expect(await request(spec, metadata, url)).toMatchObject({ code, body: { message } });
    expect(wishes).toEqual([]);
  });
});
