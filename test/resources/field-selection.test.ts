import { describe, expect, it } from 'vitest';
import { listedNamespace } from '../../functions/resources/field-selection.ts';

describe('listedNamespace', () => {
  const field = (value: string, operator: '=' | '!=' = '=', name = 'metadata.namespace') => ({ field: name, operator, value });

  it.each([
    ['team', [], 'team'],
    ['team', [field('other')], 'team'],
    ['', [], null],
    ['', [field('other')], 'other'],
    ['', [field('app:v1', '=', 'metadata.name'), field('other')], 'other'],
    ['', [field('other', '!=')], null],
    ['', [field('')], null],
    ['', [field('a'), field('b')], 'a'], // and nothing passes both
  ])('of %j with %j is %j', (namespace, fieldRequirements, expected) => {
    expect(listedNamespace({ namespace }, { fieldRequirements })).toBe(expected);
  });
});
