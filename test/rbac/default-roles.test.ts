/** What the default roles may do with everything that is served, against the rules of Kubernetes and of OpenShift's bootstrap policy, told anew. */
import { describe, expect, it } from 'vitest';
import { resourceKey } from '../../functions/kubernetes/api-resource.ts';
import { ruleAllows } from '../../functions/rbac/allows.ts';
import { DEFAULT_CLUSTER_BINDINGS, namespaceBindings } from '../../functions/rbac/default-bindings.ts';
import { DEFAULT_CLUSTER_ROLES, namespaceRoles } from '../../functions/rbac/default-roles.ts';
import { gatherRules } from '../../functions/rbac/gather-rules.ts';
import type { PolicyRule } from '../../functions/rbac/types.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';

const LETTERS = { c: 'create', d: 'delete', g: 'get', l: 'list', p: 'patch', u: 'update', w: 'watch', x: 'deletecollection' } as const;
const ALL = 'cdglpuwx';

/** `role=verbs`, the letters above in their order; roles that are not named may do nothing. */
const READERS = 'view=glw cluster-reader=glw';
const STREAM_KIND = `${READERS} edit=${ALL} admin=${ALL} registry-viewer=glw registry-editor=${ALL} registry-admin=${ALL}`;
const EDITED = `edit=${ALL} admin=${ALL} registry-editor=${ALL} registry-admin=${ALL}`;
const READ_ALONG = 'view=g edit=g admin=g cluster-reader=g registry-viewer=g registry-editor=g registry-admin=g';
const ASK_ABOUT_OTHERS = 'admin=c registry-admin=c cluster-reader=c';
const POLICY = `admin=${ALL} registry-admin=${ALL} cluster-reader=glw`;

const FACTS: Readonly<Record<string, string>> = {
  'image.openshift.io/v1/images': 'cluster-reader=glw system:image-auditor=glpuw system:image-signer=g system:image-pruner=dgl',
  'image.openshift.io/v1/imagesignatures': 'cluster-reader=glw system:image-signer=cd',
  'image.openshift.io/v1/imagestreams': `${STREAM_KIND} system:image-builder=c system:image-pruner=gl`,
  'image.openshift.io/v1/imagestreams/status': 'view=glw edit=glw admin=glw cluster-reader=glw system:image-pruner=u',
  'image.openshift.io/v1/imagestreams/layers':
    'view=g edit=gu admin=gu cluster-reader=g registry-viewer=g registry-editor=gu registry-admin=gu ' +
    'system:image-puller=g system:image-pusher=gu system:image-builder=gu system:image-signer=g',
  'image.openshift.io/v1/imagestreams/secrets': EDITED,
  'image.openshift.io/v1/imagestreamimages': STREAM_KIND,
  'image.openshift.io/v1/imagestreamtags': `${STREAM_KIND} system:deployer=cu`,
  'image.openshift.io/v1/imagetags': `${STREAM_KIND} system:deployer=cu`,
  'image.openshift.io/v1/imagestreammappings': STREAM_KIND,
  'image.openshift.io/v1/imagestreamimports': 'edit=c admin=c registry-editor=c registry-admin=c',
  // Ours, in decision 0052.
  'image.openshift.io/v1/imagestreams/resolve': `${READ_ALONG} system:image-puller=g system:image-pusher=g system:image-builder=g`,
  'image.openshift.io/v1/imagestreams/schedule': READ_ALONG,
  'image.openshift.io/v1/imagestreamtags/history': READ_ALONG,
  'image.openshift.io/v1/imagestreams/diagnose': 'edit=g admin=g registry-editor=g registry-admin=g',
  'delivery.image-streams.io/v1/imagetriggers': `${READERS} edit=${ALL} admin=${ALL}`,
  'delivery.image-streams.io/v1/imagetriggers/redeliver': 'edit=c admin=c',
  'delivery.image-streams.io/v1/imagetriggers/deliveries': 'view=g edit=g admin=g cluster-reader=g',
  '/v1/namespaces': 'view=glw edit=glw admin=glw cluster-reader=glw registry-viewer=g registry-editor=g registry-admin=g',
  'delivery.image-streams.io/v1/admissionmappings': '', // ours: it is of the cluster, and lends images of every namespace it names
  'delivery.image-streams.io/v1/admissionmappings/token': '',
  'access.image-streams.io/v1/iamidentitymappings': '', // ours: who may write it may become nearly anybody
  '/v1/secrets': EDITED,
  '/v1/serviceaccounts': `${READERS} ${EDITED}`,
  '/v1/serviceaccounts/token': 'edit=c admin=c',
  '/v1/limitranges': 'view=glw edit=glw admin=glw cluster-reader=glw system:image-pruner=l',
  '/v1/resourcequotas': 'view=glw edit=glw admin=glw cluster-reader=glw',
  '/v1/resourcequotas/status': 'view=glw edit=glw admin=glw cluster-reader=glw',
  'project.openshift.io/v1/projects':
    'view=g edit=g admin=dgpu cluster-reader=glw registry-viewer=g registry-editor=g registry-admin=dg basic-user=lw',
  'project.openshift.io/v1/projectrequests': 'basic-user=l self-provisioner=c cluster-reader=glw',
  'user.openshift.io/v1/users': 'cluster-reader=glw',
  'authentication.k8s.io/v1/selfsubjectreviews': 'system:basic-user=c',
  'authentication.k8s.io/v1beta1/selfsubjectreviews': 'system:basic-user=c',
  'authorization.k8s.io/v1/selfsubjectaccessreviews': 'basic-user=c system:basic-user=c self-access-reviewer=c cluster-reader=c',
  'authorization.k8s.io/v1/selfsubjectrulesreviews': 'system:basic-user=c cluster-reader=c',
  'authorization.k8s.io/v1/subjectaccessreviews': 'cluster-reader=c',
  'authorization.k8s.io/v1/localsubjectaccessreviews': ASK_ABOUT_OTHERS,
  'authorization.openshift.io/v1/subjectaccessreviews': ASK_ABOUT_OTHERS,
  'authorization.openshift.io/v1/localsubjectaccessreviews': ASK_ABOUT_OTHERS,
  'authorization.openshift.io/v1/resourceaccessreviews': ASK_ABOUT_OTHERS,
  'authorization.openshift.io/v1/localresourceaccessreviews': ASK_ABOUT_OTHERS,
  'rbac.authorization.k8s.io/v1/roles': POLICY,
  'rbac.authorization.k8s.io/v1/rolebindings': POLICY,
  'rbac.authorization.k8s.io/v1/clusterroles': 'cluster-reader=glw basic-user=glw',
  'rbac.authorization.k8s.io/v1/clusterrolebindings': 'cluster-reader=glw',
};

