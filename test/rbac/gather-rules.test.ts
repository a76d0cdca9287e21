import { describe, expect, it } from 'vitest';
import { gatherRules } from '../../functions/rbac/gather-rules.ts';
import type { LabelSelector, PolicyRule } from '../../functions/rbac/types.ts';
import { rule } from './rule.ts';

const labelled = (name: string, labels: Readonly<Record<string, string>>, ...rules: readonly PolicyRule[]) => ({ name, labels, rules });
const gathering = (name: string, labels: Readonly<Record<string, string>>, ...clusterRoleSelectors: readonly LabelSelector[]) => ({
  // What is stored with an aggregated role counts for nothing.
  ...labelled(name, labels, rule('* */*')),
  aggregationRule: { clusterRoleSelectors },
});
const [A, B] = [rule('get core/a'), rule('get core/b')];

describe('gatherRules', () => {
  it.each<[string, readonly LabelSelector[], readonly PolicyRule[]]>([
    ['by label', [{ matchLabels: { to: 'view' } }], [A]],
    ['by any of several selectors, no rule twice', [{ matchLabels: { to: 'view' } }, { matchLabels: { to: 'edit' } }, {}], [A, B]],
    ['by all labels of a selector', [{ matchLabels: { to: 'view', other: 'x' } }], []],
    ['In', [{ matchExpressions: [{ key: 'to', operator: 'In', values: ['edit', 'x'] }] }], [B]],
    ['NotIn', [{ matchExpressions: [{ key: 'to', operator: 'NotIn', values: ['edit'] }] }], [A]],
    ['Exists', [{ matchExpressions: [{ key: 'to', operator: 'Exists' }] }], [A, B]],
    ['DoesNotExist', [{ matchExpressions: [{ key: 'to', operator: 'DoesNotExist' }] }], []],
    ['an operator nobody knows', [{ matchExpressions: [{ key: 'to', operator: 'Like' }] }], []],
    ['a label of every object in JavaScript', [{ matchLabels: { constructor: 'x' } }], []],
    ['no selector', [], []],
  ])('%s', (_, selectors, rules) => {
    const all = [labelled('a', { to: 'view' }, A), labelled('b', { to: 'edit' }, B)];
    expect(gatherRules(gathering('own', {}, ...selectors), all)).toEqual(rules);
  });

  it('goes through aggregated roles, and ends where they go round in a circle', () => {
    const edit = gathering('edit', { to: 'view' }, { matchLabels: { to: 'edit' } });
    const view = gathering('view', { to: 'edit' }, { matchLabels: { to: 'view' } });
    const all = [edit, view, labelled('a', { to: 'view' }, A), labelled('b', { to: 'edit' }, B)];
    expect(gatherRules(view, all)).toEqual([A, B]);
    expect(gatherRules(edit, all)).toEqual([A, B]);
  });

  it('leaves a plain role alone', () => {
    expect(gatherRules(labelled('a', {}, A), [labelled('b', {}, B)])).toEqual([A]);
  });
});
