import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOidcLogin } from '../../../functions/access/logins/oidc-login.ts';
import type { Admins, OidcIssuer } from '../../../functions/identity/types.ts';
import { createOidcProvider, goodClaims } from '../../support/oidc-provider.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const ISSUER = 'https://id.example.com/pool';
const DISCOVERY = '/pool/.well-known/openid-configuration';

// Keys are kept by jose's own clock.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW }));
afterEach(() => void vi.useRealTimers());

async function setUp(more: Partial<OidcIssuer> = {}, admins: Admins = {}, algorithm?: string) {
  const provider = createOidcProvider(ISSUER, Date.now);
  const sign = await provider.rotate('one', algorithm);
  const settings: OidcIssuer = { issuer: ISSUER, audiences: ['image-streams', 'other'], groupsClaim: 'groups', ...more };
  const login = createOidcLogin({ issuers: [settings], admins, get: provider.get, clock: Date.now });
  return { provider, sign, login };
}

describe('a JWT of a provider', () => {
  it.each(['RS256', 'PS256', 'ES256', 'ES384', 'RS512'])('stands for its user, signed by %s', async (algorithm) => {
    const { login, sign, provider } = await setUp({}, {}, algorithm);
    const token = await sign();
    expect(login.recognizes(token)).toBe(true);
    expect(await login.verify(token)).toEqual({ user: `${ISSUER}#alice`, groups: ['dev'], expiresAt: NOW + 300_000 });
    expect(provider.asked).toEqual([DISCOVERY, '/keys']);
  });

  it('may have several audiences', async () => {
    const { login, sign } = await setUp();
    expect(await login.verify(await sign({ aud: ['x', 'other'] }))).toHaveProperty('user');
  });

  it('asks for keys once', async () => {
    const { login, sign, provider } = await setUp();
    for (let index = 0; index < 3; index++) await login.verify(await sign({ jti: String(index) }));
    expect(provider.asked).toEqual([DISCOVERY, '/keys']);
  });

  it('is of an admin of the settings', async () => {
    const admins = { oidcSubjects: [{ issuer: ISSUER, subject: 'alice' }] };
    const { login, sign } = await setUp({}, admins);
    expect(await login.verify(await sign())).toMatchObject({ groups: ['dev', 'system:masters'] });
    expect(await login.verify(await sign({ sub: 'bob' }))).toMatchObject({ groups: ['dev'] });
  });

  it('may bring a claim that is called as our own members are', async () => {
    const { login, sign } = await setUp();
    expect(await login.verify(await sign({ refused: 'x', claims: {} }))).toHaveProperty('user');
  });

  it.each(['https://id.example.com/pool/', 'https://id.example.com', 'https://token.actions.githubusercontent.com'])(
    'of another issuer makes no call: %s',
    async (iss) => {
      const { login, sign, provider } = await setUp();
      const token = await sign({ iss });
      expect(login.recognizes(token)).toBe(false);
      expect(await login.verify(token)).toEqual({ refused: 'OIDC token: of no issuer of ours' });
      expect(provider.asked).toEqual([]);
    },
  );
});

