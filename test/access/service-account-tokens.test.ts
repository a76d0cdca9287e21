import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIssueToken } from '../../functions/access/logins/issue-token.ts';
import { createKmsSigner } from '../../functions/access/logins/kms-signer.ts';
import type { TokenSigner, VerificationKeyStore } from '../../functions/access/ports.ts';
import { createTokenSigner } from '../../functions/access/logins/token-signer.ts';
import { createVerifyToken } from '../../functions/access/logins/verify-token.ts';
import { createVerificationKeyStore } from '../../functions/store/verification-key-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';

const NOW = Date.parse('2026-01-02T00:00:00.500Z');
const ROBOT = { namespace: 'shop', name: 'robot', uid: 'uid-robot' };
const WISH = { audiences: [], expirationSeconds: 600, now: NOW };

const directory = mkdtempSync(join(tmpdir(), 'tokens-'));
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const accounts = new Map([['shop/robot', 'uid-robot']]);
let database: TestTable;
let keys: VerificationKeyStore;

beforeAll(async () => {
  database = await startTestTable();
  keys = createVerificationKeyStore({ client: database.client, table: database.table });
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await database.stop();
});

const verifyToken = (token: string) => {
  const read = async (namespace: string, name: string) => {
    const uid = accounts.get(`${namespace}/${name}`);
    return uid === undefined ? null : ({ namespace, name, uid } as never);
  };
  return createVerifyToken({ keys, accounts: { read }, clock: () => NOW })(token);
};

function fileSigner(): TokenSigner {
  const file = join(directory, 'token.key');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return createTokenSigner(pathToFileURL(file).href);
}

/** KMS as it answers: DER, of a digest. */
function kmsSigner(): TokenSigner {
  const client = new KMSClient({});
  const kms = mockClient(client);
  kms.on(GetPublicKeyCommand, { KeyId: 'arn' }).resolves({ PublicKey: publicKey.export({ type: 'spki', format: 'der' }) });
  kms.on(SignCommand, { KeyId: 'arn', MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' }).callsFake(({ Message }) => {
    expect(Message).toHaveLength(32);
    return { Signature: signDigest(Message as Buffer) };
  });
  return createKmsSigner('arn', client);
}

/** node:crypto signs no digests, so the test remembers what was digested. */
let digested: Uint8Array = new Uint8Array();
const signDigest = (_: Buffer) => sign('sha256', digested, privateKey);

function remembering(signer: TokenSigner): TokenSigner {
  return {
    publicKey: () => signer.publicKey(),
    sign: (bytes) => {
      digested = bytes;
      return signer.sign(bytes);
    },
  };
}

describe.each([
  ['a key file', fileSigner],
  ['KMS', kmsSigner],
])('a token signed by %s', (_, signer) => {
  const issue = () => createIssueToken({ signer: remembering(signer()), keys, newId: () => 'id' });

  it('stands for its account', async () => {
    const { token, audiences, expiresAt } = await issue()(ROBOT, WISH);
    expect([audiences, expiresAt]).toEqual([['https://kubernetes.default.svc'], NOW - 500 + 600_000]);
    expect(await verifyToken(token)).toEqual({
      user: 'system:serviceaccount:shop:robot',
      uid: 'uid-robot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:shop'],
      expiresAt,
    });
    const [header, claims] = token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object);
    expect(header).toEqual({ alg: 'ES256', kid: expect.stringMatching(/^[\w-]{43}$/) as string });
    expect(claims).toEqual({
      aud: ['https://kubernetes.default.svc'],
      exp: 1767312600,
      iat: 1767312000,
      iss: 'https://kubernetes.default.svc',
      jti: 'id',
      'kubernetes.io': { namespace: 'shop', serviceaccount: { name: 'robot', uid: 'uid-robot' } },
      nbf: 1767312000,
      sub: 'system:serviceaccount:shop:robot',
    });
  });

  it('is for nobody else than it says', async () => {
    const { token } = await issue()(ROBOT, { ...WISH, audiences: ['vault'] });
    expect(await verifyToken(token)).toBeNull();
    const { token: both } = await issue()(ROBOT, { ...WISH, audiences: ['vault', 'https://kubernetes.default.svc'] });
    expect(await verifyToken(both)).not.toBeNull();
  });
});

