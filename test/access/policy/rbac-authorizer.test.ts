import { describe, expect, it } from 'vitest';
import { createRbacAuthorizer } from '../../../functions/access/policy/rbac-authorizer.ts';
import { POLICY_KEPT_MS } from '../../../functions/access/policy/recent-policy.ts';
import { group, serviceAccount, user } from '../../../functions/rbac/default-policy.ts';
import type { AccessAttributes } from '../../../functions/resources/ports.ts';
import { rule } from '../../rbac/rule.ts';
import { clusterRole, memoryPolicy, role } from '../memory-policy.ts';

const ALICE = { user: 'alice', groups: ['team', 'system:authenticated'] };
const GET: AccessAttributes = { verb: 'get', group: 'image.openshift.io', resource: 'imagestreams', namespace: 'shop', name: 'app' };
const ANEW = ['bindings ', 'bindings shop', 'roles'];

/** Everything that can go on has gone on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const policy = memoryPolicy();
  let now = 1_000_000;
  const authorizer = createRbacAuthorizer({ reader: policy.reader, clock: () => now });
  const may = async (attributes = GET, identity = ALICE) => (await authorizer.authorize(identity, attributes)).allowed;
  return { policy, authorizer, may, pass: (ms: number) => (now += ms) };
}

describe('the RBAC authorizer', () => {
  it('denies by default, and allows by a binding of the namespace or of the cluster', async () => {
    const { policy, authorizer, may } = setUp();
    expect(await authorizer.authorize(ALICE, GET)).toEqual({ allowed: false, reason: '' });
    policy.bind('shop', clusterRole('view'), group('team'));
    expect(await authorizer.authorize(ALICE, GET)).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "b0/shop" of ClusterRole "view" to Group "team"',
    });
    expect(await may({ ...GET, namespace: 'other' })).toBe(false);
    expect(await may({ ...GET, namespace: '' })).toBe(false);
    expect(await may({ ...GET, verb: 'update' })).toBe(false);
    policy.bind('', clusterRole('view'), user('alice'));
    expect(await may({ ...GET, namespace: 'other' })).toBe(true);
    expect(await may({ ...GET, namespace: '' })).toBe(true);
  });

  it('knows roles of the namespace, in bindings of the namespace alone', async () => {
    const { policy, authorizer, may } = setUp();
    policy.addRole('shop', 'own', rule('get image.openshift.io/imagestreams'));
    policy.bind('shop', role('own'), user('alice'));
    expect(await may()).toBe(true);
    policy.bind('', role('own'), user('bob'));
    const bob = { user: 'bob', groups: [] };
    const reason = 'RBAC: role.rbac.authorization.k8s.io "own" not found';
    expect(await authorizer.authorize(bob, GET)).toEqual({ allowed: false, reason });
  });

  it('asks no policy of masters', async () => {
    const { policy, authorizer } = setUp();
    policy.before = () => Promise.reject(new Error('down'));
    const root = { user: 'root', groups: ['system:masters'] };
    expect(await authorizer.authorize(root, GET)).toEqual({ allowed: true, reason: '' });
    expect(await authorizer.authorizePath(root, { verb: 'get', path: '/metrics' })).toEqual({ allowed: true, reason: '' });
    expect([...(await authorizer.visibleNamespaces(root, ['shop']))]).toEqual(['shop']);
    expect(policy.reads).toEqual([]);
  });

  it('decides about paths by the bindings of the cluster', async () => {
    const { policy, authorizer } = setUp();
    const may = async (path: string, identity = ALICE) => (await authorizer.authorizePath(identity, { verb: 'get', path })).allowed;
    expect(await Promise.all([may('/version'), may('/apis/x'), may('/metrics')])).toEqual([true, true, false]);
    const nobody = { user: 'system:anonymous', groups: ['system:unauthenticated'] };
    expect(await Promise.all([may('/version', nobody), may('/apis/x', nobody)])).toEqual([true, false]);
    expect(new Set(policy.reads)).toEqual(new Set(['bindings ', 'roles']));
  });
});

describe('what was read', () => {
  it('is believed for five seconds', async () => {
    const { policy, may, pass } = setUp();
    const unbind = policy.bind('shop', clusterRole('view'), user('alice'));
    expect(await may()).toBe(true);
    expect(policy.reads.sort()).toEqual(ANEW);
    unbind();
    pass(POLICY_KEPT_MS - 1);
    expect(await may()).toBe(true);
    expect(policy.reads).toHaveLength(3);
    pass(1);
    expect(await may()).toBe(false);
    expect(policy.reads).toHaveLength(6);
  });

  it('is read again before a denial, so that a right just given works', async () => {
    const { policy, may } = setUp();
    expect(await may()).toBe(false);
    expect(policy.reads.sort()).toEqual(ANEW); // all read for this question: no need to read it twice
    policy.bind('shop', clusterRole('view'), user('alice'));
    policy.reads.length = 0;
    expect(await may()).toBe(true);
    expect(policy.reads.sort()).toEqual(ANEW);
    policy.reads.length = 0;
    expect(await may({ ...GET, verb: 'update' })).toBe(false);
    expect(policy.reads.sort()).toEqual(ANEW);
  });

  it('is read once for all who ask at the same time', async () => {
    const { policy, may } = setUp();
    policy.bind('shop', clusterRole('view'), user('alice'));
    const answers = await Promise.all(Array.from({ length: 50 }, () => may()));
    expect(answers.every(Boolean)).toBe(true);
    expect(policy.reads).toHaveLength(3);
    policy.reads.length = 0;
    const denials = await Promise.all(Array.from({ length: 50 }, () => may({ ...GET, verb: 'update' })));
    expect(denials.some(Boolean)).toBe(false);
    expect(policy.reads).toHaveLength(3);
  });

  it('does not serve a denial that was asked later than it was read', async () => {
    const { policy, may } = setUp();
    await may(); // remembered
    const gates: (() => void)[] = [];
    policy.before = () => new Promise((resolve) => gates.push(resolve));
    const first = may(); // denied by memory: reads anew, before the right is given
    await turn();
    expect(gates).toHaveLength(3);
    policy.bind('shop', clusterRole('view'), user('alice'));
    const second = may(); // asked after it was given, while the other still reads
    await turn();
    gates.forEach((open) => open());
    policy.before = async () => undefined;
    expect(await Promise.all([first, second])).toEqual([false, true]);
  });

  it('is never an allowance when it cannot be read, and is tried again', async () => {
    const { policy, authorizer, may } = setUp();
    policy.bind('shop', clusterRole('view'), user('alice'));
    policy.before = async (read) => {
      if (read === 'bindings shop') throw new Error('throttled');
    };
    await expect(may()).rejects.toThrow('throttled');
    await expect(authorizer.rulesFor(ALICE, 'shop')).rejects.toThrow('throttled');
    policy.before = async () => undefined;
    expect(await may()).toBe(true);
  });

  it('of a denial that cannot be read again is an error, too', async () => {
    const { policy, may } = setUp();
    expect(await may()).toBe(false);
    policy.before = () => Promise.reject(new Error('throttled'));
    await expect(may()).rejects.toThrow('throttled');
  });

  it('is bounded', async () => {
    const { policy, may } = setUp();
    policy.bind('', clusterRole('view'), user('alice'));
    for (let index = 0; index < 300; index += 1) await may({ ...GET, namespace: `n${index}` });
    policy.reads.length = 0;
    await may({ ...GET, namespace: 'n299' });
    expect(policy.reads).toEqual([]);
    await may({ ...GET, namespace: 'n0' });
    expect(policy.reads).toContain('bindings n0');
  });
});

describe('rules, subjects and namespaces', () => {
  it('rulesFor tells what somebody holds now', async () => {
    const { policy, authorizer } = setUp();
    const own = async () => (await authorizer.rulesFor(ALICE, 'shop')).filter(({ resources }) => resources.includes('imagestreams/layers'));
    expect(await own()).toEqual([]);
    policy.bind('shop', clusterRole('system:image-puller'), user('alice'));
    policy.bind('other', clusterRole('system:image-pusher'), user('alice'));
    expect(await own()).toMatchObject([{ verbs: ['get'], apiGroups: ['', 'image.openshift.io'] }]);
  });

  it('subjectsWho names everybody whom a binding lets, and masters', async () => {
    const { policy, authorizer } = setUp();
    policy.bind('shop', clusterRole('system:image-puller'), user('alice'), serviceAccount('', 'robot'), group('team'));
    policy.bind('shop', clusterRole('view'), user('alice'), serviceAccount('other', 'robot'));
    policy.bind('other', clusterRole('view'), user('bob'));
    policy.bind('', clusterRole('nosuch'), user('carol'));
    const pull = { verb: 'get', group: '', resource: 'imagestreams', subresource: 'layers', namespace: 'shop' };
    const { users, groups } = await authorizer.subjectsWho(pull);
    expect([...users].sort()).toEqual([
      'alice',
      'system:admin',
      'system:serviceaccount:other:robot',
      'system:serviceaccount:shop:builder',
      'system:serviceaccount:shop:robot',
    ]);
    expect([...groups].sort()).toEqual([
      'system:cluster-admins',
      'system:cluster-readers',
      'system:masters',
      'system:serviceaccounts:shop',
      'team',
    ]);
    const health = await authorizer.subjectsWho({ verb: 'get', path: '/healthz' });
    expect(health.groups).toContain('system:unauthenticated');
  });

  it('visibleNamespaces are those somebody may get, by one query each', async () => {
    const { policy, authorizer } = setUp();
    policy.bind('shop', clusterRole('view'), user('alice'));
    policy.bind('pulled', clusterRole('system:image-puller'), user('alice'));
    policy.addRole('', 'one', rule('get core/namespaces', 'named'));
    policy.bind('', clusterRole('one'), user('alice'));
    const names = ['default', 'shop', 'pulled', 'named', ...Array.from({ length: 100 }, (_, index) => `n${index}`)];
    expect([...(await authorizer.visibleNamespaces(ALICE, names))].sort()).toEqual(['named', 'shop']);
    expect(policy.reads).toHaveLength(2 + names.length - 1);
    policy.reads.length = 0;
    policy.bind('', clusterRole('cluster-reader'), user('alice'));
    expect((await authorizer.visibleNamespaces(ALICE, names)).size).toBe(names.length);
    expect(policy.reads.sort()).toEqual(['bindings ', 'roles']);
  });
});
