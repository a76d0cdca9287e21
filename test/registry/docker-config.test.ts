import { describe, expect, it } from 'vitest';
import { readDockerConfig } from '../../functions/registry/docker-config.ts';

const auth = (pair: string) => Buffer.from(pair).toString('base64');

describe('readDockerConfig', () => {
  it.each([
    ['auth', { auth: auth('u:p:q') }, { username: 'u', password: 'p:q' }],
    ['two fields', { username: 'u', password: 'p' }, { username: 'u', password: 'p' }],
    ['both: auth wins', { auth: auth('u:p'), username: 'x', password: 'y' }, { username: 'u', password: 'p' }],
    ['a padded password', { auth: auth('u:p\0\0') }, { username: 'u', password: 'p' }],
    ['an identity token', { identitytoken: 't' }, { username: '', password: '', identityToken: 't' }],
    ['an identity token beside a pair', { auth: auth('0-0:'), identitytoken: 't' }, { username: '0-0', password: '', identityToken: 't' }],
    ['the user of credential helpers', { auth: auth('<token>:t') }, { username: '<token>', password: '', identityToken: 't' }],
    ['a registry token', { registrytoken: 'a.b-c' }, { username: '', password: '', registryToken: 'a.b-c' }],
    [
      'a registry token beside all others',
      { auth: auth('u:p'), identitytoken: 't', registrytoken: 'r' },
      { username: 'u', password: '', registryToken: 'r' },
    ],
  ])('reads an entry by %s', (_, entry, credentials) => {
    const entries = [{ key: 'quay.io', credentials }];
    expect(readDockerConfig(JSON.stringify({ 'quay.io': entry }), 'dockercfg')).toEqual({ ok: true, entries, elsewhere: [] });
    expect(readDockerConfig(JSON.stringify({ auths: { 'quay.io': entry } }), 'dockerconfigjson')).toEqual({
      ok: true,
      entries,
      elsewhere: [],
    });
  });

  it('names what is kept elsewhere', () => {
    const config = {
      auths: { a: {}, b: { auth: '' }, c: { auth: auth('u:p') } },
      credsStore: 'desktop',
      credHelpers: { '123456789012.dkr.ecr.eu-west-1.amazonaws.com': 'ecr-login' },
    };
    const read = readDockerConfig(JSON.stringify(config), 'dockerconfigjson');
    const stored = 'it holds no credentials, docker keeps them in a store of its own';
    expect(read).toEqual({
      ok: true,
      entries: [{ key: 'c', credentials: { username: 'u', password: 'p' } }],
      elsewhere: [
        { key: '', where: 'credsStore leaves credentials to a helper program, and here is none' },
        {
          key: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
          where: 'credHelpers leaves it to a helper program, and here is none',
        },
        { key: 'a', where: stored },
        { key: 'b', where: stored },
      ],
    });
    expect(readDockerConfig('{}', 'dockerconfigjson')).toEqual({ ok: true, entries: [], elsewhere: [] });
  });

  it.each([
    '',
    'hunter2',
    '[]',
    'null',
    '{"auths":["hunter2"]}',
    '{"auths":{"a":"hunter2"}}',
    '{"auths":{"a":{"auth":"aHVudGVyMg=="}}}',
    '{"auths":{"a":{"password":"hunter2"}}}',
    '{"auths":{"a":{"auth":7}}}',
    '{"auths":{"a":{"identitytoken":["hunter2"]}}}',
    '{"auths":{"a":{"registrytoken":["hunter2"]}}}',
    '{"auths":{"a":{"registrytoken":"hunter2\\r\\nx: y"}}}',
    '{"auths":{"https://u:hunter2@quay.io/x":{"auth":7}}}',
    '{"auths":{"u:p@hunter2@quay.io":{"auth":7}}}',
  ])('refuses %s and quotes no secret', (text) => {
    const read = readDockerConfig(text, 'dockerconfigjson');
    expect(read.ok).toBe(false);
    expect(JSON.stringify(read)).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it('says which entry it is, in few words', () => {
    const why = (key: string) => readDockerConfig(JSON.stringify({ auths: { [key]: 7 } }), 'dockerconfigjson');
    expect(why('https://u:p@quay.io/x')).toEqual({ ok: false, why: 'the entry of registry "quay.io/x" cannot be read' });
    expect(JSON.stringify(why('x'.repeat(100_000))).length).toBeLessThan(400);
  });
});
