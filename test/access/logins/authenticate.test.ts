import { describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../../functions/access/logins/authenticate.ts';
import { createAuthorizerHandler } from '../../../functions/access/logins/authorizer-handler.ts';
import { createAccountLogin, createStoredLogin } from '../../../functions/access/logins/own-logins.ts';
import type { LoginMethod, TokenOwner } from '../../../functions/access/ports.ts';
import { hashToken } from '../../../functions/access/logins/token-hash.ts';

function setUp(owners: Record<string, TokenOwner>, signed: Record<string, TokenOwner> = {}) {
  const byHash = new Map(Object.entries(owners).map(([token, owner]) => [hashToken(token), owner]));
  const state = { now: 1_000_000, reads: [] as string[] };
  const tokens = {
    readToken: async (hash: string) => {
      state.reads.push(hash);
      return byHash.get(hash) ?? null;
    },
  };
  const verifyToken = async (token: string) => {
    state.reads.push(token);
    return signed[token] ?? null;
  };
  const methods = [createAccountLogin(verifyToken), createStoredLogin(tokens)];
  return { state, byHash, signed, authenticate: createAuthenticate({ methods, clock: () => state.now }) };
}

describe('authenticate', () => {
  it('answers user and groups of a known token, with the groups of all who log in', async () => {
    const { authenticate } = setUp({ secret: { user: 'alice', groups: ['developers'] } });
    expect(await authenticate('Bearer secret')).toMatchObject({
      identity: { user: 'alice', groups: ['developers', 'system:authenticated', 'system:authenticated:oauth'] },
    });
  });

  it.each([undefined, '', 'Basic c2VjcmV0', 'Bearer', 'Bearer a b', `Bearer ${'x'.repeat(9000)}`])(
    'finds no token in %j and does not look',
    async (header) => {
      const { authenticate, state } = setUp({});
      expect(await authenticate(header)).toEqual({ identity: null, reason: 'no bearer token' });
      expect(state.reads).toEqual([]);
    },
  );

  it('looks up by hash only', async () => {
    const { authenticate, state } = setUp({});
    expect(await authenticate('bearer guess')).toEqual({ identity: null, reason: 'unknown token' });
    expect(state.reads).toEqual([hashToken('guess')]);
  });

  it('remembers a good token for a minute and no longer', async () => {
    const { authenticate, state, byHash } = setUp({ secret: { user: 'alice', groups: [] } });
    await authenticate('Bearer secret');
    byHash.clear();
    state.now += 59_000;
    expect((await authenticate('Bearer secret')).identity).not.toBeNull();
    state.now += 2_000;
    expect((await authenticate('Bearer secret')).identity).toBeNull();
    expect(state.reads).toHaveLength(2);
  });

  it('remembers a bad token for five seconds', async () => {
    const { authenticate, state } = setUp({});
    for (let guess = 0; guess < 10; guess++) await authenticate('Bearer wrong');
    expect(state.reads).toHaveLength(1);
    state.now += 5_001;
    await authenticate('Bearer wrong');
    expect(state.reads).toHaveLength(2);
  });

  it('asks once for all who come with a token at once, and again when that failed', async () => {
    const state = { asked: 0, isDown: true };
    const method: LoginMethod = {
      recognizes: () => true,
      keepMs: 60_000,
      isForPeople: true,
      async verify() {
        state.asked++;
        if (state.isDown) throw new Error('STS is down');
        return { user: 'alice', groups: [] };
      },
    };
    const authenticate = createAuthenticate({ methods: [method], clock: () => 0 });
    const ask = () => Promise.allSettled(Array.from({ length: 100 }, () => authenticate('Bearer same')));
    expect(new Set((await ask()).map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(state.asked).toBe(1);
    state.isDown = false;
    expect(new Set((await ask()).map(({ status }) => status))).toEqual(new Set(['fulfilled']));
    expect(state.asked).toBe(2);
  });

  it('remembers good tokens through a flood of bad ones', async () => {
    const { authenticate, state } = setUp({ secret: { user: 'alice', groups: [] } });
    await authenticate('Bearer secret');
    for (let guess = 0; guess < 1_500; guess++) await authenticate(`Bearer guess${guess}`);
    state.reads.length = 0;
    await authenticate('Bearer secret');
    expect(state.reads).toEqual([]);
  });

  it('refuses an expired token even when it is remembered', async () => {
    const { authenticate, state } = setUp({ secret: { user: 'alice', groups: [], expiresAt: 1_010_000 } });
    expect(await authenticate('Bearer secret')).toMatchObject({ expiresAt: 1_010_000 });
    state.now = 1_010_000;
    expect(await authenticate('Bearer secret')).toEqual({ identity: null, reason: 'expired token' });
  });
});

describe('a token of a service account', () => {
  const claims = Buffer.from(JSON.stringify({ iss: 'https://kubernetes.default.svc' })).toString('base64url');
  const jwt = `e30.${claims}.c2ln`;
  const robot = { user: 'system:serviceaccount:shop:robot', uid: 'u', groups: ['system:serviceaccounts'], expiresAt: 1_060_000 };

  it('is verified, and remembered for ten seconds', async () => {
    const { authenticate, state, signed } = setUp({}, { [jwt]: robot });
    const identity = { user: robot.user, uid: 'u', groups: ['system:serviceaccounts', 'system:authenticated'] };
    expect(await authenticate(`Bearer ${jwt}`)).toEqual({ identity, expiresAt: 1_060_000 });
    delete signed[jwt];
    state.now += 9_000;
    expect((await authenticate(`Bearer ${jwt}`)).identity).not.toBeNull();
    state.now += 1_001;
    expect(await authenticate(`Bearer ${jwt}`)).toEqual({ identity: null, reason: 'unknown token' });
    await authenticate(`Bearer ${jwt}`);
    expect(state.reads).toEqual([jwt, jwt]);
  });

  it.each(['a.b.c', `e30.${Buffer.from('{"iss":"https://example.com"}').toString('base64url')}.c2ln`])(
    'is looked at only where it says that it is ours: %s',
    async (token) => {
      const { authenticate, state } = setUp({});
      expect(await authenticate(`Bearer ${token}`)).toEqual({ identity: null, reason: 'unknown kind of token' });
      expect(state.reads).toEqual([]);
    },
  );

  it('ends', async () => {
    const { authenticate, state } = setUp({}, { [jwt]: robot });
    state.now = 1_060_000;
    expect(await authenticate(`Bearer ${jwt}`)).toEqual({ identity: null, reason: 'expired token' });
  });
});

describe('authorizer handler', () => {
  it('answers, logs and lets the pipeline say 503 when tokens cannot be read', async () => {
    const failure = new Error('throttled');
    const tokens = { readToken: () => Promise.reject(failure) };
    const errors: unknown[] = [];
    const authenticate = createAuthenticate({ methods: [createStoredLogin(tokens)], clock: () => 0 });
    const authorize = createAuthorizerHandler(authenticate, (error) => errors.push(error));
    expect(await authorize({ headers: { authorization: 'Bearer secret' } })).toEqual({
      isAuthorized: true,
      context: { reason: 'authentication unavailable' },
    });
    expect(errors).toEqual([failure]);
  });

  it('never denies', async () => {
    const { authenticate } = setUp({ secret: { user: 'alice', groups: [] } });
    const authorize = createAuthorizerHandler(authenticate, () => undefined);
    expect(await authorize({})).toEqual({ isAuthorized: true, context: { reason: 'no bearer token' } });
    expect(await authorize({ headers: { authorization: 'Bearer nope' } })).toEqual({
      isAuthorized: true,
      context: { reason: 'unknown token' },
    });
    expect(await authorize({ headers: { authorization: 'Bearer secret' } })).toEqual({
      isAuthorized: true,
      context: { user: 'alice', groups: ['system:authenticated', 'system:authenticated:oauth'] },
    });
  });
});
