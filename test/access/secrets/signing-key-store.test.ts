import { randomUUID } from 'node:crypto';
import { CreateTableCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSecretCipher } from '../../../functions/access/secrets/secret-cipher.ts';
import { createSigningKeyStore } from '../../../functions/access/secrets/signing-key-store.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { openKeyFiles } from '../../support/key-files.ts';

const owner = { namespace: 'shop', name: 'deploy', uid: 'uid-1' };
let database: TestTable;
const table = `secrets-${randomUUID()}`;
const keys = openKeyFiles();
const key = keys.make();

const openStore = (...[key, previous]: Parameters<typeof createSecretCipher>) =>
  createSigningKeyStore({ client: database.client, table, cipher: createSecretCipher(key, previous) });

beforeAll(async () => {
  database = await startTestTable();
  await database.client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
});

afterAll(async () => {
  await database.stop();
  keys.remove();
});

describe('signing key store', () => {
  it('keeps one secret per owner', async () => {
    const store = openStore(key);
    const successor = { ...owner, uid: 'uid-2' };
    expect(await store.readKey(owner)).toBeNull();
    expect(await store.saveKey(owner, 'whsec_a')).toBe(true);
    expect(await store.saveKey(successor, 'whsec_b')).toBe(true);
    expect(await store.readKey(owner)).toBe('whsec_a');
    expect(await store.readKey(successor)).toBe('whsec_b');
    expect(await store.readKey({ ...owner, namespace: 'other' })).toBeNull();
  });

  it('tells a new secret from the one it has', async () => {
    const store = openStore(key);
    await store.saveKey(owner, 'whsec_a');
    expect(await store.saveKey(owner, 'whsec_a')).toBe(false);
    expect(await store.saveKey(owner, 'whsec_c')).toBe(true);
    expect(await store.readKey(owner)).toBe('whsec_c');
  });

  it('forgets, as often as it is asked to', async () => {
    const store = openStore(key);
    await store.saveKey(owner, 'whsec_a');
    await store.deleteKey(owner);
    await store.deleteKey(owner);
    expect(await store.readKey(owner)).toBeNull();
  });

  it('keeps no secret in the clear, and none that another owner’s would open', async () => {
    const secret = 'whsec_c2VjcmV0LW9mLXR3ZW50eS1mb3VyLWJ5dGVz';
    await openStore(key).saveKey({ ...owner, name: 'sealed' }, secret);
    const { Items = [] } = await database.client.send(new ScanCommand({ TableName: table }));
    const item = Items.find(({ sk }) => sk?.S === 'TRIGGER#sealed#uid-1');
    expect(Object.keys(item ?? {}).sort()).toEqual(['entity', 'fingerprint', 'pk', 'sealed', 'sk', 'v']);
    expect(JSON.stringify(item) + Buffer.from(item?.['sealed']?.B ?? []).toString('latin1')).not.toContain(secret.slice(6));
    await database.client.send(new PutItemCommand({ TableName: table, Item: { ...item, sk: { S: 'TRIGGER#thief#uid-1' } } }));
    await expect(openStore(key).readKey({ ...owner, name: 'thief' })).rejects.toThrow('sealed for another place');
  });

  it('opens what was sealed before the key was replaced', async () => {
    const next = keys.make();
    await openStore(key).saveKey({ ...owner, name: 'older' }, 'whsec_a');
    expect(await openStore(next, [key]).readKey({ ...owner, name: 'older' })).toBe('whsec_a');
    await expect(openStore(next).readKey({ ...owner, name: 'older' })).rejects.toThrow();
  });

  it('uses the keys the permissions are written for', async () => {
    await openStore(key).saveKey({ namespace: 'shop', name: 'x.y', uid: 'u' }, 'whsec_a');
    const { Items = [] } = await database.client.send(new ScanCommand({ TableName: table }));
    expect(Items.map(({ pk, sk }) => [pk?.S, sk?.S])).toContainEqual(['NS#shop', 'TRIGGER#x.y#u']);
  });
});
