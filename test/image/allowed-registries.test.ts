import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALLOW_ALL,
  allowRepositories,
  importAddress,
  parseAllowedRegistries,
  registryRule,
  type Transport,
} from '../../functions/image/allowed-registries.ts';
import { type DockerImageReference, parseReference } from '../../functions/image/reference.ts';

function reference(text: string): DockerImageReference {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.reference;
}

const textsOf = (globs: readonly string[], internal?: string) =>
  parseAllowedRegistries(globs, internal).map(({ host, port }) => `${host}:${port}`);

/** null: allowed. */
function refusal(globs: readonly string[], pullSpec: string, transport: Transport, internal?: string): string | null {
  return registryRule(parseAllowedRegistries(globs, internal))(reference(pullSpec), transport);
}

describe('parseAllowedRegistries', () => {
  it.each<[string, readonly string[], string | undefined, readonly string[]]>([
    ['defaults the port', ['quay.io', 'b:5000', 'c:*'], undefined, ['quay.io:443', 'b:5000', 'c:*']],
    ['keeps the last of equal entries', ['a', 'b', 'a:443'], undefined, ['b:443', 'a:443']],
    ['puts the internal registry first', ['a', 'b'], 'registry:5000', ['registry:5000', 'a:443', 'b:443']],
    ['leaves it where it is named', ['a', 'r.io'], 'r.io', ['a:443', 'r.io:443']],
    ['allows everything when empty, the internal registry or not', [], 'registry:5000', []],
  ])('%s', (_, globs, internal, expected) => {
    expect(textsOf(globs, internal)).toEqual(expected);
  });

  it('refuses more than one colon', () => {
    expect(() => parseAllowedRegistries(['a:1:2'])).toThrow('failed to parse allowed registry "a:1:2": too many colons');
  });
});

