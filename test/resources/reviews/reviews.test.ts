import { describe, expect, it } from 'vitest';
import type { Authorizer } from '../../../functions/resources/ports.ts';
import { createAccessReviewHandlers, createRulesReviewHandlers } from '../../../functions/resources/reviews/access-reviews.ts';
import { createSubjectReviewHandlers } from '../../../functions/resources/reviews/subject-access-review.ts';
import { selfSubjectReviewHandlers, userHandlers } from '../../../functions/resources/reviews/self-subject-review.ts';
import { sender } from '../plain-store.ts';

/** Reading streams is all that is allowed, and only in `shop`. */
const authorizer: Authorizer = {
  authorize: async ({ user }, { verb, group, resource, subresource = '', namespace }) => {
    const allowed =
      user === 'alice' &&
      verb === 'get' &&
      `${group}/${resource}/${subresource}` === 'image.openshift.io/imagestreams/' &&
      namespace === 'shop';
    return { allowed, reason: allowed ? '' : 'no rule' };
  },
};
const AUTHORIZATION = '/apis/authorization.k8s.io/v1';

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

describe('selfsubjectaccessreviews', () => {
  const send = sender('authorization.k8s.io/v1/selfsubjectaccessreviews', createAccessReviewHandlers(authorizer));
  const ask = (spec: unknown) => send('POST', `${AUTHORIZATION}/selfsubjectaccessreviews`, { spec });
  const group = 'image.openshift.io';

  it.each([
    [{ verb: 'get', group, resource: 'imagestreams', namespace: 'shop' }, { allowed: true }],
    [
      { verb: 'get', group, resource: 'imagestreams', subresource: 'secrets', namespace: 'shop' },
      { allowed: false, reason: 'no rule' },
    ],
    [
      { verb: 'delete', group, resource: 'imagestreams', namespace: 'shop' },
      { allowed: false, reason: 'no rule' },
    ],
    [{}, { allowed: false, reason: 'no rule' }],
  ])('ask the authorizer: %j', async (resourceAttributes, status) => {
    expect(await ask({ resourceAttributes })).toMatchObject({ code: 201, body: { spec: { resourceAttributes }, status } });
  });

  it('know that discovery is public', async () => {
    expect((await ask({ nonResourceAttributes: { path: '/version', verb: 'get' } })).body.status.allowed).toBe(true);
    expect((await ask({ nonResourceAttributes: { path: '/version', verb: 'post' } })).body.status.allowed).toBe(false);
  });

  it.each([undefined, {}, { resourceAttributes: {}, nonResourceAttributes: {} }])('ask one thing: %j', async (spec) => {
    expect((await ask(spec)).code).toBe(422);
  });
});

it('selfsubjectrulesreviews list what is allowed', async () => {
  const send = sender('authorization.k8s.io/v1/selfsubjectrulesreviews', createRulesReviewHandlers(authorizer));
  const rules = async (namespace: string) =>
    (await send('POST', `${AUTHORIZATION}/selfsubjectrulesreviews`, { spec: { namespace } })).body.status.resourceRules as unknown;
  expect(await rules('shop')).toEqual([{ verbs: ['get'], apiGroups: ['image.openshift.io'], resources: ['imagestreams'] }]);
  expect(await rules('other')).toEqual([]);
});

describe('subjectaccessreviews of OpenShift', () => {
  const send = sender('authorization.openshift.io/v1/subjectaccessreviews', createSubjectReviewHandlers(authorizer));
  const ask = (question: object) => send('POST', '/apis/authorization.openshift.io/v1/subjectaccessreviews', question);
  const get = { namespace: 'shop', verb: 'get', resourceAPIGroup: 'image.openshift.io', resource: 'imagestreams' };

  it.each<[object, boolean]>([
    [get, true],
    [{ ...get, user: '', groups: null, scopes: null, content: null }, true],
    [{ ...get, user: 'bob' }, false],
    [{ ...get, groups: ['developers'] }, false],
    [{ ...get, resource: 'imagestreams/layers' }, false],
    [{ ...get, namespace: 'other' }, false],
    [{ isNonResourceURL: true, path: '/version', verb: 'get' }, true],
    [{ isNonResourceURL: true, path: '/version', verb: 'post' }, false],
  ])('%j', async (question, allowed) => {
    const { namespace = '' } = question as { namespace?: string };
    expect(await ask(question)).toMatchObject({
      code: 201,
      body: { kind: 'SubjectAccessReviewResponse', apiVersion: 'authorization.openshift.io/v1', namespace, allowed },
    });
  });

  it('want a question', async () => {
    expect((await ask({ resource: 'imagestreams' })).code).toBe(400);
  });
});
