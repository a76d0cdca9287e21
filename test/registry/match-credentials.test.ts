import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchCredentials } from '../../functions/registry/match-credentials.ts';

/** Each entry's user name is its key: the answer tells which entries matched, in their order. */
function matching(keys: readonly string[], place: string): string[] {
  const [host = '', ...path] = place.split('/');
  const entries = keys.map((key) => ({ key, credentials: { username: key, password: 'p' } }));
  return matchCredentials(entries, { host, name: path.join('/') }).map(({ username }) => username);
}

describe('matchCredentials', () => {
  it.each([
    ['quay.io', 'quay.io/team/app', true],
    ['QUAY.io', 'quay.io/team/app', true],
    ['https://quay.io', 'quay.io/team/app', true],
    ['http://quay.io/', 'quay.io/team/app', true],
    ['https://quay.io/v2/', 'quay.io/team/app', true],
    ['https://quay.io/v1/team', 'quay.io/team/app', true],
    ['quay.io/team', 'quay.io/team/app', true],
    ['quay.io/team/app', 'quay.io/team/app', true],
    ['quay.io/tea', 'quay.io/team/app', false],
    ['quay.io/team/app/deeper', 'quay.io/team/app', false],
    ['quay.io/app', 'quay.io/team/app', false],
    ['quay.io:443', 'quay.io/team/app', true],
    ['quay.io:80', 'quay.io/team/app', true],
    ['quay.io', 'quay.io:443/team/app', true],
    ['quay.io:5000', 'quay.io/team/app', false],
    ['quay.io', 'quay.io:5000/team/app', false],
    ['127.0.0.1:5000', '127.0.0.1:5000/app', true],
    ['*.quay.io', 'eu.quay.io/app', true],
    ['*.quay.io', 'quay.io/app', false],
    ['*.quay.io', 'a.b.quay.io/app', false],
    ['*.*.quay.io', 'a.b.quay.io/app', true],
    ['reg-*.example.com', 'reg-eu-1.example.com/app', true],
    ['reg-?.example.com', 'reg-12.example.com/app', false],
    ['*a*b*.example.com', 'xxaxxbxx.example.com/app', true],
    ['*', 'localhost/app', true],
    ['*.dkr.ecr.*.amazonaws.com', '1234.dkr.ecr.eu-west-1.amazonaws.com/app', true],
    ['https://index.docker.io/v1/', 'registry-1.docker.io/library/mysql', true],
    ['docker.io', 'registry-1.docker.io/library/mysql', true],
    ['docker.io/library', 'registry-1.docker.io/library/mysql', true],
    ['docker.io/mysql', 'registry-1.docker.io/library/mysql', false],
    ['registry-1.docker.io', 'registry-1.docker.io/team/app', true],
    ['', 'quay.io/app', false],
    ['://', 'quay.io/app', false],
  ])('%s for %s: %s', (key, place, expected) => {
    expect(matching([key], place)).toEqual(expected ? [key] : []);
  });

  it('prefers the longest path, then the host without wildcards, then the order given', () => {
    const keys = ['*.example.com', 'eu.example.com', 'eu.example.com/team', '*.example.com/team/app', 'https://eu.example.com'];
    expect(matching(keys, 'eu.example.com/team/app')).toEqual([
      '*.example.com/team/app',
      'eu.example.com/team',
      'eu.example.com',
      'https://eu.example.com',
      '*.example.com',
    ]);
  });

  it('tries equal credentials once', () => {
    const credentials = { username: 'u', password: 'p' };
    const entries = ['quay.io', 'quay.io/team'].map((key) => ({ key, credentials }));
    expect(matchCredentials(entries, { host: 'quay.io', name: 'team/app' })).toEqual([credentials]);
  });

  it('answers any key, and soon', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (key, host) => {
        matching([key], `${host}/app`);
      }),
    );
    const started = performance.now();
    matching(['*a'.repeat(2000)], `${'a'.repeat(2000)}b/app`);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
