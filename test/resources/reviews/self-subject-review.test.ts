import { expect, it } from 'vitest';
import { selfSubjectReviewHandlers, userHandlers } from '../../../functions/resources/reviews/self-subject-review.ts';
import { sender } from '../plain-store.ts';

it('selfsubjectreviews tell who asks', async () => {
  const send = sender('authentication.k8s.io/v1/selfsubjectreviews', selfSubjectReviewHandlers);
  expect(await send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {})).toMatchObject({
    code: 201,
    body: { kind: 'SelfSubjectReview', status: { userInfo: { username: 'alice', groups: ['developers'] } } },
  });
});

it('users/~ is who asks, and there is nobody else', async () => {
  const send = sender('user.openshift.io/v1/users', userHandlers);
  const path = '/apis/user.openshift.io/v1/users';
  expect((await send('GET', `${path}/~`)).body).toMatchObject({ kind: 'User', metadata: { name: 'alice' }, groups: ['developers'] });
  expect((await send('GET', `${path}/alice`)).code).toBe(200);
  expect((await send('GET', `${path}/bob`)).code).toBe(404);
});
