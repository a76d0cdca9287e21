import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleAllows } from '../../functions/rbac/allows.ts';
import { compactRules, describeRule } from '../../functions/rbac/compact-rules.ts';
import { uncoveredRules } from '../../functions/rbac/covers.ts';
import type { PolicyRule } from '../../functions/rbac/types.ts';
import { requestArbitrary, rulesArbitrary } from './arbitraries.ts';
import { rule } from './rule.ts';

const CASES: readonly (readonly [string, readonly PolicyRule[], readonly PolicyRule[], readonly PolicyRule[]])[] = [
  ['nothing is covered by nothing', [], [], []],
  ['a rule covers itself', [rule('get core/secrets')], [rule('get core/secrets')], []],
  ['parts may come from several rules', [rule('get core/a'), rule('list core/a')], [rule('get,list core/a')], []],
  ['only what is missing is told', [rule('get core/a')], [rule('get,list core/a')], [rule('list core/a')]],
  ['stars', [rule('* */*')], [rule('get image/a,image/b/status')], []],
  ['all verbs are more than those there are', [rule('get,list,watch core/a')], [rule('* core/a')], [rule('* core/a')]],
  ['all resources are more than one', [rule('get core/a')], [rule('get core/*')], [rule('get core/*')]],
  ['a resource is not its subresource', [rule('get core/a')], [rule('get core/a/status')], [rule('get core/a/status')]],
  ['a subresource of every resource', [rule('get core/*/status')], [rule('get core/a/status')], []],
  ['names of no names', [rule('get core/a')], [rule('get core/a', 'x')], []],
  ['no names of names', [rule('get core/a', 'x')], [rule('get core/a')], [rule('get core/a')]],
  ['some names', [rule('get core/a', 'x')], [rule('get core/a', 'x', 'y')], [rule('get core/a', 'y')]],
  ['paths below a path', [rule('get /api/*')], [rule('get /api/v1,/apis')], [rule('get /apis')]],
  ['no resource by paths', [rule('get /*')], [rule('get core/a')], [rule('get core/a')]],
];

describe('uncoveredRules', () => {
  it.each(CASES)('%s', (_, owned, wanted, missing) => {
    expect(uncoveredRules(owned, wanted)).toEqual(missing);
  });

  it('says that nothing is missing only if every allowed request is allowed already', () => {
    fc.assert(
      fc.property(rulesArbitrary, rulesArbitrary, requestArbitrary, (owned, wanted, request) => {
        fc.pre(wanted.some((one) => ruleAllows(one, request)));
        const missing = uncoveredRules(owned, wanted);
        const isMissing = missing.some((one) => ruleAllows(one, request));
        expect(isMissing || owned.some((one) => ruleAllows(one, request))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('misses nothing of what is held already, and allows nothing new', () => {
    fc.assert(
      fc.property(rulesArbitrary, rulesArbitrary, requestArbitrary, (owned, wanted, request) => {
        expect(uncoveredRules([...wanted, ...owned], wanted)).toEqual([]);
        const isAllowed = uncoveredRules(owned, wanted).some((one) => ruleAllows(one, request));
        expect(!isAllowed || wanted.some((one) => ruleAllows(one, request))).toBe(true);
      }),
    );
  });

  it('gives up on a rule of millions of combinations, unless one rule allows all of it', () => {
    const many = Array.from({ length: 300 }, (_, index) => `r${index}`);
    const huge: PolicyRule = { verbs: many, apiGroups: many, resources: many, resourceNames: [], nonResourceURLs: [] };
    expect(uncoveredRules([rule('get core/a')], [huge])).toEqual([huge]);
    expect(uncoveredRules([rule('* */*')], [huge])).toEqual([]);
  });

  it('takes no longer for many rules of many combinations each than for one', () => {
    const many = Array.from({ length: 140 }, (_, index) => `r${index}`);
    const wide: PolicyRule = { verbs: many, apiGroups: [''], resources: many, resourceNames: [], nonResourceURLs: [] };
    const missing = uncoveredRules([rule('get core/a')], Array<PolicyRule>(500).fill(wide));
    expect(missing).toHaveLength(140 * 140 + 499);
    expect(missing.at(-1)).toEqual(wide);
  });
});

describe('compactRules', () => {
  it('joins the verbs of one resource', () => {
    const rules = [rule('get core/a'), rule('get /api'), rule('list core/a'), rule('get core/a', 'x'), rule('get core/b')];
    expect(compactRules(rules).map(describeRule)).toEqual([
      '{NonResourceURLs:["/api"], Verbs:["get"]}',
      '{APIGroups:[""], Resources:["a"], Verbs:["get" "list"]}',
      '{APIGroups:[""], Resources:["a"], ResourceNames:["x"], Verbs:["get"]}',
      '{APIGroups:[""], Resources:["b"], Verbs:["get"]}',
    ]);
  });

  it('allows the same as before', () => {
    fc.assert(
      fc.property(rulesArbitrary, requestArbitrary, (rules, request) => {
        const before = rules.some((one) => ruleAllows(one, request));
        expect(compactRules(rules).some((one) => ruleAllows(one, request))).toBe(before);
      }),
    );
  });
});
