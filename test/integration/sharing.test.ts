/** Sharing images between projects with kubectl, and what somebody cannot make of being the admin of one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POLICY_KEPT_MS } from '../../functions/access/policy/recent-policy.ts';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const DIGEST = `sha256:${'a'.repeat(64)}`;

let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

/** Requests in the name of a service account. */
async function actAs(namespace: string, account: string) {
  const token = (await stack.kubectl.run(['create', 'token', account, '-n', namespace])).trim();
  return {
    kubectl: (...args: readonly string[]) => stack.kubectl.attempt([...args, `--token=${token}`]),
    code: async (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
      (await stack.request(method, path, body, { authorization: `Bearer ${token}`, ...headers })).code,
  };
}

const bind = (namespace: string, name: string, role: string, account: string) =>
  stack.kubectl.run(['create', 'rolebinding', name, `--clusterrole=${role}`, `--serviceaccount=${account}`, '-n', namespace]);

describe('an image of one project', () => {
  it('is pulled and tagged by another while a binding lets it, and nothing else is', async () => {
    for (const namespace of ['a', 'b']) await stack.kubectl.run(['create', 'namespace', namespace]);
    const image = { metadata: { name: DIGEST }, dockerImageReference: `quay.io/team/app@${DIGEST}` };
    const mapping = { kind: 'ImageStreamMapping', metadata: { name: 'app' }, tag: 'v1', image };
    await stack.request('POST', `${IMAGE_API}/namespaces/a/imagestreams`, { kind: 'ImageStream', metadata: { name: 'app' } });
    expect((await stack.request('POST', `${IMAGE_API}/namespaces/a/imagestreammappings`, mapping)).code).toBe(201);
    await bind('b', 'editors', 'edit', 'b:default');
    const robot = await actAs('b', 'default');
    const layers = () => robot.code('GET', `${IMAGE_API}/namespaces/a/imagestreams/app/layers`);
    const from = { kind: 'ImageStreamTag', namespace: 'a', name: 'app:v1' };
    const tag = (name: string) =>
      robot.code('PUT', `${IMAGE_API}/namespaces/b/imagestreamtags/mine:${name}`, { metadata: { name: `mine:${name}` }, tag: { from } });

    expect(await layers()).toBe(403);
    expect((await tag('one')) >= 400).toBe(true);
    expect((await robot.kubectl('get', 'is', '-n', 'a')).stderr).toContain(
      'User "system:serviceaccount:b:default" cannot list resource "imagestreams" in API group "image.openshift.io" in the namespace "a"',
    );

    await bind('a', 'pullers', 'system:image-puller', 'b:default');
    expect(await layers()).toBe(200);
    expect(await tag('two')).toBe(201);
    expect((await robot.kubectl('get', 'is', '-n', 'a')).stderr).toContain('(Forbidden)');
    expect((await robot.kubectl('get', 'secrets', '-n', 'a')).stderr).toContain('(Forbidden)');

    await stack.kubectl.run(['delete', 'rolebinding', 'pullers', '-n', 'a']);
    await eventually(async () => expect(await layers()).toBe(403), 2 * POLICY_KEPT_MS);
    expect((await tag('three')) >= 400).toBe(true);
  });
});

describe('the admin of a project', () => {
  it('shares what is held, and gets no more', async () => {
    await stack.kubectl.run(['create', 'namespace', 'team']);
    await stack.kubectl.run(['create', 'serviceaccount', 'lead', '-n', 'team']);
    await bind('team', 'admins', 'admin', 'team:lead');
    const { kubectl, code } = await actAs('team', 'lead');
    const inTeam = ['-n', 'team'];

    expect((await kubectl('create', 'rolebinding', 'viewers', '--clusterrole=view', '--user=bob', ...inTeam)).code).toBe(0);
    const toAll = await kubectl('create', 'rolebinding', 'mine', '--clusterrole=cluster-admin', '--serviceaccount=team:lead', ...inTeam);
    expect(toAll.stderr).toContain('is attempting to grant RBAC permissions not currently held:');
    expect(toAll.stderr).toContain('{APIGroups:["*"], Resources:["*"], Verbs:["*"]}');
    const role = await kubectl('create', 'role', 'more', '--verb=*', '--resource=images.image.openshift.io', ...inTeam);
    expect(role.stderr).toContain('{APIGroups:["image.openshift.io"], Resources:["images"], Verbs:["*"]}');
    expect((await kubectl('create', 'clusterrolebinding', 'mine', '--clusterrole=view', '--user=bob')).stderr).toContain(
      'cannot create resource "clusterrolebindings" in API group "rbac.authorization.k8s.io" at the cluster scope',
    );
    const applied = { kind: 'Role', apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'x' }, rules: [{ verbs: ['*'] }] };
    const rules = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
    const apply = { 'content-type': 'application/apply-patch+yaml' };
    const path = `${RBAC}/namespaces/team/roles/x?fieldManager=lead&force=true`;
    expect(await code('PATCH', path, { ...applied, rules }, apply)).toBe(403);
    expect(await code('PATCH', `${RBAC}/clusterroles/admin`, { rules }, { 'content-type': 'application/merge-patch+json' })).toBe(403);
    // Neither another spelling of the path nor somebody else's name.
    for (const spelled of ['/apis/rbac.authorization.k8s.io/v1/ClusterRoles', `${RBAC}//clusterroles`, `${RBAC}/%63lusterroles.`])
      expect(await code('GET', spelled)).toBeGreaterThanOrEqual(403);
    expect(await code('GET', `${RBAC}/clusterroles`, undefined, { 'impersonate-user': 'admin' })).toBe(403);
    const visible = JSON.parse((await kubectl('get', 'projects', '-o', 'json')).stdout || '{"items":[]}') as {
      items: { metadata: { name: string } }[];
    };
    expect(visible.items.map(({ metadata }) => metadata.name).filter((name) => name !== 'team')).toEqual([]);
  });
});
