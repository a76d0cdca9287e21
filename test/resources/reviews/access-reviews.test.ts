/** Reviews over real roles and bindings. */
import { describe, expect, it } from 'vitest';
import { createRbacAuthorizer } from '../../../functions/access/policy/rbac-authorizer.ts';
import { group, serviceAccount, user } from '../../../functions/rbac/default-policy.ts';
import type { ResourceHandlers } from '../../../functions/kubernetes/handlers.ts';
import {
  createAccessReviewHandlers,
  createLocalAccessReviewHandlers,
  createSubjectAccessReviewHandlers,
} from '../../../functions/resources/reviews/access-reviews.ts';
import {
  createLocalResourceReviewHandlers,
  createResourceReviewHandlers,
} from '../../../functions/resources/reviews/resource-access-review.ts';
import { createRulesReviewHandlers } from '../../../functions/resources/reviews/rules-review.ts';
import {
  createLocalSubjectReviewHandlers,
  createSubjectReviewHandlers,
} from '../../../functions/resources/reviews/subject-access-review.ts';
import { clusterRole, memoryPolicy } from '../../access/memory-policy.ts';
import { sender } from '../plain-store.ts';

const KUBERNETES = 'authorization.k8s.io/v1';
const OPENSHIFT = 'authorization.openshift.io/v1';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as in http-function.ts: each resource has its own object type
type Make = (authorizer: ReturnType<typeof createRbacAuthorizer>) => ResourceHandlers<any>;

/** Asked by alice, who is in `developers`; the pipeline lets her ask. */
function setUp(version: string, resource: string, make: Make) {
  const policy = memoryPolicy();
  const authorizer = createRbacAuthorizer({ reader: policy.reader, clock: () => 0 });
  const send = sender(`${version}/${resource}`, make(authorizer));
  const ask = (body: object, namespace = '') =>
    send('POST', `/apis/${version}/${namespace === '' ? '' : `namespaces/${namespace}/`}${resource}`, body);
  return { policy, ask };
}

const streams = { verb: 'get', group: 'image.openshift.io', resource: 'imagestreams', namespace: 'shop' };

describe('selfsubjectaccessreviews', () => {
  it('answer what roles and bindings say', async () => {
    const { policy, ask } = setUp(KUBERNETES, 'selfsubjectaccessreviews', createAccessReviewHandlers);
    const status = async (spec: object) => (await ask({ spec })).body.status as unknown;
    expect(await status({ resourceAttributes: streams })).toEqual({ allowed: false });
    policy.bind('shop', clusterRole('view'), group('developers'));
    expect(await status({ resourceAttributes: streams })).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "b0/shop" of ClusterRole "view" to Group "developers"',
    });
    expect(await status({ resourceAttributes: { ...streams, subresource: 'secrets' } })).toEqual({ allowed: false });
    // How `can-i get imagestreams/layers` arrives: layers is taken for the name of a stream, by upstream as well.
    expect(await status({ resourceAttributes: { ...streams, name: 'layers' } })).toMatchObject({ allowed: true });
    expect(await status({ nonResourceAttributes: { path: '/version', verb: 'get' } })).toEqual({ allowed: false });
    policy.bind('', clusterRole('system:public-info-viewer'), user('alice'));
    expect(await status({ nonResourceAttributes: { path: '/version', verb: 'get' } })).toMatchObject({ allowed: true });
    expect(await status({ nonResourceAttributes: { path: '/version', verb: 'post' } })).toEqual({ allowed: false });
  });

  it.each([
    [
      undefined,
      'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ],
    [{}, 'exactly one of'],
    [{ resourceAttributes: {}, nonResourceAttributes: {} }, 'cannot be specified in combination with resourceAttributes'],
  ])('ask one thing: %j', async (spec, message) => {
    const { ask } = setUp(KUBERNETES, 'selfsubjectaccessreviews', createAccessReviewHandlers);
    const answer = await ask({ spec });
    expect([answer.code, answer.body.message]).toEqual([422, expect.stringContaining(message)]);
  });
});

describe('subjectaccessreviews and localsubjectaccessreviews of Kubernetes', () => {
  it('ask about others', async () => {
    const { policy, ask } = setUp(KUBERNETES, 'subjectaccessreviews', createSubjectAccessReviewHandlers);
    policy.bind('shop', clusterRole('view'), user('bob'), group('ops'));
    const allowed = async (who: object) => (await ask({ spec: { ...who, resourceAttributes: streams } })).body.status.allowed as boolean;
    expect(await Promise.all([allowed({ user: 'bob' }), allowed({ groups: ['ops'] }), allowed({ user: 'alice' })])).toEqual([
      true,
      true,
      false,
    ]);
    expect((await ask({ spec: { resourceAttributes: streams } })).body.message).toContain(
      'at least one of user or group must be specified',
    );
  });

  it('ask about the namespace of the request alone', async () => {
    const { policy, ask } = setUp(KUBERNETES, 'localsubjectaccessreviews', createLocalAccessReviewHandlers);
    policy.bind('shop', clusterRole('view'), user('bob'));
    const spec = { user: 'bob', resourceAttributes: streams };
    expect((await ask({ spec }, 'shop')).body.status.allowed).toBe(true);
    expect((await ask({ spec }, 'other')).body.message).toContain('must match metadata.namespace');
    const path = { user: 'bob', nonResourceAttributes: { path: '/version', verb: 'get' } };
    expect((await ask({ spec: path }, 'shop')).body.message).toContain('disallowed on this kind of request');
  });
});

