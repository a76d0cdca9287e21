/** Tokens of every kind that are not good: 401 as a Status, nothing of them in answers and logs, and no call to where they point. */
import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuthenticate } from '../../functions/access/logins/authenticate.ts';
import { createAuthorizerHandler } from '../../functions/access/logins/authorizer-handler.ts';
import { createIamLogin } from '../../functions/access/logins/iam-login.ts';
import { createIssueToken } from '../../functions/access/logins/issue-token.ts';
import { createOidcLogin } from '../../functions/access/logins/oidc-login.ts';
import { createAccountLogin, createStoredLogin } from '../../functions/access/logins/own-logins.ts';
import type { PublicJwk, TokenSigner } from '../../functions/access/ports.ts';
import { hashToken } from '../../functions/access/logins/token-hash.ts';
import { createVerifyToken } from '../../functions/access/logins/verify-token.ts';
import { createHttpFunction } from '../../functions/runtime/http-function.ts';
import type { HttpEvent } from '../../functions/runtime/http-request.ts';
import { logger } from '../../functions/runtime/logger.ts';
import { logged } from '../runtime/logged.ts';
import { createOidcProvider, goodClaims, type SignToken } from '../support/oidc-provider.ts';
import { createFakeSts, iamToken, stsUrl, tokenOf, type TokenOptions } from '../support/sts.ts';

const START = Date.parse('2026-01-02T00:00:00Z');
const ISSUER = 'https://id.example.com';
const ROBOT = { namespace: 'shop', name: 'robot', uid: 'uid-robot' };
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY' };

// The pipeline looks at its own clock whether an identity has expired.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => void vi.setSystemTime(Date.now() + ms);

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicJwk = publicKey.export({ format: 'jwk' }) as PublicJwk;
const signer: TokenSigner = {
  publicKey: async () => publicJwk,
  sign: async (bytes) => (await import('node:crypto')).sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
};
const stored = new Map<string, PublicJwk>();
const keys = {
  readKey: async (id: string) => stored.get(id) ?? null,
  saveKey: async (id: string, key: PublicJwk) => void stored.set(id, key),
};
const accounts = new Map([['shop/robot', 'uid-robot']]);
const issue = createIssueToken({ signer, keys });

const sts = createFakeSts({
  AKIDEXAMPLE: { secretAccessKey: KEYS.secretAccessKey, arn: 'arn:aws:sts::111122223333:assumed-role/Dev/alice', userId: 'AROA:alice' },
});
const provider = createOidcProvider(ISSUER, () => Date.now());
let signOidc: SignToken;
beforeAll(async () => {
  signOidc = await provider.rotate('one');
});

/** The authorizer and a function behind it, as one. */
function openApi() {
  const clock = Date.now;
  const read = async (namespace: string, name: string) => ({ uid: accounts.get(`${namespace}/${name}`) }) as never;
  const mapping = { mapping: 'devs', username: 'dev', groups: [] };
  const methods = [
    createIamLogin({
      clusterName: 'image-streams',
      region: 'eu-central-1',
      get: sts.get,
      admins: {},
      clock,
      mappings: { findMapping: async () => mapping },
    }),
    createAccountLogin(createVerifyToken({ keys, accounts: { read }, clock })),
    createOidcLogin({ issuers: [{ issuer: ISSUER, audiences: ['image-streams'] }], admins: {}, get: provider.get, clock }),
    createStoredLogin({ readToken: async (hash) => (hash === hashToken('good') ? { user: 'alice', groups: [] } : null) }),
  ];
  const authorize = createAuthorizerHandler(createAuthenticate({ methods, clock }), (error) =>
    logger.error('authentication failed', { error: error as Error }),
  );
  const allowed = { authorize: async () => ({ allowed: true, reason: '' }) };
  const handler = createHttpFunction(allowed, { '/v1/namespaces': { get: async (_, name: string) => ({ metadata: { name } }) } });
  return async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const { context: lambda } = await authorize({ headers });
    const requestContext = { http: { method: 'GET' }, stage: '$default', requestId: 'r', authorizer: { lambda } };
    const event = { rawPath: '/api/v1/namespaces/x', rawQueryString: '', headers, isBase64Encoded: false, requestContext };
    const context = { getRemainingTimeInMillis: () => 10_000, functionName: 'f', awsRequestId: 'a' };
    const answer = await handler(event as unknown as HttpEvent, context as unknown as Context);
    return { answer: answer as { statusCode: number; body: string }, reason: lambda.reason };
  };
}