describe('a JWT is refused', () => {
  const seconds = NOW / 1000;
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['expired', { exp: seconds - 11 }, 'ERR_JWT_EXPIRED exp'],
    ['without an end', { exp: undefined }, 'ERR_JWT_CLAIM_VALIDATION_FAILED exp'],
    ['not valid yet', { nbf: seconds + 11 }, 'ERR_JWT_CLAIM_VALIDATION_FAILED nbf'],
    ['issued in the future', { iat: seconds + 11 }, 'issued in the future'],
    ['for another audience', { aud: 'vault' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED aud'],
    ['for no audience', { aud: undefined }, 'ERR_JWT_CLAIM_VALIDATION_FAILED aud'],
    ['for an empty list of audiences', { aud: [] }, 'ERR_JWT_CLAIM_VALIDATION_FAILED aud'],
    ['of nobody', { sub: undefined }, 'ERR_JWT_CLAIM_VALIDATION_FAILED sub'],
    ['with a group of Kubernetes', { groups: ['system:masters'] }, 'names of users and groups must not begin with system:'],
  ])('%s', async (_, claims, why) => {
    const { login, sign } = await setUp();
    expect(await login.verify(await sign(claims))).toEqual({ refused: `OIDC token: ${why}` });
  });

  it('when its user would be one of Kubernetes', async () => {
    const { login, sign } = await setUp({ usernamePrefix: '' });
    expect(await login.verify(await sign({ sub: 'system:admin' }))).toHaveProperty('refused');
  });

  it('when it is cut, changed or not signed', async () => {
    const { login, sign, provider } = await setUp();
    const [header = '', claims = '', signature = ''] = (await sign()).split('.');
    const none = Buffer.from('{"alg":"none","kid":"one"}').toString('base64url');
    const forged = Buffer.from(JSON.stringify({ ...goodClaims(ISSUER, NOW), sub: 'root' })).toString('base64url');
    for (const token of [`${header}.${claims}.${signature.slice(0, -8)}`, `${header}.${forged}.${signature}`, `${header}.${claims}.`]) {
      expect(await login.verify(token)).toEqual({ refused: 'OIDC token: ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
    }
    for (const end of ['', signature]) {
      expect(await login.verify(`${none}.${claims}.${end}`)).toEqual({ refused: 'OIDC token: ERR_JOSE_ALG_NOT_ALLOWED' });
    }
    expect(provider.asked).toHaveLength(2);
  });

  it('when the public key is the secret it is signed with', async () => {
    const { login, provider } = await setUp();
    const { keys } = provider.documents.get('/keys') as { keys: [JsonWebKey] };
    const pem = createPublicKey({ key: keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    for (const secret of [Buffer.from(pem), Buffer.from(JSON.stringify(keys[0]))]) {
      const token = await new SignJWT(goodClaims(ISSUER, NOW)).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret);
      expect(await login.verify(token)).toEqual({ refused: 'OIDC token: ERR_JOSE_ALG_NOT_ALLOWED' });
    }
    expect(provider.asked).toEqual([]);
  });
});

describe('keys of a provider', () => {
  it('are asked for again when a token names an unknown one, at most every 30 seconds', async () => {
    const { login, sign, provider } = await setUp();
    await login.verify(await sign());
    const rotated = await provider.rotate('two');
    expect(await login.verify(await rotated())).toEqual({ refused: 'OIDC token: ERR_JWKS_NO_MATCHING_KEY' });
    expect(provider.asked).toHaveLength(2);
    vi.setSystemTime(NOW + 30_001);
    expect(await login.verify(await rotated())).toHaveProperty('user');
    for (let index = 0; index < 10; index++) await login.verify(await rotated({}, { kid: `guess${index}` }));
    expect(provider.asked).toEqual([DISCOVERY, '/keys', '/keys']);
  });

  it('that it withdrew end after ten minutes', async () => {
    const { login, sign, provider } = await setUp();
    await login.verify(await sign());
    await provider.rotate('two');
    vi.setSystemTime(NOW + 601_000);
    expect(await login.verify(await sign())).toEqual({ refused: 'OIDC token: ERR_JWKS_NO_MATCHING_KEY' });
  });

  it('are found anew every hour', async () => {
    const { login, sign, provider } = await setUp();
    await login.verify(await sign());
    vi.setSystemTime(NOW + 3_601_000);
    await login.verify(await sign());
    expect(provider.asked).toEqual([DISCOVERY, '/keys', DISCOVERY, '/keys']);
  });

  it('go on while it does not answer, whoever makes us ask', async () => {
    const { login, sign, provider } = await setUp();
    await login.verify(await sign());
    vi.setSystemTime(NOW + 31_000);
    provider.documents.set('/keys', 503);
    await expect(login.verify(await sign({}, { kid: 'guess' }))).rejects.toMatchObject({ name: 'LoginUnavailableError' });
    expect(await login.verify(await sign())).toHaveProperty('user');
    await expect(login.verify(await sign({}, { kid: 'another' }))).rejects.toMatchObject({ name: 'LoginUnavailableError' });
    expect(provider.asked).toHaveLength(3);
  });
});

describe('while a provider cannot tell', () => {
  it.each<[string, string, unknown, string]>([
    ['fails', DISCOVERY, 500, `id.example.com answered 500 for ${DISCOVERY}`],
    ['redirects', DISCOVERY, 302, `id.example.com answered 302 for ${DISCOVERY}`],
    ['talks nonsense', DISCOVERY, '<html>', `id.example.com did not answer JSON for ${DISCOVERY}`],
    ['is another', DISCOVERY, { issuer: 'https://evil.example', jwks_uri: 'https://id.example.com/keys' }, 'is not its own'],
    ['has its keys in the open', DISCOVERY, { issuer: ISSUER, jwks_uri: 'http://id.example.com/keys' }, 'are at no https URL'],
    ['has keys that are none', '/keys', { keys: 'x' }, 'cannot be used: ERR_JWKS_INVALID'],
    ['has no keys', '/keys', 404, 'id.example.com answered 404 for /keys'],
  ])('nobody is refused, and it is left alone for ten seconds: it %s', async (_, path, document, message) => {
    const { login, sign, provider } = await setUp();
    const good = provider.documents.get(path);
    provider.documents.set(path, document);
    await expect(login.verify(await sign())).rejects.toMatchObject({
      name: 'LoginUnavailableError',
      message: expect.stringContaining(message) as string,
    });
    const asked = provider.asked.length;
    provider.documents.set(path, good);
    await expect(login.verify(await sign({ jti: 'x' }))).rejects.toThrow();
    expect(provider.asked).toHaveLength(asked);
    vi.setSystemTime(NOW + 10_000);
    expect(await login.verify(await sign())).toHaveProperty('user');
  });
});
