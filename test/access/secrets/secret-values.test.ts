import { expect, it } from 'vitest';
import { createSecretValues } from '../../../functions/access/secrets/secret-values.ts';
import type { StoredSecret } from '../../../functions/access/ports.ts';

it('reads the bytes of one key of one secret', async () => {
  const secret = { data: { token: Buffer.from([0, 255, 7]).toString('base64'), empty: '' } } as unknown as StoredSecret;
  const values = createSecretValues({
    read: async (namespace, name) => (`${namespace}/${name}` === 'shop/github' ? secret : null),
  });
  expect([...((await values.readSecretValue('shop', 'github', 'token')) ?? [])]).toEqual([0, 255, 7]);
  expect((await values.readSecretValue('shop', 'github', 'empty'))?.length).toBe(0);
  expect(await values.readSecretValue('shop', 'github', 'toString')).toBeNull();
  expect(await values.readSecretValue('bank', 'github', 'token')).toBeNull();
});