/** Bound by nobody: they lend their rules to the others, where the matrix sees them. */
const isLender = (name: string) => name.includes('aggregate-to-');
const ROLES = DEFAULT_CLUSTER_ROLES.map(({ name }) => name).filter((name) => !isLender(name));
const UNLIMITED = ['cluster-admin', 'system:master'];

function rulesOf(name: string): readonly PolicyRule[] {
  const role = DEFAULT_CLUSTER_ROLES.find((each) => each.name === name);
  if (role === undefined) throw new Error(`no role ${name}`);
  return gatherRules(role, DEFAULT_CLUSTER_ROLES);
}

describe('the default roles', () => {
  it('are these', () => {
    expect(ROLES).toEqual(
      [
        ...['admin', 'basic-user', 'cluster-admin', 'cluster-reader', 'cluster-status', 'edit', 'registry-admin', 'registry-editor'],
        ...['registry-viewer', 'self-access-reviewer', 'self-provisioner', 'system:basic-user', 'system:deployer', 'system:discovery'],
        ...['system:image-auditor', 'system:image-builder', 'system:image-pruner', 'system:image-puller', 'system:image-pusher'],
        ...['system:image-signer', 'system:master', 'system:oauth-token-deleter', 'system:openshift:discovery'],
        ...['system:public-info-viewer', 'view'],
      ].sort(),
    );
  });

  it.each(ROLES)('%s may do with each resource what upstream lets it do', (role) => {
    const rules = rulesOf(role);
    const found = RESOURCE_TABLE.map((entry) => {
      const { group, resource, subresource = '' } = entry;
      const verbs = Object.entries(LETTERS).filter(([, verb]) =>
        rules.some((rule) => ruleAllows(rule, { verb, group, resource, subresource, name: 'x' })),
      );
      return [resourceKey(entry), verbs.map(([letter]) => letter).join('')];
    });
    const expected = RESOURCE_TABLE.map((entry) => [resourceKey(entry), UNLIMITED.includes(role) ? ALL : factOf(resourceKey(entry), role)]);
    expect(found).toEqual(expected);
  });

  it('let nobody but the unlimited escalate, bind or impersonate users', () => {
    const asked = ['escalate', 'bind', 'impersonate'].flatMap((verb) =>
      ['roles', 'clusterroles', 'users', 'groups'].map((resource) => ({ verb, group: '', resource, subresource: '', name: 'x' })),
    );
    const groups = ['', 'rbac.authorization.k8s.io', 'user.openshift.io'];
    const may = ROLES.filter((role) =>
      rulesOf(role).some((rule) => asked.some((request) => groups.some((group) => ruleAllows(rule, { ...request, group })))),
    );
    expect(may).toEqual(UNLIMITED);
  });

  it('let everybody ask who they are, and nobody else', () => {
    const get = { verb: 'get', group: 'user.openshift.io', resource: 'users', subresource: '' };
    const may = (name: string) => rulesOf('basic-user').some((rule) => ruleAllows(rule, { ...get, name }));
    expect([may('~'), may('alice'), may('')]).toEqual([true, false, false]);
  });

  it.each([
    ['system:public-info-viewer', ['/healthz', '/livez', '/readyz', '/version', '/version/']],
    [
      'system:discovery',
      ['/healthz', '/livez', '/readyz', '/version', '/version/', '/api', '/api/v1', '/apis', '/apis/x', '/openapi', '/openapi/v3'],
    ],
    ['system:openshift:discovery', ['/version', '/version/', '/api', '/api/v1', '/apis', '/apis/x', '/']],
    ['cluster-status', ['/healthz', '/version', '/version/', '/api', '/api/v1', '/apis', '/apis/x', '/']],
    ['view', []],
  ])('%s reads the paths %j', (role, allowed) => {
    const paths = [
      '/',
      '/healthz',
      '/livez',
      '/readyz',
      '/version',
      '/version/',
      '/api',
      '/api/v1',
      '/apis',
      '/apis/x',
      '/openapi',
      '/openapi/v3',
      '/metrics',
    ];
    const found = paths.filter((path) => rulesOf(role).some((rule) => ruleAllows(rule, { verb: 'get', path })));
    expect([...found].sort()).toEqual([...allowed].sort());
  });
});

