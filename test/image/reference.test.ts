import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  type DockerImageReference,
  dockerClientDefaults,
  formatReference,
  parseReference,
  registryAddress,
  splitImageName,
  splitTagName,
} from '../../functions/image/reference.ts';
import { digest } from './builders.ts';

const A = digest('a');
const EMPTY = 'repository name must have at least one component';
const LOWER = 'repository name must be lowercase';
const FORMAT = 'invalid reference format';
const LONG = 'repository name must not be more than 255 characters';

function reference(fields: Partial<DockerImageReference>): DockerImageReference {
  return { registry: '', namespace: '', name: '', tag: '', id: '', ...fields };
}

describe('parseReference', () => {
  test.each<[string, Partial<DockerImageReference>]>([
    ['mysql', { name: 'mysql' }],
    ['mysql:5.7', { name: 'mysql', tag: '5.7' }],
    [`mysql@${A}`, { name: 'mysql', id: A }],
    [`mysql:5.7@${A}`, { name: 'mysql', tag: '5.7', id: A }],
    ['library/mysql', { namespace: 'library', name: 'mysql' }],
    ['a/b/c', { namespace: 'a', name: 'b/c' }],
    ['quay.io/team/app:v1', { registry: 'quay.io', namespace: 'team', name: 'app', tag: 'v1' }],
    ['quay.io/app', { registry: 'quay.io', name: 'app' }],
    ['quay.io/a/b/c/d', { registry: 'quay.io', namespace: 'a', name: 'b/c/d' }],
    ['localhost/app', { registry: 'localhost', name: 'app' }],
    ['localhost:5000/a/b', { registry: 'localhost:5000', namespace: 'a', name: 'b' }],
    ['registry:5000/app', { registry: 'registry:5000', name: 'app' }],
    ['Registry.Example.COM:443/a/b', { registry: 'Registry.Example.COM:443', namespace: 'a', name: 'b' }],
    ['UPPER/x', { namespace: 'UPPER', name: 'x' }],
    ['a__b/c--d.e_f', { namespace: 'a__b', name: 'c--d.e_f' }],
    ['app:_x.y-Z', { name: 'app', tag: '_x.y-Z' }],
    [`app:${'t'.repeat(128)}`, { name: 'app', tag: 't'.repeat(128) }],
    [`app@sha512:${'b'.repeat(128)}`, { name: 'app', id: `sha512:${'b'.repeat(128)}` }],
    [`app@sha384:${'b'.repeat(96)}`, { name: 'app', id: `sha384:${'b'.repeat(96)}` }],
    // A lone component that looks like a host is one, with all that follows it.
    ['quay.io', { registry: 'quay.io' }],
    ['mysql.5:tag', { registry: 'mysql.5:tag' }],
    ['localhost:5000', { registry: 'localhost:5000' }],
    ['localhosts', { registry: 'localhosts' }],
    [`quay.io@${A}`, { registry: `quay.io@${A}`, id: A }],
    ['n'.repeat(255), { name: 'n'.repeat(255) }],
  ])('%s', (text, parts) => {
    expect(parseReference(text)).toEqual({ ok: true, reference: reference(parts) });
  });

  test.each([
    ['', EMPTY],
    ['*', FORMAT],
    ['a b', FORMAT],
    [' app', FORMAT],
    ['app\n', FORMAT],
    [':tag', FORMAT],
    [`@${A}`, FORMAT],
    ['app:', FORMAT],
    ['app@', FORMAT],
    ['a//b', FORMAT],
    ['/a', FORMAT],
    ['a/', FORMAT],
    ['-a', FORMAT],
    ['a-', FORMAT],
    ['a..b', FORMAT],
    ['a___b', FORMAT],
    ['quay.io:port/app', FORMAT],
    [`app:${'t'.repeat(129)}`, FORMAT],
    ['app:.x', FORMAT],
    ['https://quay.io/app', FORMAT],
    ['app@sha256:abc', FORMAT],
    [`app@sha256:${'g'.repeat(64)}`, FORMAT],
    [`app@sha256:${'a'.repeat(63)}`, 'invalid checksum digest length'],
    [`app@sha256:${'a'.repeat(65)}`, 'invalid checksum digest length'],
    [`app@md5:${'a'.repeat(32)}`, 'unsupported digest algorithm'],
    [`app@constructor:${'a'.repeat(32)}`, 'unsupported digest algorithm'],
    ['App', LOWER],
    ['quay.io/Team/app', LOWER],
    ['a/B', LOWER],
    ['n'.repeat(256), LONG],
    [`quay.io/${'n'.repeat(248)}`, LONG],
    ['n'.repeat(2_000_000), LONG],
  ])('refuses %s', (text, message) => {
    expect(parseReference(text)).toEqual({ ok: false, message });
  });

  it('takes linear time on text made to backtrack', () => {
    for (const part of ['a', 'a-', 'a.', 'a_', 'A', 'a/', '-', 'a:1']) {
      expect(parseReference(`${part.repeat(200)}!`).ok).toBe(false);
    }
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof parseReference(text).ok === 'boolean'));
  });
});

