import { describe, expect, it } from 'vitest';
import type { StoredServiceAccount } from '../../../functions/access/ports.ts';
import { createServiceAccountHandlers } from '../../../functions/resources/serviceaccounts/handlers.ts';
import { anyNamespace, memoryStore, sender } from '../plain-store.ts';

const ACCOUNTS = '/api/v1/namespaces/shop/serviceaccounts';

function setUp() {
  const objects = memoryStore<StoredServiceAccount>();
  const send = sender(
    '/v1/serviceaccounts',
    createServiceAccountHandlers({ objects, namespaces: anyNamespace, retry: (attempt) => attempt() }),
  );
  return { send };
}

describe('service accounts', () => {
  it('keep secrets, pull secrets and automount', async () => {
    const { send } = setUp();
    const fields = { secrets: [{ name: 's', kind: 'Secret' }], imagePullSecrets: [{ name: 'p' }], automountServiceAccountToken: false };
    const { code, body } = await send('POST', ACCOUNTS, { metadata: { name: 'robot' }, ...fields, unknown: 1 });
    expect(code).toBe(201);
    expect(body).toMatchObject({ kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name: 'robot', namespace: 'shop' }, ...fields });
    expect(body).not.toHaveProperty('unknown');
    const linked = { ...body, secrets: [...fields.secrets, { name: 't' }] };
    expect((await send('PUT', `${ACCOUNTS}/robot`, linked)).body.secrets).toEqual(linked.secrets);
    expect((await send('PUT', `${ACCOUNTS}/robot`, { metadata: { name: 'robot' } })).body).not.toHaveProperty('secrets');
  });

  it.each([{ secrets: 'x' }, { secrets: ['x'] }, { imagePullSecrets: [{ name: 7 }] }, { automountServiceAccountToken: 'yes' }])(
    'refuse %j',
    async (fields) => {
      const { code, body } = await setUp().send('POST', ACCOUNTS, { metadata: { name: 'robot' }, ...fields });
      expect(code).toBe(400);
      expect(body.message).toMatch(/^ServiceAccount in version "v1" cannot be handled as a ServiceAccount: json: cannot unmarshal/);
    },
  );

  it('are shown in a table', async () => {
    const { send } = setUp();
    await send('POST', ACCOUNTS, { metadata: { name: 'robot' }, secrets: [{ name: 's' }] });
    const accept = { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' };
    const { body } = await send('GET', `${ACCOUNTS}/robot`, undefined, 'application/json', accept);
    expect(body.rows[0].cells).toEqual(['robot', 1, '0s']);
  });
});
