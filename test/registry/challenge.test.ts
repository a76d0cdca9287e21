import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseChallenge, parseChallenges } from '../../functions/registry/challenge.ts';

function parse(header: string): unknown {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe('parseChallenges', () => {
  it.each<[string, string, unknown]>([
    [
      'Docker Hub',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/busybox:pull"',
      [['bearer', { realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:library/busybox:pull' }]],
    ],
    [
      'commas inside quotes, an error after them',
      'Bearer realm="https://r/t",scope="repository:a/b:pull,push",error="invalid_token"',
      [['bearer', { realm: 'https://r/t', scope: 'repository:a/b:pull,push', error: 'invalid_token' }]],
    ],
    ['Distribution with htpasswd', 'Basic realm="perf"', [['basic', { realm: 'perf' }]]],
    [
      'ECR',
      'Basic realm="https://1.dkr.ecr.eu-west-1.amazonaws.com/",service="ecr.amazonaws.com"',
      [['basic', { realm: 'https://1.dkr.ecr.eu-west-1.amazonaws.com/', service: 'ecr.amazonaws.com' }]],
    ],
    [
      'several in one line, as node joins header lines',
      'Negotiate, Basic realm="x", Bearer realm="https://r/t", service=y',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
        ['bearer', { realm: 'https://r/t', service: 'y' }],
      ],
    ],
    [
      'token68',
      'Negotiate YWJjZA==, Basic realm=x',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'no comma between challenges',
      'Basic Bearer realm="r"',
      [
        ['basic', {}],
        ['bearer', { realm: 'r' }],
      ],
    ],
    [
      'values without quotes, with = and ? inside',
      'Bearer realm=https://r/t?a=b,service=x',
      [['bearer', { realm: 'https://r/t?a=b', service: 'x' }]],
    ],
    ['blanks around =', 'Bearer realm = "r" , service\t=\t"s"', [['bearer', { realm: 'r', service: 's' }]]],
    ['missing commas', 'Bearer realm="r" service="s" scope="c"', [['bearer', { realm: 'r', service: 's', scope: 'c' }]]],
    ['doubled and trailing commas', 'Bearer realm="r",,service="s",', [['bearer', { realm: 'r', service: 's' }]]],
    ['upper case', 'BEARER REALM="R",Service="S"', [['bearer', { realm: 'R', service: 'S' }]]],
    ['escapes', String.raw`Basic realm="a \"b\" \\c"`, [['basic', { realm: String.raw`a "b" \c` }]]],
    ['a quote that never ends', 'Bearer realm="https://r/t,service=x', [['bearer', { realm: 'https://r/t,service=x' }]]],
    ['a backslash at the end', 'Basic realm="x\\', [['basic', { realm: 'x' }]]],
    ['the first of two equal names', 'Bearer realm="a",realm="b"', [['bearer', { realm: 'a' }]]],
    ['an empty value', 'Bearer realm="",service=', [['bearer', { realm: '', service: '' }]]],
    ['a scheme alone', 'Bearer', [['bearer', {}]]],
    ['parameters without a scheme', 'realm="x", service=y', []],
    ['nothing', '', []],
  ])('reads %s', (_name, header, expected) => expect(parse(header)).toEqual(expected));

  it('reads back what was written by the grammar', () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const challenge = fc.tuple(token, fc.dictionary(token, fc.string({ unit: 'grapheme-ascii' }), { minKeys: 1, maxKeys: 4 }));
    fc.assert(
      fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
        const quote = (value: string) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
        const write = ([scheme, parameters]: [string, Record<string, string>]) =>
          `${scheme} ${Object.entries(parameters)
            .map(([name, value]) => `${name}=${quote(value)}`)
            .join(', ')}`;
        expect(parse(challenges.map(write).join(', '))).toEqual(challenges.map(([scheme, parameters]) => [scheme, { ...parameters }]));
      }),
    );
  });

  it('reads anything without failing, in time', () => {
    fc.assert(fc.property(fc.string(), (header) => void parseChallenges(header)));
    const started = performance.now();
    for (const part of ['a ', 'a=', '"', '\\', ' ', ',', 'a="', 'Bearer realm="x",', 'abc']) parseChallenges(part.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('chooseChallenge', () => {
  it.each([
    ['Basic realm="x", Bearer realm="https://r/t",service="s"', { kind: 'bearer', realm: 'https://r/t', service: 's', scope: undefined }],
    ['Basic realm="x"', { kind: 'basic' }],
    ['Bearer service="s", Basic realm="x"', { kind: 'basic' }],
    ['Bearer realm="http://r/t", Basic realm="x"', { kind: 'basic' }],
    ['Bearer realm="/t", Bearer realm="https://r/t"', { kind: 'bearer', realm: 'https://r/t', service: undefined, scope: undefined }],
    ['Bearer realm="/t"', { kind: 'bearer', realm: '/t', service: undefined, scope: undefined }],
    ['Bearer service="s"', null],
    ['Negotiate', null],
    ['', null],
  ])('%s', (header, expected) => expect(chooseChallenge(parseChallenges(header), false)).toEqual(expected));
});