/** Any sixteen characters in a row that are the token's, as it was sent or as it reads. */
function leaks(text: string, token: string): readonly string[] {
  const parts = token.split('.').flatMap((part) => [part, Buffer.from(part, 'base64url').toString('latin1')]);
  const pieces = parts.flatMap((part) =>
    Array.from({ length: Math.floor(part.length / 16) }, (_, index) => part.slice(index * 16, index * 16 + 16)),
  );
  // Names of parameters and claims that are everybody's say nothing.
  return pieces.filter((piece) => text.includes(piece) && !piece.includes('image-streams'));
}

const aws =
  (more: Partial<TokenOptions> = {}) =>
  async () =>
    iamToken({ ...KEYS, now: START, ...more });
const awsUrl = (change: (url: string) => string) => async () => tokenOf(change(stsUrl({ ...KEYS, now: START })));
const oidc =
  (claims: Readonly<Record<string, unknown>>, header = {}) =>
  async () =>
    signOidc(claims, header);
const account =
  (wish: { readonly audiences?: readonly string[]; readonly now?: number } = {}) =>
  async () =>
    (await issue(ROBOT, { audiences: [], expirationSeconds: 600, now: START, ...wish })).token;
const cut = (make: () => Promise<string>) => async () => (await make()).slice(0, -12);