describe('formatReference', () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const component = fc
    .tuple(word, fc.constantFrom('.', '_', '__', '-', '---'), word)
    .map(([a, separator, b]) => a + separator + b)
    .filter((text) => !text.startsWith('localhost'));
  const host = fc
    .tuple(fc.constantFrom('quay.io', 'localhost', 'REG.example.com', 'h-1.x'), fc.constantFrom('', ':443', ':5000'))
    .map(([name, port]) => name + port);
  const references = fc.record({
    registry: fc.option(host, { nil: '' }),
    namespace: component.map((text) => text.replaceAll('.', '-')),
    name: fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
    version: fc.oneof(
      fc.constant({ tag: '', id: '' }),
      fc.stringMatching(/^\w[\w.-]{0,20}$/).map((tag) => ({ tag, id: '' })),
      fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => ({ tag: '', id: `sha256:${hex}` })),
    ),
  });

  it('is undone by parseReference', () => {
    fc.assert(
      fc.property(references, ({ version, ...parts }) => {
        const wanted = { ...parts, ...version };
        expect(parseReference(formatReference(wanted))).toEqual({ ok: true, reference: wanted });
      }),
    );
  });

  test.each<[string, Partial<DockerImageReference>]>([
    ['', {}],
    ['', { tag: 'x' }],
    ['quay.io/', { registry: 'quay.io' }],
    ['quay.io/app', { registry: 'quay.io', name: 'app' }],
    [`ns/app@${A}`, { namespace: 'ns', name: 'app', id: A, tag: 'dropped' }],
    ['app:not-a-digest', { name: 'app', id: 'not-a-digest' }],
    ['app:sha256:abc', { name: 'app', id: 'sha256:abc' }],
  ])('%s', (text, parts) => {
    expect(formatReference(reference(parts))).toBe(text);
  });
});

describe('dockerClientDefaults', () => {
  test.each([
    ['mysql', 'docker.io/library/mysql:latest'],
    ['team/mysql', 'docker.io/team/mysql:latest'],
    ['docker.io/mysql', 'docker.io/library/mysql:latest'],
    ['index.docker.io/mysql:5', 'index.docker.io/library/mysql:5'],
    ['quay.io/app', 'quay.io/app:latest'],
    [`mysql@${A}`, `docker.io/library/mysql@${A}`],
  ])('%s is %s', (text, wanted) => {
    const parsed = parseReference(text);
    expect(parsed.ok && formatReference(dockerClientDefaults(parsed.reference))).toBe(wanted);
  });

  it('adds no tag beside a digest', () => {
    expect(dockerClientDefaults(reference({ name: 'app', id: A })).tag).toBe('');
  });
});

test.each([
  ['mysql', 'registry-1.docker.io', 'library/mysql'],
  ['docker.io/team/app:1', 'registry-1.docker.io', 'team/app'],
  ['index.docker.io/app', 'registry-1.docker.io', 'library/app'],
  ['registry-1.docker.io/app', 'registry-1.docker.io', 'library/app'],
  ['quay.io/app', 'quay.io', 'app'],
  ['quay.io:8443/a/b/c', 'quay.io:8443', 'a/b/c'],
])('registryAddress of %s', (text, host, name) => {
  const parsed = parseReference(text);
  expect(parsed.ok && registryAddress(parsed.reference)).toEqual({ host, name });
});

test.each([
  ['app:v1', { stream: 'app', tag: 'v1' }],
  ['app', null],
  ['app:', null],
  [':v1', null],
  ['app:a:b', null],
  ['app:v@1', null],
  ['', null],
])('splitTagName of %s', (text, wanted) => {
  expect(splitTagName(text)).toEqual(wanted);
});

test.each([
  [`app@${A}`, { stream: 'app', id: A }],
  ['app@abc', { stream: 'app', id: 'abc' }],
  ['app', null],
  ['app@', null],
  ['@abc', null],
  ['app@a@b', null],
])('splitImageName of %s', (text, wanted) => {
  expect(splitImageName(text)).toEqual(wanted);
});
