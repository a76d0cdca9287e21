import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyRule } from '../../functions/rbac/types.ts';
import { uncoveredRules } from '../../functions/rbac/covers.ts';
import { clusterRole, group, rule, TINY_POLICY, user } from '../access/default-policy.ts';
import { memoryPolicy } from './memory-policy.ts';

const GROUP = 'rbac.authorization.k8s.io';
const MERGE = 'application/merge-patch+json';
const APPLY = 'application/apply-patch+yaml';
const JSON_PATCH = 'application/json-patch+json';
const apiVersion = `${GROUP}/v1`;
const ALICE = { kind: 'User', apiGroup: GROUP, name: 'alice' };

const roleOf = (name: string, rules: readonly object[], over: object = {}) => ({
  kind: 'Role',
  apiVersion,
  metadata: { name },
  rules,
  ...over,
});
const clusterRoleOf = (name: string, rules: readonly object[], over: object = {}) => roleOf(name, rules, { kind: 'ClusterRole', ...over });
const bindingOf = (name: string, role: string, over: object = {}) => ({
  kind: 'RoleBinding',
  apiVersion,
  metadata: { name },
  roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: role },
  subjects: [ALICE],
  ...over,
});

/** Alice reads secrets in shop, writes roles and bindings there, and may write cluster roles. */
function setUp(more: readonly PolicyRule[] = [], groups?: readonly string[]) {
  const policy = memoryPolicy(TINY_POLICY, groups);
  const all = { apiGroups: [GROUP] };
  policy.giveRole('shop', 'own', [rule('get,list', 'secrets'), rule('create,update,patch,delete', 'roles,rolebindings', all)]);
  policy.bind('shop', 'owners', { apiGroup: GROUP, kind: 'Role', name: 'own' }, user('alice'));
  policy.giveRole('', 'role-writer', [rule('create,update,patch,delete', 'clusterroles,clusterrolebindings', all), ...more]);
  policy.bind('', 'role-writers', clusterRole('role-writer'), user('alice'));
  return policy;
}

const missing = (rules: string) =>
  `user "alice" (groups=["developers"]) is attempting to grant RBAC permissions not currently held:\n${rules}`;
const MISSING_SECRETS = missing('{APIGroups:[""], Resources:["secrets"], Verbs:["create"]}');
const ALL = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

