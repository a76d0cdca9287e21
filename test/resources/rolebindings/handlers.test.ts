import { describe, expect, it } from 'vitest';
import { TINY_POLICY } from '../../access/default-policy.ts';
import { bindingTable } from '../../../functions/resources/rolebindings/binding-object.ts';
import { memoryPolicy } from '../memory-policy.ts';
import { NOW } from '../plain-store.ts';

const MASTERS = ['system:masters'];
const GROUP = 'rbac.authorization.k8s.io';
const APPLY = 'application/apply-patch+yaml';
const STRATEGIC = 'application/strategic-merge-patch+json';
const view = { apiGroup: GROUP, kind: 'ClusterRole', name: 'view' };
const bob = { kind: 'User', apiGroup: GROUP, name: 'bob' };
const robot = { kind: 'ServiceAccount', name: 'robot', namespace: 'b' };
const binding = (over: object = {}) => ({
  kind: 'RoleBinding',
  apiVersion: `${GROUP}/v1`,
  metadata: { name: 'viewers' },
  roleRef: view,
  subjects: [bob],
  ...over,
});
const clusterBinding = (over: object = {}) => binding({ kind: 'ClusterRoleBinding', ...over });

describe('role bindings', () => {
  it('fill in the group of roles, users and groups', async () => {
    const { send } = memoryPolicy(TINY_POLICY, MASTERS);
    const subjects = [{ kind: 'User', name: 'bob' }, { kind: 'Group', name: 'devs' }, robot];
    const sent = binding({ roleRef: { kind: 'ClusterRole', name: 'view' }, subjects });
    const { code, body } = await send('POST', 'shop', 'rolebindings', sent);
    expect([code, body.roleRef, body.subjects]).toEqual([201, view, [bob, { kind: 'Group', apiGroup: GROUP, name: 'devs' }, robot]]);
    expect((await send('GET', 'shop', 'rolebindings/viewers')).body).toEqual(body);
  });

  it('replace their subjects as a whole, and never their role', async () => {
    const { send, bindings } = memoryPolicy(TINY_POLICY, MASTERS);
    await send('POST', 'shop', 'rolebindings', binding());
    const patched = await send('PATCH', 'shop', 'rolebindings/viewers', { subjects: [robot] }, STRATEGIC);
    expect(patched.body.subjects).toEqual([robot]);
    const edit = { ...view, name: 'edit' };
    expect(await send('PUT', 'shop', 'rolebindings/viewers', binding({ roleRef: edit }))).toMatchObject({
      code: 422,
      body: {
        message: `RoleBinding.${GROUP} "viewers" is invalid: roleRef: Invalid value: {"APIGroup":"${GROUP}","Kind":"ClusterRole","Name":"edit"}: cannot change roleRef`,
      },
    });
    const none = await send('PUT', 'shop', 'rolebindings/viewers', binding({ subjects: null }));
    expect([none.code, 'subjects' in none.body, bindings.objects.get('shop/viewers')?.subjects]).toEqual([200, false, []]);
  });

  it('are applied, and groups left out are no change', async () => {
    const { send, bindings } = memoryPolicy(TINY_POLICY, MASTERS);
    const url = 'rolebindings/viewers?fieldManager=me';
    const short = binding({ roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'User', name: 'bob' }] });
    expect((await send('PATCH', 'shop', url, short, APPLY)).code).toBe(201);
    expect((await send('PATCH', 'shop', url, binding(), APPLY)).code).toBe(200);
    expect(bindings.writes).toBe(1);
  });

  const subject = (over: object) => ({ subjects: [{ ...bob, ...over }] });
  it.each<[string, object, string]>([
    [
      'a role of another group',
      { roleRef: { ...view, apiGroup: 'apps' } },
      `roleRef.apiGroup: Unsupported value: "apps": supported values: "${GROUP}"`,
    ],
    [
      'a role of no kind',
      { roleRef: { ...view, kind: 'Roles' } },
      'roleRef.kind: Unsupported value: "Roles": supported values: "Role", "ClusterRole"',
    ],
    ['a role without a name', { roleRef: { ...view, name: '' } }, 'roleRef.name: Required value'],
    ['a role whose name is no segment', { roleRef: { ...view, name: 'a/b' } }, 'roleRef.name: Invalid value: "a/b": may not contain \'/\''],
    ['a subject without a name', subject({ name: '' }), 'subjects[0].name: Required value'],
    [
      'a user of another group',
      subject({ apiGroup: 'user.openshift.io' }),
      `subjects[0].apiGroup: Unsupported value: "user.openshift.io": supported values: "${GROUP}"`,
    ],
    [
      'a subject of no kind',
      subject({ kind: 'Team' }),
      'subjects[0].kind: Unsupported value: "Team": supported values: "ServiceAccount", "User", "Group"',
    ],
    [
      'a service account with a group',
      { subjects: [{ ...robot, apiGroup: GROUP }] },
      `subjects[0].apiGroup: Unsupported value: "${GROUP}": supported values: ""`,
    ],
    ['a service account whose name is none', { subjects: [{ ...robot, name: 'A:b' }] }, 'subjects[0].name: Invalid value: "A:b"'],
  ])('do not name %s', async (_, wrong, message) => {
    const { send } = memoryPolicy(TINY_POLICY, MASTERS);
    const { code, body } = await send('POST', 'shop', 'rolebindings', binding(wrong));
    expect([code, body.message]).toEqual([422, expect.stringContaining(message)]);
  });

  it('show whom they bind in columns', () => {
    const shown = { ...binding({ subjects: [bob, robot, { ...bob, name: 'eve' }, { ...bob, kind: 'Group', name: 'devs' }] }) };
    const metadata = { name: 'viewers', creationTimestamp: new Date(NOW - 60_000).toISOString() };
    expect(bindingTable.cells({ ...shown, metadata } as never, NOW)).toEqual([
      'viewers',
      'ClusterRole/view',
      '60s',
      'bob, eve',
      'devs',
      'b/robot',
    ]);
  });
});

describe('cluster role bindings', () => {
  it('bind cluster roles alone, and service accounts of a namespace they name', async () => {
    const { send } = memoryPolicy(TINY_POLICY, MASTERS);
    const created = await send('POST', '', 'clusterrolebindings', clusterBinding({ subjects: [bob, robot] }));
    expect([created.code, created.body.metadata.namespace]).toEqual([201, undefined]);
    const other = (over: object) => send('POST', '', 'clusterrolebindings', clusterBinding({ metadata: { name: 'x' }, ...over }));
    expect((await other({ roleRef: { ...view, kind: 'Role' } })).body.message).toContain('roleRef.kind: Unsupported value: "Role"');
    expect((await other({ subjects: [{ ...robot, namespace: '' }] })).body.message).toContain('subjects[0].namespace: Required value');
    expect((await send('GET', '', 'clusterrolebindings')).body.items).toHaveLength(2);
  });
});
