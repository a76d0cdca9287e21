/** What kubectl 1.32 and 1.33 really send (test/fixtures/kubectl). */
import { describe, expect, it } from 'vitest';
import { decodeBody } from '../../functions/kubernetes/body.ts';
import { decodeProtobuf, type MessageSchema } from '../../functions/kubernetes/protobuf.ts';
import { NAMESPACE_MESSAGE } from '../../functions/resources/namespaces/namespace-message.ts';
import { createAccessReviewHandlers } from '../../functions/resources/reviews/access-reviews.ts';
import { createRulesReviewHandlers } from '../../functions/resources/reviews/rules-review.ts';
import { selfSubjectReviewHandlers } from '../../functions/resources/reviews/self-subject-review.ts';
import { BINDING_MESSAGE } from '../../functions/resources/rolebindings/binding-message.ts';
import { CLUSTER_ROLE_MESSAGE, ROLE_MESSAGE } from '../../functions/resources/roles/role-message.ts';
import { SECRET_MESSAGE } from '../../functions/resources/secrets/secret-message.ts';
import { SERVICE_ACCOUNT_MESSAGE } from '../../functions/resources/serviceaccounts/service-account-object.ts';
import { TOKEN_REQUEST_MESSAGE } from '../../functions/resources/serviceaccounts/token-message.ts';
import recorded from '../fixtures/kubectl/protobuf-bodies.json' with { type: 'json' };
import { EVERYBODY_MAY } from '../support/everybody-may.ts';

const authorizer = EVERYBODY_MAY;
const ACCESS_MESSAGE = createAccessReviewHandlers(authorizer).protobuf;
const RULES_MESSAGE = createRulesReviewHandlers(authorizer).protobuf;

const base64 = (text: string) => Buffer.from(text).toString('base64');

interface Expected {
  readonly kind: string;
  readonly apiVersion: string;
  readonly protobuf: MessageSchema | undefined;
  readonly object: object;
}

const secret = (name: string, type: string, data: object): Expected => ({
  kind: 'Secret',
  apiVersion: 'v1',
  protobuf: SECRET_MESSAGE,
  object: { metadata: { name }, type, data },
});
const DOCKER_CONFIG = {
  auths: {
    'registry.example.com': { username: 'alice', password: 'example', email: 'alice@example.com', auth: base64('alice:example') },
  },
};
const question = (spec: object): Expected => ({
  kind: 'SelfSubjectAccessReview',
  apiVersion: 'authorization.k8s.io/v1',
  protobuf: ACCESS_MESSAGE,
  object: { spec },
});
const token = (spec: object): Expected => ({
  kind: 'TokenRequest',
  apiVersion: 'authentication.k8s.io/v1',
  protobuf: TOKEN_REQUEST_MESSAGE,
  object: { spec },
});

const policy = (kind: string, protobuf: MessageSchema, object: object): Expected => ({
  kind,
  apiVersion: 'rbac.authorization.k8s.io/v1',
  protobuf,
  object,
});
const RBAC_GROUP = 'rbac.authorization.k8s.io';
const IMAGE_GROUP = 'image.openshift.io';