describe('who writes roles and bindings', () => {
  it('grants what is held', async () => {
    const { send } = setUp();
    expect((await send('POST', 'shop', 'roles', roleOf('r', [rule('get', 'secrets')]))).code).toBe(201);
    expect((await send('POST', 'shop', 'rolebindings', bindingOf('b', 'view'))).code).toBe(201);
    expect((await send('DELETE', 'shop', 'rolebindings/b')).code).toBe(200);
  });

  it('does not bind a role that allows more, to nobody', async () => {
    const { send } = setUp();
    const everything = missing('{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}');
    for (const subjects of [[ALICE], [{ ...ALICE, name: 'bob' }], []]) {
      expect(await send('POST', 'shop', 'rolebindings', bindingOf('b', 'cluster-admin', { subjects }))).toMatchObject({
        code: 403,
        body: { reason: 'Forbidden', message: `rolebindings.${GROUP} "b" is forbidden: ${everything}` },
      });
    }
  });

  it('does not bind a role held in one namespace in another, or everywhere', async () => {
    const { send } = setUp();
    expect((await send('POST', 'zoo', 'rolebindings', bindingOf('b', 'view'))).code).toBe(403);
    const everywhere = bindingOf('b', 'view', { kind: 'ClusterRoleBinding' });
    expect((await send('POST', '', 'clusterrolebindings', everywhere)).code).toBe(403);
  });

  it('does not bind a role there is not, as it may become any', async () => {
    const { send } = setUp();
    expect(await send('POST', 'shop', 'rolebindings', bindingOf('b', 'nope'))).toMatchObject({
      code: 404,
      body: { message: `clusterroles.${GROUP} "nope" not found` },
    });
    const own = { roleRef: { apiGroup: GROUP, kind: 'Role', name: 'nope' } };
    expect((await send('POST', 'shop', 'rolebindings', bindingOf('b', '', own))).body.message).toBe(`roles.${GROUP} "nope" not found`);
  });

  it.each<[string, string, unknown, string]>([
    ['PUT', 'roles/own', roleOf('own', [rule('create', 'secrets')]), ''],
    ['PATCH', 'roles/own', { rules: [rule('create', 'secrets')] }, MERGE],
    ['PATCH', 'roles/own', [{ op: 'add', path: '/rules/0/verbs/-', value: 'create' }], JSON_PATCH],
    ['PATCH', 'roles/own?fieldManager=a&force=true', roleOf('own', [rule('create', 'secrets')]), APPLY],
    ['PATCH', 'roles/new?fieldManager=a', roleOf('new', [rule('create', 'secrets')]), APPLY],
    ['POST', 'roles?dryRun=All', roleOf('new', [rule('create', 'secrets')]), ''],
  ])('does not get more by %s %s', async (method, resource, body, contentType) => {
    const { send, roles } = setUp();
    const answer = await send(method, 'shop', resource, body, contentType || undefined);
    expect(answer.code).toBe(403);
    expect(answer.body.message).toContain(MISSING_SECRETS);
    expect(roles.writes).toBe(0);
  });

  it('does not add * in parts', async () => {
    const { send } = setUp();
    const any = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
    const parts = [
      { op: 'add', path: '/rules/0/apiGroups/-', value: '*' },
      { op: 'add', path: '/rules/0/resources/-', value: '*' },
      { op: 'add', path: '/rules/0/verbs/-', value: '*' },
      { op: 'add', path: '/rules/-', value: { ...any, resourceNames: ['one'] } },
    ];
    for (const part of parts) expect((await send('PATCH', 'shop', 'roles/own', [part], JSON_PATCH)).code).toBe(403);
  });

  it('takes no right from how things are called', async () => {
    const { send } = setUp();
    for (const name of ['system:masters', 'system:admin', 'cluster-admin']) {
      expect((await send('POST', 'shop', 'roles', roleOf(name, ALL.slice(0, 1)))).code).toBe(403);
      expect((await send('POST', 'shop', 'rolebindings', bindingOf(name, 'cluster-admin'))).code).toBe(403);
    }
    const intoMasters = bindingOf('b', 'cluster-admin', { subjects: [{ kind: 'Group', apiGroup: GROUP, name: 'system:masters' }] });
    expect((await send('POST', 'shop', 'rolebindings', intoMasters)).code).toBe(403);
  });

  it('does not add a subject to a binding of more', async () => {
    const { send, bind } = setUp();
    bind('shop', 'admins', clusterRole('cluster-admin'), user('root'));
    const subjects = [{ ...ALICE, name: 'root' }, ALICE];
    expect((await send('PATCH', 'shop', 'rolebindings/admins', { subjects }, MERGE)).code).toBe(403);
    // The same as it is, as controllers send it, is no grant.
    expect((await send('PATCH', 'shop', 'rolebindings/admins', {}, MERGE)).code).toBe(200);
  });
});

describe('aggregated roles', () => {
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { 'to-admin': 'true' } }] };
  const everything = [rule('*', '*', { apiGroups: ['*'] }), rule('*', '', { apiGroups: [], resources: [], nonResourceURLs: ['*'] })];

  it('are for those who hold everything', async () => {
    const refused = 'must have cluster-admin privileges to use the aggregationRule';
    const held = setUp([rule('get,list', 'secrets')]);
    expect(await held.send('POST', '', 'clusterroles', clusterRoleOf('mine', [], { aggregationRule }))).toMatchObject({
      code: 403,
      body: { message: `clusterroles.${GROUP} "mine" is forbidden: ${refused}` },
    });
    // Nor is one that is there edited, or made a plain one.
    expect((await held.send('PATCH', '', 'clusterroles/admin', { metadata: { labels: { a: 'b' } } }, MERGE)).body.message).toContain(
      refused,
    );
    expect((await held.send('PATCH', '', 'clusterroles/admin', { aggregationRule: null }, MERGE)).body.message).toContain(refused);
    const root = setUp(everything);
    expect((await root.send('POST', '', 'clusterroles', clusterRoleOf('mine', [], { aggregationRule }))).code).toBe(201);
  });

  it('do not get rules by a label on a role of more', async () => {
    const { send, giveRole, bind, rulesOf } = setUp();
    giveRole('', 'strong', [rule('*', 'secrets')]);
    bind('shop', 'admins', clusterRole('admin'), user('alice'));
    const label = { metadata: { labels: { 'to-admin': 'true' } } };
    expect((await send('PATCH', '', 'clusterroles/strong', label, MERGE)).code).toBe(403);
    expect(uncoveredRules(await rulesOf('alice', 'shop'), [rule('delete', 'secrets')])).toHaveLength(1);
  });
});