/** Header and claims of a good token, signed otherwise. */
async function resigned(
  make: () => Promise<string>,
  header: { readonly alg: string; readonly kid?: string },
  key?: Buffer,
): Promise<string> {
  const [, claims = ''] = (await make()).split('.');
  if (key === undefined) return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${claims}.`;
  const payload = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
  return new SignJWT(payload).setProtectedHeader(header).sign(key);
}
const pem = (jwk: JsonWebKey) => Buffer.from(createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
const oidcJwk = () => (provider.documents.get('/keys') as { keys: [JsonWebKey] }).keys[0];

/** A way to make it, ms to wait before it is sent, and calls it may cost. */
const HOSTILE: readonly [string, () => Promise<string>, number?, { sts?: number; oidc?: number }?][] = [
  ['AWS, replayed after its end', aws(), 15 * 60_000],
  ['AWS, of the future', aws({ now: START + 600_000 })],
  ['AWS, of another cluster', aws({ cluster: 'production' }), 0, { sts: 1 }],
  ['AWS, with other keys', aws({ secretAccessKey: 'guess' }), 0, { sts: 1 }],
  ['AWS, cut', cut(aws()), 0, { sts: 1 }],
  ['AWS, for a foreign host', aws({ host: 'evil.example' })],
  ['AWS, for a host behind a user', awsUrl((url) => url.replace('//sts.', '//sts.amazonaws.com@evil.example/?'))],
  ['AWS, for a host behind a whole user', awsUrl((url) => url.replace('//', '//sts.eu-central-1.amazonaws.com:x@evil.example/'))],
  ['AWS, for a port', aws({ host: 'sts.eu-central-1.amazonaws.com:8443' })],
  ['AWS, in upper case', aws({ host: 'STS.EU-CENTRAL-1.AMAZONAWS.COM' })],
  ['AWS, with a trailing dot', aws({ host: 'sts.eu-central-1.amazonaws.com.' })],
  ['AWS, for no Region', aws({ host: 'sts.not-a-region.amazonaws.com' })],
  ['AWS, for letters like those', aws({ host: 'ｓｔｓ.amazonaws.com' })],
  ['AWS, below another name', aws({ host: 'sts.amazonaws.com.evil.example' })],
  ['AWS, over plain http', aws({ scheme: 'http' })],
  ['AWS, of a file', awsUrl(() => 'file:///etc/passwd')],
  ['AWS, of metadata', awsUrl((url) => url.replace('sts.eu-central-1.amazonaws.com', '169.254.169.254'))],
  ['AWS, for another action', aws({ parameters: { Action: 'GetSessionToken' } })],
  ['AWS, of 5 KB', aws({ parameters: { 'X-Amz-Security-Token': 'x'.repeat(3_800) } })],
  ['OIDC, expired', oidc({ exp: START / 1000 - 60 }), 0, { oidc: 2 }],
  ['OIDC, remembered and then expired', oidc({}), 301_000, { oidc: 2 }],
  ['OIDC, not valid yet', oidc({ nbf: START / 1000 + 60 }), 0, { oidc: 2 }],
  ['OIDC, of another issuer', oidc({ iss: 'https://evil.example' })],
  ['OIDC, of an issuer that is a list', oidc({ iss: [ISSUER] })],
  ['OIDC, for another audience', oidc({ aud: 'vault' }), 0, { oidc: 2 }],
  ['OIDC, for no audience', oidc({ aud: undefined }), 0, { oidc: 2 }],
  ['OIDC, of an unknown key', oidc({}, { kid: 'guess' }), 0, { oidc: 2 }],
  ['OIDC, of none', () => resigned(oidc({}), { alg: 'none', kid: 'one' })],
  ['OIDC, by the public key', () => resigned(oidc({}), { alg: 'HS256', kid: 'one' }, pem(oidcJwk()))],
  ['OIDC, cut', cut(oidc({})), 0, { oidc: 2 }],
  ['OIDC, with a key of its own', oidc({}, { jku: 'https://evil.example/keys', kid: 'theirs' }), 0, { oidc: 2 }],
  ['OIDC, of 9 KB', oidc({ padding: 'x'.repeat(9_000) })],
  ['an account, expired', account({ now: START - 3_600_000 })],
  ['an account, of the future', account({ now: START + 60_000 })],
  ['an account, for another audience', account({ audiences: ['vault'] })],
  ['an account, of an unknown key', () => resigned(account(), { alg: 'HS256', kid: 'guess' }, Buffer.from('guess'))],
  ['an account, of none', () => resigned(account(), { alg: 'none' })],
  [
    'an account, by the public key',
    () => resigned(account(), { alg: 'HS256', kid: [...stored.keys()][0] }, pem(publicJwk as unknown as JsonWebKey)),
  ],
  ['an account, cut', cut(account())],
  ['an account, signed by a provider', async () => signOidc({ iss: 'https://kubernetes.default.svc' })],
  [
    'a provider, signed by us',
    async () => resigned(async () => `.${Buffer.from(JSON.stringify(goodClaims(ISSUER, START))).toString('base64url')}.`, { alg: 'none' }),
  ],
  ['unknown', async () => 'sha256~0123456789012345678901234567890123456789'],
  ['of 9 KB', async () => 'x'.repeat(9_000)],
  ['of nothing but dots', async () => '..'],
];

describe('a token', () => {
  it.each(HOSTILE.map(([what, make, wait = 0, calls = {}]) => ({ what, make, wait, calls })))(
    '$what: is answered 401 and told to nobody',
    async ({ make, wait, calls }) => {
      const [stsBefore, oidcBefore] = [sts.requests.length, provider.asked.length];
      const send = openApi();
      const token = await make();
      const told: string[] = [];
      const records = await logged(async () => {
        if (wait > 0 && calls.oidc !== undefined) expect((await send(token)).answer.statusCode).toBe(200); // remembered
        pass(wait);
        const { answer, reason = '' } = await send(token);
        expect(answer.statusCode).toBe(401);
        expect(JSON.parse(answer.body)).toMatchObject({ kind: 'Status', code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
        told.push(answer.body, reason);
      });
      expect(records).toContainEqual(
        expect.objectContaining({ message: 'request', audit: expect.objectContaining({ code: 401 }) as unknown }),
      );
      expect(leaks(JSON.stringify(records) + told.join(''), token)).toEqual([]);
      const made = [sts.requests.length - stsBefore, provider.asked.length - oidcBefore];
      expect(made).toEqual([calls.sts ?? 0, calls.oidc ?? 0]);
      expect(sts.requests.every(({ url }) => url.hostname === 'sts.eu-central-1.amazonaws.com')).toBe(true);
    },
  );

  it.each([
    ['AWS', aws()],
    ['OIDC', oidc({})],
    ['an account', account()],
    ['stored', async () => 'good'],
  ])('%s: is good otherwise', async (_, make) => {
    const answers: unknown[] = [];
    await logged(async () => void answers.push((await openApi()(await make())).answer.statusCode));
    expect(answers).toEqual([200]);
  });

  it('of an account that is gone is good for ten seconds more', async () => {
    const send = openApi();
    const codes: number[] = [];
    await logged(async () => {
      const token = await account()();
      const ask = async () => codes.push((await send(token)).answer.statusCode);
      await ask();
      accounts.clear();
      pass(9_999);
      await ask();
      pass(1);
      await ask();
    });
    expect(codes).toEqual([200, 200, 401]);
    accounts.set('shop/robot', 'uid-robot');
  });

  it('that cannot be checked now is answered 503, and told to nobody', async () => {
    const send = openApi();
    provider.documents.set('/keys', 500);
    const token = await signOidc();
    const answers: number[] = [];
    const records = await logged(async () => void answers.push((await send(token)).answer.statusCode));
    expect(answers).toEqual([503]);
    expect(JSON.stringify(records)).toContain('id.example.com answered 500 for /keys');
    expect(leaks(JSON.stringify(records), token)).toEqual([]);
  });
});