describe('the default bindings', () => {
  it('refer to roles there are', () => {
    const roles = DEFAULT_CLUSTER_ROLES.map(({ name }) => name);
    const bindings = [...DEFAULT_CLUSTER_BINDINGS, ...namespaceBindings('shop')];
    expect(bindings.map(({ roleRef }) => roleRef.name).filter((name) => !roles.includes(name))).toEqual([]);
    expect(new Set(DEFAULT_CLUSTER_BINDINGS.map(({ name }) => name)).size).toBe(DEFAULT_CLUSTER_BINDINGS.length);
  });

  it('let service accounts of a namespace pull, its builder push and its deployer tag', () => {
    const given = namespaceBindings('shop').map(({ name, roleRef, subjects }) => [name, roleRef.name, subjects]);
    expect(given).toMatchObject([
      ['system:deployers', 'system:deployer', [{ kind: 'ServiceAccount', namespace: 'shop', name: 'deployer' }]],
      ['system:image-builders', 'system:image-builder', [{ kind: 'ServiceAccount', namespace: 'shop', name: 'builder' }]],
      ['system:image-pullers', 'system:image-puller', [{ kind: 'Group', name: 'system:serviceaccounts:shop' }]],
    ]);
  });

  it('share the namespace openshift with everybody who has an identity', () => {
    expect(namespaceRoles('shop')).toEqual([]);
    const [role] = namespaceRoles('openshift');
    const binding = namespaceBindings('openshift').find(({ roleRef }) => roleRef.name === role?.name);
    expect(binding).toMatchObject({ roleRef: { kind: 'Role' }, subjects: [{ kind: 'Group', name: 'system:authenticated' }] });
  });
});

function factOf(key: string, role: string): string {
  const fact = FACTS[key];
  if (fact === undefined) throw new Error(`what upstream's roles may do with ${key} is not told here`);
  return (
    fact
      .split(' ')
      .find((each) => each.startsWith(`${role}=`))
      ?.slice(role.length + 1) ?? ''
  );
}