describe('the way round', () => {
  it('is the verb escalate on roles, by name or of all', async () => {
    const escalate = rule('escalate', 'roles', { apiGroups: [GROUP], resourceNames: ['own'] });
    const { send } = setUp([escalate]);
    expect((await send('POST', 'shop', 'roles', roleOf('other', ALL.slice(0, 1)))).code).toBe(403);
    expect((await send('PUT', 'shop', 'roles/own', roleOf('own', ALL.slice(0, 1)))).code).toBe(200);
  });

  it('is the verb bind on the role that is bound', async () => {
    const bind = rule('bind', 'clusterroles', { apiGroups: [GROUP], resourceNames: ['cluster-admin', 'nope'] });
    const { send } = setUp([bind]);
    expect((await send('POST', 'shop', 'rolebindings', bindingOf('c', 'other'))).code).toBe(404);
    expect((await send('POST', 'shop', 'rolebindings', bindingOf('a', 'cluster-admin'))).code).toBe(201);
    // What is bound need not be there yet.
    expect((await send('POST', 'shop', 'rolebindings', bindingOf('b', 'nope'))).code).toBe(201);
  });

  it('is open to system:masters', async () => {
    const { send } = setUp([], ['system:masters']);
    expect((await send('POST', 'shop', 'rolebindings', bindingOf('a', 'cluster-admin'))).code).toBe(201);
    expect((await send('PATCH', '', 'clusterroles/admin', { aggregationRule: null }, MERGE)).code).toBe(200);
  });
});

describe('any sequence of edits', () => {
  const names = fc.constantFrom('own', 'role-writer', 'owners', 'role-writers', 'admin', 'edit', 'view', 'strong', 'new');
  const namespaces = fc.constantFrom('shop', 'zoo', '');
  const some = (...values: readonly string[]) => fc.subarray([...values], { minLength: 1 });
  const ruleArb = fc.record({
    verbs: some('get', 'list', 'create', 'escalate', 'bind', '*'),
    apiGroups: some('', GROUP, '*'),
    resources: some('secrets', 'roles', 'clusterroles', '*'),
    resourceNames: fc.subarray(['own', 'strong']),
  });
  const labels = fc.dictionary(fc.constantFrom('to-admin', 'to-edit'), fc.constant('true'));
  const metadata = fc.record({ name: names, labels });
  const role = fc.record({
    metadata,
    rules: fc.array(ruleArb, { maxLength: 2 }),
    aggregationRule: fc.option(fc.constant({ clusterRoleSelectors: [{ matchLabels: { 'to-admin': 'true' } }] }), {
      nil: undefined,
      freq: 4,
    }),
  });
  const binding = fc.record({
    metadata,
    roleRef: fc.record({ apiGroup: fc.constant(GROUP), kind: fc.constantFrom('Role', 'ClusterRole'), name: names }),
    subjects: fc.constant([ALICE, { kind: 'Group', apiGroup: GROUP, name: 'developers' }]),
  });
  const write = fc.record({
    method: fc.constantFrom('POST', 'PUT', 'PATCH', 'APPLY', 'DELETE'),
    namespace: namespaces,
    object: fc.oneof(role, binding),
  });

  it('leaves whoever makes them with what was held before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 5, maxLength: 25 }), async (writes) => {
        const policy = setUp();
        policy.giveRole('', 'strong', [rule('*', 'secrets')]);
        policy.bind('shop', 'admins', clusterRole('admin'), group('developers'));
        const held = async () => Promise.all(['', 'shop', 'zoo'].map((namespace) => policy.rulesOf('alice', namespace)));
        const before = await held();
        for (const { method, namespace, object } of writes) {
          const kind = 'roleRef' in object ? 'rolebindings' : 'roles';
          const resource = namespace === '' ? `cluster${kind}` : kind;
          const wireKind = `${namespace === '' ? 'Cluster' : ''}${kind === 'roles' ? 'Role' : 'RoleBinding'}`;
          const body = { kind: wireKind, apiVersion, ...object };
          const named = `${resource}/${object.metadata.name}`;
          if (method === 'POST') await policy.send('POST', namespace, resource, body);
          else if (method === 'APPLY') await policy.send('PATCH', namespace, `${named}?fieldManager=a&force=true`, body, APPLY);
          else if (method === 'PATCH') await policy.send('PATCH', namespace, named, object, MERGE);
          else await policy.send(method, namespace, named, method === 'PUT' ? body : undefined);
        }
        const after = await held();
        expect(after.flatMap((rules, index) => uncoveredRules(before[index] ?? [], rules))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