/** By the words of a command that tell it from the others. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  'secret generic generic': secret('generic', '', { a: base64('b'), empty: '' }),
  'secret docker-registry': secret('registry', 'kubernetes.io/dockerconfigjson', {
    '.dockerconfigjson': base64(JSON.stringify(DOCKER_CONFIG)),
  }),
  'secret tls': secret('tls', 'kubernetes.io/tls', {
    'tls.crt': expect.stringMatching(new RegExp(`^${base64('-----BEGIN CERTIFICATE').slice(0, -4)}`)) as string,
    'tls.key': expect.any(String) as string,
  }),
  'secret generic login': secret('login', 'kubernetes.io/basic-auth', { username: base64('alice'), password: base64('example') }),
  'create serviceaccount': {
    kind: 'ServiceAccount',
    apiVersion: 'v1',
    protobuf: SERVICE_ACCOUNT_MESSAGE,
    object: { metadata: { name: 'robot' } },
  },
  'create namespace': { kind: 'Namespace', apiVersion: 'v1', protobuf: NAMESPACE_MESSAGE, object: { metadata: { name: 'shop' } } },
  '--subresource=layers': question({
    resourceAttributes: {
      namespace: 'default',
      verb: 'get',
      group: 'image.openshift.io',
      resource: 'imagestreams',
      subresource: 'layers',
      name: 'app',
    },
  }),
  'can-i get /version': question({ nonResourceAttributes: { path: '/version', verb: 'get' } }),
  'can-i --list': {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    protobuf: RULES_MESSAGE,
    object: { spec: { namespace: 'default' } },
  },
  'auth whoami': {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    protobuf: selfSubjectReviewHandlers.protobuf,
    object: { metadata: {} },
  },
  'create role pusher': policy('Role', ROLE_MESSAGE, {
    metadata: { name: 'pusher' },
    rules: [{ verbs: ['get', 'update'], apiGroups: [IMAGE_GROUP], resources: ['imagestreams/layers'] }],
  }),
  'create clusterrole pruner': policy('ClusterRole', CLUSTER_ROLE_MESSAGE, {
    metadata: { name: 'pruner' },
    rules: [{ verbs: ['delete'], apiGroups: [IMAGE_GROUP], resources: ['images'] }],
  }),
  'create clusterrole prober': policy('ClusterRole', CLUSTER_ROLE_MESSAGE, {
    metadata: { name: 'prober' },
    rules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }],
  }),
  'create clusterrole team': policy('ClusterRole', CLUSTER_ROLE_MESSAGE, {
    metadata: { name: 'team' },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { team: 'a' } }] },
  }),
  'auth reconcile': policy('ClusterRole', CLUSTER_ROLE_MESSAGE, {
    metadata: { name: 'auditor' },
    rules: [{ verbs: ['get'], apiGroups: [IMAGE_GROUP], resources: ['imagestreams'] }],
  }),
  'create rolebinding pushers': policy('RoleBinding', BINDING_MESSAGE, {
    metadata: { name: 'pushers' },
    subjects: [
      { kind: 'User', apiGroup: RBAC_GROUP, name: 'alice' },
      { kind: 'Group', apiGroup: RBAC_GROUP, name: 'developers' },
      { kind: 'ServiceAccount', name: 'robot', namespace: 'default' },
    ],
    roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: 'system:image-pusher' },
  }),
  'create clusterrolebinding pruners': policy('ClusterRoleBinding', BINDING_MESSAGE, {
    metadata: { name: 'pruners' },
    subjects: [{ kind: 'User', apiGroup: RBAC_GROUP, name: 'alice' }],
    roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: 'system:image-pruner' },
  }),
  'token robot --duration': token({ audiences: ['vault', 'https://kubernetes.default.svc'], expirationSeconds: 600 }),
  'token robot --bound': token({ boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 'login', uid: '1-2' } }),
};

describe('a recorded body', () => {
  it.each(Object.entries(EXPECTED))('of %s is read', (words, { object, ...expected }) => {
    const found = recorded.filter(({ command }) => command.includes(words));
    expect(found).toHaveLength(1);
    const body = Buffer.from(found[0]?.body ?? '', 'base64');
    const { kind, apiVersion } = expected;
    expect(decodeBody(body, 'application/vnd.kubernetes.protobuf', expected)).toMatchObject({ kind, apiVersion, ...object });
  });

  it.each(recorded)('of $command says what it is', ({ request, body }) => {
    const { kind, apiVersion } = decodeProtobuf(Buffer.from(body, 'base64'), {}) as { kind: string; apiVersion: string };
    // The kind is the singular of the resource, but for tokens.
    const resource = /\/(\w+)(\?|$)/.exec(request)?.[1] ?? '';
    expect(`${kind.toLowerCase()}s`).toBe(resource === 'token' ? 'tokenrequests' : resource);
    if (resource !== 'token') expect(request).toContain(apiVersion === 'v1' ? '/api/v1/' : `/apis/${apiVersion}/`);
  });
});