it('selfsubjectrulesreviews list what somebody holds', async () => {
  const { policy, ask } = setUp(KUBERNETES, 'selfsubjectrulesreviews', createRulesReviewHandlers);
  policy.bind('shop', clusterRole('system:image-puller'), user('alice'));
  policy.bind('', clusterRole('system:public-info-viewer'), user('alice'));
  expect((await ask({ spec: { namespace: 'shop' } })).body.status).toEqual({
    resourceRules: [
      { verbs: ['get'], apiGroups: ['', 'image.openshift.io'], resources: ['imagestreams/layers'] },
      { verbs: ['get'], apiGroups: ['image.openshift.io'], resources: ['imagestreams/resolve'] },
    ],
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/livez', '/readyz', '/healthz', '/version', '/version/'] }],
    incomplete: false,
  });
  expect((await ask({ spec: { namespace: 'other' } })).body.status.resourceRules).toEqual([]);
  expect((await ask({ spec: {} })).body.message).toBe('no namespace on request');
});

describe('reviews of OpenShift', () => {
  const get = { namespace: 'shop', verb: 'get', resourceAPIGroup: 'image.openshift.io', resource: 'imagestreams' };

  it('subjectaccessreviews about oneself take the right to ask that, as `oc status` does', async () => {
    const { policy, ask } = setUp(OPENSHIFT, 'subjectaccessreviews', createSubjectReviewHandlers);
    expect((await ask(get)).code).toBe(403);
    policy.bind('', clusterRole('basic-user'), user('alice'));
    expect(await ask({ ...get, user: '', groups: null, scopes: null, content: null })).toMatchObject({
      code: 201,
      body: { kind: 'SubjectAccessReviewResponse', apiVersion: OPENSHIFT, namespace: 'shop', allowed: false },
    });
    policy.bind('shop', clusterRole('view'), user('alice'));
    expect((await ask(get)).body.allowed).toBe(true);
    expect((await ask({ ...get, resource: 'imagestreams/layers' })).body.allowed).toBe(true);
    expect((await ask({ ...get, resource: 'imagestreams/secrets' })).body.allowed).toBe(false);
    expect((await ask({ isNonResourceURL: true, path: '/metrics', verb: 'get' })).body.allowed).toBe(false);
  });

  it('subjectaccessreviews about others are for who may ask them there', async () => {
    const { policy, ask } = setUp(OPENSHIFT, 'subjectaccessreviews', createSubjectReviewHandlers);
    policy.bind('', clusterRole('basic-user'), user('alice'));
    policy.bind('shop', clusterRole('admin'), user('alice'));
    const refused = await ask({ ...get, user: 'bob' });
    expect([refused.code, refused.body.message]).toEqual([
      403,
      'subjectaccessreviews.authorization.openshift.io is forbidden: User "alice" cannot create resource "subjectaccessreviews" ' +
        'in API group "authorization.openshift.io" at the cluster scope',
    ]);
    policy.bind('', clusterRole('cluster-reader'), user('alice'));
    expect((await ask({ ...get, user: 'bob' })).body.allowed).toBe(false);
    expect((await ask({ ...get, groups: ['system:masters'] })).body.allowed).toBe(true);
  });

  it('localsubjectaccessreviews are about their namespace', async () => {
    const { policy, ask } = setUp(OPENSHIFT, 'localsubjectaccessreviews', createLocalSubjectReviewHandlers);
    policy.bind('shop', clusterRole('view'), user('bob'));
    expect((await ask({ ...get, namespace: '', user: 'bob' }, 'shop')).body).toMatchObject({ namespace: 'shop', allowed: true });
    expect((await ask({ ...get, user: 'bob' }, 'other')).code).toBe(422);
  });

  it('localresourceaccessreviews tell who can, as `oc policy who-can` asks', async () => {
    const { policy, ask } = setUp(OPENSHIFT, 'localresourceaccessreviews', createLocalResourceReviewHandlers);
    policy.bind('shop', clusterRole('system:image-puller'), serviceAccount('b', 'default'));
    // The client finds no such resource type, so the group arrives empty.
    const answer = await ask(
      { verb: 'get', resourceAPIGroup: '', resourceAPIVersion: '', resource: 'imagestreams/layers', content: null },
      'shop',
    );
    expect(answer).toMatchObject({ code: 201, body: { kind: 'ResourceAccessReviewResponse', apiVersion: OPENSHIFT, namespace: 'shop' } });
    expect(answer.body.users).toEqual(['system:admin', 'system:serviceaccount:b:default', 'system:serviceaccount:shop:builder']);
    expect(answer.body.groups).toEqual([
      'system:cluster-admins',
      'system:cluster-readers',
      'system:masters',
      'system:serviceaccounts:shop',
    ]);
  });

  it('resourceaccessreviews take the right to ask in the namespace they are about', async () => {
    const { policy, ask } = setUp(OPENSHIFT, 'resourceaccessreviews', createResourceReviewHandlers);
    expect((await ask(get)).code).toBe(403);
    policy.bind('shop', clusterRole('admin'), user('alice'));
    expect((await ask(get)).body.users).toContain('alice');
    expect((await ask({ ...get, namespace: '' })).code).toBe(403);
  });

  it.each([
    [{ resource: 'imagestreams' }, 'verb: Required value'],
    [{ verb: 'get' }, 'resource: Required value'],
    [{ verb: 'get', isNonResourceURL: true }, 'path: Required value'],
    [{ verb: 'get', isNonResourceURL: true, path: '/x', resource: 'y' }, 'resource may not be specified with non resource URLs'],
  ])('want a whole question: %j', async (question, message) => {
    const { ask } = setUp(OPENSHIFT, 'subjectaccessreviews', createSubjectReviewHandlers);
    const answer = await ask(question);
    expect([answer.code, answer.body.message]).toEqual([422, expect.stringContaining(message)]);
  });
});
