import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseYaml } from '../../functions/kubernetes/yaml.ts';

it('reads what YAML says', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.parse(JSON.stringify(value)) as unknown;
      expect(parseYaml(stringify(json))).toEqual({ ok: true, value: json, duplicates: [] });
    }),
  );
});

it('resolves anchors and merges', () => {
  expect(parseYaml('a: &a {x: 1}\nb: {<<: *a, y: 2}\n')).toMatchObject({ value: { a: { x: 1 }, b: { x: 1, y: 2 } } });
});

it('tells of keys that come twice, and takes the last', () => {
  expect(parseYaml('a: 1\na: 2\n')).toEqual({
    ok: true,
    value: { a: 2 },
    duplicates: ['the key at character 5 is already set in its map'],
  });
});

it.each([
  ['broken', 'a: [secret'],
  ['two documents', 'a: 1\n---\nsecret: 2\n'],
  [
    'a bomb',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index] ?? ''},`.repeat(9)}]`)
      .join('\n')}\n`,
  ],
  ['too deep', '['.repeat(20_000)],
])('refuses what is %s without quoting it', (_, text) => {
  const parsed = parseYaml(text);
  expect(parsed.ok).toBe(false);
  expect(JSON.stringify(parsed)).not.toContain('secret');
});

it('has no word for what JSON has none for', () => {
  expect(parseYaml('a: .inf\n__proto__: {b: 1}\n')).toMatchObject({ ok: true });
  expect(JSON.stringify(parseYaml('a: .inf\n'))).toContain('"a":null');
});