describe('a token is refused', () => {
  const issue = () => createIssueToken({ signer: fileSigner(), keys });

  it('when its account is gone, or another one of its name', async () => {
    const { token } = await issue()(ROBOT, WISH);
    const { token: other } = await issue()({ ...ROBOT, name: 'ghost' }, WISH);
    expect(await verifyToken(other)).toBeNull();
    accounts.set('shop/robot', 'uid-another');
    expect(await verifyToken(token)).toBeNull();
    accounts.set('shop/robot', 'uid-robot');
    expect(await verifyToken(token)).not.toBeNull();
  });

  it('when a letter of it is changed', async () => {
    const { token } = await issue()(ROBOT, WISH);
    const [header = '', claims = '', signature = ''] = token.split('.');
    const forged = Buffer.from(Buffer.from(claims, 'base64url').toString().replaceAll('robot', 'admin')).toString('base64url');
    expect(await verifyToken([header, forged, signature].join('.'))).toBeNull();
    expect(await verifyToken([header, claims, signature.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'))].join('.'))).toBeNull();
    expect(await verifyToken([header, claims, ''].join('.'))).toBeNull();
  });

  it('when we did not sign it', async () => {
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const { token } = await issue()(ROBOT, WISH);
    const [header = '', claims = ''] = token.split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    const payload = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    const signed = (protectedHeader: { alg: string; kid?: string }) =>
      new SignJWT(payload).setProtectedHeader(protectedHeader).sign(stranger);
    expect(await verifyToken(await signed({ alg: 'ES256', kid }))).toBeNull();
    expect(await verifyToken(await signed({ alg: 'ES256', kid: 'unknown' }))).toBeNull();
    expect(await verifyToken(await signed({ alg: 'ES256' }))).toBeNull();
    // With the public key for a shared secret, and with none at all.
    const secret = Buffer.from(JSON.stringify(publicKey.export({ format: 'jwk' })));
    expect(await verifyToken(await new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid }).sign(secret))).toBeNull();
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url');
    expect(await verifyToken(`${none}.${claims}.`)).toBeNull();
  });

  it.each(['a.b.c', '..', 'eyJhbGciOiJFUzI1NiJ9.bm9qc29u.AA', `${'x'.repeat(3000)}.y.z`])('when it is none: %s', async (token) => {
    expect(await verifyToken(token)).toBeNull();
  });

  it.each([null, 5, true, {}, [], ['x'], '', '\ud800', 'x'.repeat(3000)])(
    'when it names its key %j, and no table is asked',
    async (kid) => {
      const { token } = await issue()(ROBOT, WISH);
      const [, ...rest] = token.split('.');
      const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid })).toString('base64url');
      const asked: unknown[] = [];
      const readKey = async (id: string) => (asked.push(id), keys.readKey(id));
      const verify = createVerifyToken({ keys: { readKey }, accounts: { read: async () => null }, clock: () => NOW });
      expect(await verify([header, ...rest].join('.'))).toBeNull();
      expect(asked).toEqual([]);
    },
  );

  it.each([
    ['no account', { 'kubernetes.io': undefined }],
    ['another issuer', { iss: 'https://example.com' }],
    ['no end', { exp: undefined }],
    ['a beginning that is to come', { nbf: NOW / 1000 + 60 }],
    ['another subject', { sub: 'system:serviceaccount:shop:admin' }],
    ['no list of audiences', { aud: undefined }],
  ])('when we signed it, but it has %s', async (_, change) => {
    const { token } = await issue()(ROBOT, WISH);
    const [header = '', claims = ''] = token.split('.');
    const payload = { ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), ...change };
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    expect(await verifyToken(await new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey))).toBeNull();
  });
});

it('a key that could not be stored is stored with the next token', async () => {
  let attempts = 0;
  const failing: VerificationKeyStore = {
    ...keys,
    saveKey: async (id, key) => {
      if (++attempts === 1) throw new Error('throttled');
      await keys.saveKey(id, key);
    },
  };
  const issue = createIssueToken({ signer: fileSigner(), keys: failing });
  await expect(issue(ROBOT, WISH)).rejects.toThrow('throttled');
  expect(await verifyToken((await issue(ROBOT, WISH)).token)).not.toBeNull();
  await issue(ROBOT, WISH);
  expect(attempts).toBe(2);
});
