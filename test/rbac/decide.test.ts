import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleAllows } from '../../functions/rbac/allows.ts';
import { type Binding, findSubject } from '../../functions/rbac/bindings.ts';
import { decide } from '../../functions/rbac/decide.ts';
import { group, serviceAccount, user } from '../../functions/rbac/default-policy.ts';
import type { RuleRequest } from '../../functions/rbac/request.ts';
import type { PolicyRule, Subject } from '../../functions/rbac/types.ts';
import { requestArbitrary, ruleArbitrary, rulesArbitrary } from './arbitraries.ts';
import { rule } from './rule.ts';

/** `get image/imagestreams/layers` or with the name of an object, `get image/imagestreams x`; `get /path`. */
function request(text: string): RuleRequest {
  const [verb = '', what = '', name = ''] = text.split(' ');
  if (what.startsWith('/')) return { verb, path: what };
  const [asked = '', resource = '', subresource = ''] = what.split('/');
  return { verb, group: asked === 'core' ? '' : asked, resource, subresource, name };
}

const CASES: readonly (readonly [PolicyRule, string, boolean])[] = [
  [rule('get core/secrets'), 'get core/secrets x', true],
  [rule('get core/secrets'), 'list core/secrets', false],
  [rule('get core/secrets'), 'get image/secrets x', false],
  [rule('get core/secrets'), 'get core/secrets/status x', false],
  [rule('GET core/secrets'), 'get core/secrets x', false],
  [rule('get core/Secrets'), 'get core/secrets x', false],
  [rule('* core/secrets'), 'escalate core/secrets x', true],
  [rule('get */secrets'), 'get image/secrets', true],
  [rule('get core/*'), 'get core/secrets/status x', true],
  [rule('get core/*/status'), 'get core/secrets/status x', true],
  [rule('get core/*/status'), 'get core/secrets x', false],
  [rule('get core/*/status'), 'get core/secrets/xstatus x', false],
  [rule('get core/secrets/*'), 'get core/secrets/status x', false],
  [rule('get core/secrets', 'x'), 'get core/secrets x', true],
  [rule('get core/secrets', 'x'), 'get core/secrets y', false],
  [rule('list core/secrets', 'x'), 'list core/secrets', false],
  [rule('get core/secrets', '*'), 'get core/secrets x', false],
  [rule('get core/secrets'), 'get /secrets', false],
  [rule('get /healthz'), 'get /healthz', true],
  [rule('get /healthz'), 'get /healthz/', false],
  [rule('get /healthz'), 'post /healthz', false],
  [rule('get /healthz/*'), 'get /healthz/ping', true],
  [rule('get /healthz/*'), 'get /healthz', false],
  [rule('get /*/ping'), 'get /healthz/ping', false],
  [{ ...rule('get /'), nonResourceURLs: ['*'] }, 'get /anything', true],
  [{ ...rule('get /'), nonResourceURLs: ['*'] }, 'get core/secrets', false],
];

it.each(CASES)('%j allows %s: %s', (one, text, allowed) => {
  expect(ruleAllows(one, request(text))).toBe(allowed);
});

it('no more rules ever allow less', () => {
  fc.assert(
    fc.property(rulesArbitrary, ruleArbitrary, requestArbitrary, (rules, more, asked) => {
      const allows = (all: readonly PolicyRule[]) => all.some((one) => ruleAllows(one, asked));
      expect(!allows(rules) || allows([more, ...rules])).toBe(true);
    }),
  );
});

describe('a subject of a binding', () => {
  const binding = (namespace: string, ...subjects: readonly Subject[]): Binding => ({
    namespace,
    name: 'b',
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects,
  });
  const robot = { user: 'system:serviceaccount:shop:robot', groups: ['system:serviceaccounts', 'system:serviceaccounts:shop'] };

  it.each<[string, Binding, boolean]>([
    ['by user', binding('', user(robot.user)), true],
    ['by another user', binding('', user('robot')), false],
    ['by group', binding('', group('system:serviceaccounts:shop')), true],
    ['a group is no user', binding('', group(robot.user)), false],
    ['a user is no group', binding('', user('system:serviceaccounts')), false],
    ['by account', binding('', serviceAccount('shop', 'robot')), true],
    ['the account of another namespace', binding('shop', serviceAccount('other', 'robot')), false],
    ['an account of the binding’s namespace', binding('shop', serviceAccount('', 'robot')), true],
    ['an account of no namespace', binding('', serviceAccount('', 'robot')), false],
    ['a kind there is not', binding('', { ...user(robot.user), kind: 'SystemUser' as never }), false],
    ['nobody', binding('shop'), false],
  ])('%s', (_, bound, isFound) => {
    expect(findSubject(bound, robot) !== undefined).toBe(isFound);
  });
});

describe('a decision', () => {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' } as const;
  const alice = { user: 'alice', groups: ['team'] };
  const asked = request('get core/secrets x');
  const held = [rule('get core/secrets')];

  it.each([
    ['', user('alice'), 'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "view" to User "alice"'],
    ['shop', group('team'), 'RBAC: allowed by RoleBinding "b/shop" of ClusterRole "view" to Group "team"'],
  ])('tells which binding allows', (namespace, subject, reason) => {
    const binding = { namespace, name: 'b', roleRef, subjects: [subject] };
    expect(decide([{ binding, rules: held }], alice, asked)).toEqual({ allowed: true, reason });
  });

  it('names accounts with their namespace', () => {
    const binding = {
      namespace: 'shop',
      name: 'b',
      roleRef: { ...roleRef, kind: 'Role' },
      subjects: [serviceAccount('', 'robot')],
    } as const;
    const robot = { user: 'system:serviceaccount:shop:robot', groups: [] };
    expect(decide([{ binding, rules: held }], robot, asked).reason).toBe(
      'RBAC: allowed by RoleBinding "b/shop" of Role "view" to ServiceAccount "robot/shop"',
    );
  });

  it('denies without a word, unless a role is missing', () => {
    const grant = (name: string, rules: readonly PolicyRule[] | null) => ({
      binding: { namespace: '', name: 'b', roleRef: { ...roleRef, name }, subjects: [user('alice')] },
      rules,
    });
    expect(decide([], alice, asked)).toEqual({ allowed: false, reason: '' });
    expect(decide([grant('view', [])], alice, asked)).toEqual({ allowed: false, reason: '' });
    const missing = (name: string) => `clusterrole.rbac.authorization.k8s.io "${name}" not found`;
    expect(decide([grant('a', null)], alice, asked).reason).toBe(`RBAC: ${missing('a')}`);
    expect(decide([grant('a', null), grant('b', null), grant('a', null)], alice, asked).reason).toBe(
      `RBAC: [${missing('a')}, ${missing('b')}]`,
    );
    expect(decide([grant('a', null), grant('view', held)], alice, asked).allowed).toBe(true);
  });
});
