import { expect, it } from 'vitest';
import { allowAuthenticated } from '../../functions/access/allow-authenticated.ts';

it('allows any identity anything', async () => {
  const question = { verb: 'delete', group: 'image.openshift.io', resource: 'images' };
  expect(await allowAuthenticated.authorize({ user: 'alice', groups: [] }, question)).toMatchObject({ allowed: true });
});
