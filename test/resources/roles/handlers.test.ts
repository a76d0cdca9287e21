import { describe, expect, it } from 'vitest';
import { rule, TINY_POLICY } from '../../access/default-policy.ts';
import { memoryPolicy } from '../memory-policy.ts';

const MASTERS = ['system:masters'];
const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';
const get = (resources: string, over: object = {}) => ({ verbs: ['get'], apiGroups: [''], resources: [resources], ...over });
const role = (rules: unknown, over: object = {}) => ({
  kind: 'Role',
  apiVersion: 'rbac.authorization.k8s.io/v1',
  metadata: { name: 'mine' },
  rules,
  ...over,
});
const clusterRole = (rules: unknown, over: object = {}) => role(rules, { kind: 'ClusterRole', ...over });

describe('roles', () => {
  it('are stored with the lists that are given, and shown without empty ones', async () => {
    const { send, roles } = memoryPolicy(TINY_POLICY, MASTERS);
    const { code, body } = await send('POST', 'shop', 'roles', role([{ ...get('secrets'), resourceNames: [], nonResourceURLs: null }]));
    expect([code, body.rules]).toEqual([201, [get('secrets')]]);
    expect(roles.objects.get('shop/mine')?.rules).toEqual([rule('get', 'secrets')]);
    expect((await send('GET', 'shop', 'roles/mine')).body).toEqual(body);
  });

  it('may have any name that is a segment of a path', async () => {
    const { send } = memoryPolicy(TINY_POLICY, MASTERS);
    const named = (name: string) => send('POST', 'shop', 'roles', role([], { metadata: { name } }));
    expect((await named('system:Image_Puller')).code).toBe(201);
    expect((await named('a%2fb')).body.message).toContain('metadata.name: Invalid value: "a%2fb": may not contain \'%\'');
    expect((await named('..')).body.message).toContain("may not be '..'");
    expect((await named('')).body.message).toContain('metadata.name: Required value: name or generateName is required');
  });

  it.each<[string, object, string]>([
    ['without verbs', { apiGroups: [''], resources: ['secrets'] }, 'rules[0].verbs: Required value: verbs must contain at least one value'],
    [
      'without a group',
      { verbs: ['get'], resources: ['secrets'] },
      'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
    ],
    [
      'without resources',
      { verbs: ['get'], apiGroups: [''] },
      'rules[0].resources: Required value: resource rules must supply at least one resource',
    ],
    [
      'of paths',
      { verbs: ['get'], nonResourceURLs: ['/healthz'] },
      'rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs',
    ],
  ])('of a namespace have no rule %s', async (_, wrong, message) => {
    const { send } = memoryPolicy(TINY_POLICY, MASTERS);
    expect(await send('POST', 'shop', 'roles', role([wrong]))).toMatchObject({
      code: 422,
      body: { message: `Role.rbac.authorization.k8s.io "mine" is invalid: ${message}` },
    });
  });

  it.each([
    ['rules that are no list', { rules: 'all' }],
    ['verbs that are no list', { rules: [{ verbs: 'get' }] }],
    ['a verb that is no text', { rules: [{ verbs: [5] }] }],
    ['a rule that is a text', { rules: ['get'] }],
  ])('refuse %s with 400', async (_, wrong) => {
    const { send } = memoryPolicy(TINY_POLICY, MASTERS);
    expect((await send('POST', 'shop', 'roles', role([], wrong))).code).toBe(400);
  });

  it('are applied, and the same rules written otherwise are no change', async () => {
    const { send, roles } = memoryPolicy(TINY_POLICY, MASTERS);
    const url = 'roles/mine?fieldManager=me&force=true';
    expect((await send('PATCH', 'shop', url, role([{ ...get('secrets'), resourceNames: [] }]), APPLY)).code).toBe(201);
    expect((await send('PATCH', 'shop', url, role([{ ...get('secrets'), nonResourceURLs: null }]), APPLY)).code).toBe(200);
    expect(roles.writes).toBe(1);
    expect((await send('PATCH', 'shop', url, role([get('pods')]), APPLY)).body.rules).toEqual([get('pods')]);
  });

  it('are listed with the time they were created', async () => {
    const { send } = memoryPolicy(TINY_POLICY, MASTERS);
    await send('POST', 'shop', 'roles', role([]));
    expect((await send('GET', 'shop', 'roles')).body).toMatchObject({ kind: 'RoleList', items: [{ metadata: { name: 'mine' } }] });
    expect((await send('GET', 'other', 'roles')).body.items).toEqual([]);
  });
});

describe('cluster roles', () => {
  it('have no namespace, and rules of paths', async () => {
    const { send } = memoryPolicy(TINY_POLICY, MASTERS);
    const rules = [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/version/*'] }];
    const { code, body } = await send('POST', '', 'clusterroles', clusterRole(rules));
    expect([code, body.rules, body.metadata.namespace]).toEqual([201, rules, undefined]);
    const both = clusterRole([{ ...get('pods'), nonResourceURLs: ['/x'] }], { metadata: { name: 'both' } });
    expect((await send('POST', '', 'clusterroles', both)).body.message).toContain(
      'rules cannot apply to both regular resources and non-resource URLs',
    );
    expect((await send('POST', 'shop', 'clusterroles', clusterRole(rules))).code).toBe(404);
  });

  it('gather the rules of others, whatever a client says of them', async () => {
    const { send, roles } = memoryPolicy(TINY_POLICY, MASTERS);
    const aggregationRule = { clusterRoleSelectors: [{ matchExpressions: [{ key: 'to-edit', operator: 'Exists' }] }] };
    const created = await send('POST', '', 'clusterroles', clusterRole([], { aggregationRule }));
    expect(created.body).toMatchObject({ aggregationRule });
    const shown = (await send('GET', '', 'clusterroles/mine')).body;
    expect(shown.rules).toEqual([{ verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'] }]);
    const { writes } = roles;
    await send('PATCH', '', 'clusterroles/mine', { rules: [get('pods')] }, MERGE);
    expect(roles.writes).toBe(writes);
  });

  it.each<[string, object, string]>([
    ['no selector', {}, 'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required'],
    [
      'an operator nobody knows',
      { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'Like' }] }] },
      'clusterRoleSelectors[0].matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator',
    ],
    [
      'no values to be in',
      { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'In' }] }] },
      "matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    ],
    [
      'values to exist',
      { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] }] },
      "matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    ],
    ['a label that is none', { clusterRoleSelectors: [{ matchLabels: { 'a b': 'c' } }] }, 'matchLabels: Invalid value: "a b"'],
  ])('are not aggregated by %s', async (_, aggregationRule, message) => {
    const { send } = memoryPolicy(TINY_POLICY, MASTERS);
    const { code, body } = await send('POST', '', 'clusterroles', clusterRole([], { aggregationRule }));
    expect([code, body.message]).toEqual([422, expect.stringContaining(message)]);
  });
});
