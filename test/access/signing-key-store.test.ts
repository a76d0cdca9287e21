import { randomUUID } from 'node:crypto';
import { CreateTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSigningKeyStore } from '../../functions/access/signing-key-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';

const owner = { namespace: 'shop', name: 'deploy', uid: 'uid-1' };
let database: TestTable;
const table = `secrets-${randomUUID()}`;

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

afterAll(() => database.stop());

describe('signing key store', () => {
  it('keeps one secret per owner', async () => {
    const store = createSigningKeyStore({ client: database.client, table });
    const successor = { ...owner, uid: 'uid-2' };
    expect(await store.readKey(owner)).toBeNull();
    expect(await store.saveKey(owner, 'whsec_a')).toBe(true);
    expect(await store.saveKey(successor, 'whsec_b')).toBe(true);
    expect(await store.readKey(owner)).toBe('whsec_a');
    expect(await store.readKey(successor)).toBe('whsec_b');
    expect(await store.readKey({ ...owner, namespace: 'other' })).toBeNull();
  });

  it('tells a new secret from the one it has', async () => {
    const store = createSigningKeyStore({ client: database.client, table });
    await store.saveKey(owner, 'whsec_a');
    expect(await store.saveKey(owner, 'whsec_a')).toBe(false);
    expect(await store.saveKey(owner, 'whsec_c')).toBe(true);
    expect(await store.readKey(owner)).toBe('whsec_c');
  });

  it('forgets, as often as it is asked to', async () => {
    const store = createSigningKeyStore({ client: database.client, table });
    await store.saveKey(owner, 'whsec_a');
    await store.deleteKey(owner);
    await store.deleteKey(owner);
    expect(await store.readKey(owner)).toBeNull();
  });

  it('uses the keys the permissions are written for', async () => {
    await createSigningKeyStore({ client: database.client, table }).saveKey({ namespace: 'shop', name: 'x.y', uid: 'u' }, 'whsec_a');
    const { Items = [] } = await database.client.send(new ScanCommand({ TableName: table }));
    expect(Items.map(({ pk, sk }) => [pk?.S, sk?.S])).toContainEqual(['NS#shop', 'TRIGGER#x.y#u']);
  });
});
