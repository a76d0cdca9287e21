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
  ])('reads an entry by %s', (_, entry, credentials) => {
    const entries = [{ key: 'quay.io', credentials }];
    expect(readDockerConfig(JSON.stringify({ 'quay.io': entry }), 'dockercfg')).toEqual({ ok: true, entries });
    expect(readDockerConfig(JSON.stringify({ auths: { 'quay.io': entry } }), 'dockerconfigjson')).toEqual({ ok: true, entries });
  });

  it('passes over entries whose credentials are elsewhere', () => {
    expect(readDockerConfig(JSON.stringify({ auths: { a: {}, b: { auth: '' } }, credsStore: 'desktop' }), 'dockerconfigjson')).toEqual({
      ok: true,
      entries: [],
    });
    expect(readDockerConfig('{}', 'dockerconfigjson')).toEqual({ ok: true, entries: [] });
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
  ])('refuses %s and quotes no secret', (text) => {
    const read = readDockerConfig(text, 'dockerconfigjson');
    expect(read.ok).toBe(false);
    expect(JSON.stringify(read)).not.toMatch(/hunter2|aHVudGVyMg/);
  });
});