describe('registryRule', () => {
  it.each<[readonly string[], string, Transport, boolean]>([
    [[], 'anywhere.io/x/y', 'secure', true],
    [['quay.io'], 'quay.io/x/y', 'secure', true],
    [['quay.io'], 'quay.io:443/x/y', 'secure', true],
    [['quay.io'], 'quay.io:80/x/y', 'secure', false],
    [['quay.io'], 'quay.io/x/y', 'insecure', false],
    [['quay.io:80'], 'quay.io/x/y', 'insecure', true],
    [['quay.io:80'], 'quay.io/x/y', 'secure', false],
    // Insecure sources are tried in both ways.
    [['quay.io'], 'quay.io/x/y', 'any', true],
    [['quay.io:80'], 'quay.io/x/y', 'any', true],
    [['quay.io:*'], 'quay.io/x/y', 'any', true],
    [['quay.io:5000'], 'quay.io/x/y', 'any', false],
    [['quay.io:5000'], 'quay.io:5000/x/y', 'any', true],
    [['quay.io'], 'quay.io:5000/x/y', 'any', false],
    // Globs
    [['*.example.com'], 'a.example.com/x/y', 'secure', true],
    [['*.example.com'], 'a.example.com:5000/x/y', 'secure', false],
    [['*.example.com:50?0'], 'a.example.com:5000/x/y', 'secure', true],
    // Docker Hub, however it is named
    [['docker.io'], 'ruby', 'secure', true],
    [['docker.io'], 'team/app:1', 'secure', true],
    [['docker.io'], 'docker.io/team/app', 'secure', true],
    [['docker.io'], 'index.docker.io/team/app', 'secure', true],
    [['docker.io'], 'registry-1.docker.io/team/app', 'secure', true],
    [['docker.io'], 'index.docker.io/team/app', 'any', true],
    [['docker.io'], 'ruby', 'any', true],
    [['registry-1.docker.io'], 'docker.io/team/app', 'secure', true],
    [['registry-1.docker.io'], 'ruby', 'secure', false],
    [['index.docker.io'], 'docker.io/team/app', 'secure', false],
    [['docker.io:80'], 'ruby', 'secure', false],
    [['quay.io'], 'ruby', 'secure', false],
  ])('%j allows %s (%s): %s', (globs, pullSpec, transport, expected) => {
    expect(refusal(globs, pullSpec, transport) === null).toBe(expected);
  });

  it.each<[readonly string[], string, Transport, string | undefined, string]>([
    [['a', 'b:*'], 'quay.io/x/y', 'secure', undefined, 'registry "quay.io" not allowed by whitelist: "a:443", "b:*"'],
    [['a'], 'ruby', 'secure', undefined, 'registry "docker.io:443" not allowed by whitelist: "a:443"'],
    [['a'], 'ruby', 'insecure', undefined, 'registry "docker.io:80" not allowed by whitelist: "a:443"'],
    [['a'], 'ruby', 'any', undefined, 'registry "docker.io" not allowed by whitelist: "a:443"'],
    [['a'], 'docker.io/x', 'secure', undefined, 'registry "docker.io" not allowed by whitelist: "a:443"'],
    [['a'], 'x:5000/y', 'secure', 'r.io', 'registry "x:5000" not allowed by whitelist: "r.io:443", "a:443"'],
    [
      ['a', 'b', 'c', 'd', 'e'],
      'x.io/y',
      'secure',
      undefined,
      'registry "x.io" not allowed by whitelist: "a:443", "b:443", "c:443", "d:443", "e:443"',
    ],
    [
      ['a', 'b', 'c', 'd', 'e'],
      'x.io/y',
      'secure',
      'r:5000',
      'registry "x.io" not allowed by whitelist: "r:5000", "a:443", "b:443", "c:443", and 2 more ...',
    ],
  ])('%j refuses %s (%s, internal %s)', (globs, pullSpec, transport, internal, message) => {
    expect(refusal(globs, pullSpec, transport, internal)).toBe(message);
  });

  it('always allows the internal registry', () => {
    expect(refusal(['a'], 'registry:5000/ns/app', 'secure', 'registry:5000')).toBeNull();
    expect(refusal(['a'], 'r.example.com/ns/app', 'secure', 'r.example.com')).toBeNull();
  });

  it('allows more when more is listed, and everything with *:*', () => {
    const globs = fc.array(fc.constantFrom('quay.io', 'docker.io', '*.io', 'a:5000', 'b:80', 'c:*', '?:443'), {
      minLength: 1,
      maxLength: 7,
    });
    const pullSpec = fc.constantFrom('ruby', 'quay.io/x', 'a:5000/x', 'b:80/x', 'localhost/x', 'index.docker.io/x', 'z.example.com/x');
    const transport = fc.constantFrom<Transport>('secure', 'insecure', 'any');
    fc.assert(
      fc.property(globs, globs, pullSpec, transport, (list, more, image, how) => {
        if (refusal(list, image, how) === null) expect(refusal([...more, ...list], image, how)).toBeNull();
        expect(refusal([...list, '*:*'], image, how)).toBeNull();
      }),
    );
  });
});

describe('allowRepositories', () => {
  const rule = registryRule(parseAllowedRegistries(['a']));

  it.each<[readonly string[], string, boolean]>([
    [['quay.io/x/y:1'], 'quay.io/x/y:2', true],
    [['quay.io/x/y:1'], `quay.io/x/y@sha256:${'0'.repeat(64)}`, true],
    [['quay.io/x/y'], 'quay.io/x/z', false],
    [['ruby:3'], 'docker.io/library/ruby', true],
    [['docker.io/library/ruby'], 'ruby', true],
    [['!', '', 'quay.io/x/y'], 'quay.io/x/y:9', true],
    [[], 'quay.io/x/y', false],
  ])('%j keeps %s: %s', (known, pullSpec, expected) => {
    expect(allowRepositories(rule, known)(reference(pullSpec), 'secure') === null).toBe(expected);
  });

  it('adds nothing where everything is allowed', () => {
    expect(allowRepositories(ALLOW_ALL, ['x'])).toBe(ALLOW_ALL);
  });
});

describe('importAddress', () => {
  it.each<[string, boolean, string]>([
    ['ruby', false, 'docker.io:443'],
    ['docker.io/ruby', false, 'registry-1.docker.io:443'],
    ['quay.io/x', true, 'quay.io:80'],
    ['r:5000/x', true, 'r:5000'],
  ])('of %s, insecure %s', (text, insecure, expected) => {
    expect(importAddress(reference(text), insecure)).toBe(expected);
  });
});
