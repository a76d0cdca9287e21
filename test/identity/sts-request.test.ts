import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stsHosts } from '../../functions/identity/sts-hosts.ts';
import { readStsRequest } from '../../functions/identity/sts-request.ts';
import { iamToken, stsUrl, tokenOf, type TokenOptions } from '../support/sts.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const hosts = stsHosts('eu-central-1');
const read = (token: string, now = NOW) => readStsRequest(token, { hosts, now });
const made: TokenOptions = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', now: NOW };
const withParameters = (parameters: Readonly<Record<string, string | undefined>>) => iamToken({ ...made, parameters });
const url = stsUrl(made);

describe('a signed request', () => {
  it('is taken as it was signed', () => {
    expect(read(tokenOf(url))).toEqual({
      host: 'sts.eu-central-1.amazonaws.com',
      query: url.slice(url.indexOf('?') + 1),
      expiresAt: NOW + 15 * 60_000,
    });
  });

  it.each([
    ['names of parameters in any case', tokenOf(url.replace('Action=', 'action=').replace('X-Amz-Date', 'x-amz-date'))],
    ['a security token', withParameters({ 'X-Amz-Security-Token': 'FwoG/+=' })],
    ['the global host', iamToken({ ...made, host: 'sts.amazonaws.com', region: 'us-east-1' })],
    ['headers in any case', withParameters({ 'X-Amz-SignedHeaders': 'host;X-K8s-Aws-Id' })],
    ['15 minutes', withParameters({ 'X-Amz-Expires': '900' })],
    ['no time at all', withParameters({ 'X-Amz-Expires': '0' })],
  ])('may have %s', (_, token) => {
    expect(read(token)).toHaveProperty('host');
  });

  it('lasts 15 minutes whatever it says', () => {
    expect(read(tokenOf(url), NOW + 15 * 60_000 - 1)).toHaveProperty('host');
    expect(read(tokenOf(url), NOW + 15 * 60_000)).toEqual({ refused: 'AWS token: it is expired' });
  });

  it.each([
    ['plain http', tokenOf(url.replace('https:', 'http:'))],
    ['another host', iamToken({ ...made, host: 'evil.example' })],
    ['a host behind a user', tokenOf(url.replace('https://', 'https://sts.amazonaws.com@evil.example/'))],
    ['a user', tokenOf(url.replace('https://', 'https://user@'))],
    ['a host that only looks like a Region', iamToken({ ...made, host: 'sts.not-a-region.amazonaws.com' })],
    ['a port', iamToken({ ...made, host: 'sts.eu-central-1.amazonaws.com:443' })],
    ['upper case', iamToken({ ...made, host: 'STS.eu-central-1.amazonaws.com' })],
    ['a trailing dot', iamToken({ ...made, host: 'sts.eu-central-1.amazonaws.com.' })],
    ['letters that a URL parser would fold', iamToken({ ...made, host: 'ｓｔｓ.amazonaws.com' })],
    ['a backslash', tokenOf(url.replace('.com/?', '.com\\@evil.example/?'))],
    ['another path', tokenOf(url.replace('/?', '/x?'))],
    ['no path', tokenOf(url.replace('/?', '?'))],
    ['a path with dots', tokenOf(url.replace('/?', '/./?'))],
    ['a fragment', tokenOf(`${url}#x`)],
    ['a space', tokenOf(`${url} x`)],
    ['a line break', tokenOf(`${url}\r\nHost: evil.example`)],
    ['another parameter', withParameters({ Extra: 'x' })],
    ['a parameter twice', tokenOf(`${url}&Action=GetCallerIdentity`)],
    ['a parameter twice in other letters', tokenOf(`${url}&action=GetCallerIdentity`)],
    ['an encoded name', tokenOf(`${url}&%41ction=GetCallerIdentity`)],
    ['an empty parameter', tokenOf(`${url}&`)],
    ['a broken encoding', tokenOf(`${url}%zz`)],
    ['another action', withParameters({ Action: 'GetSessionToken' })],
    ['no action', withParameters({ Action: undefined })],
    ['an unsigned cluster', withParameters({ 'X-Amz-SignedHeaders': 'host' })],
    ['a cluster that is part of another header', withParameters({ 'X-Amz-SignedHeaders': 'host;x-k8s-aws-id-2' })],
    ['signed headers that could be read as two parameters', tokenOf(url.replace('host%3Bx-k8s', 'host;x-k8s'))],
    ['no signed headers', withParameters({ 'X-Amz-SignedHeaders': undefined })],
    ['16 minutes', withParameters({ 'X-Amz-Expires': '901' })],
    ['no time', withParameters({ 'X-Amz-Expires': undefined })],
    ['a time before', withParameters({ 'X-Amz-Expires': '-1' })],
    ['no date', withParameters({ 'X-Amz-Date': undefined })],
    ['a date that is none', withParameters({ 'X-Amz-Date': '20261332T000000Z' })],
    ['another form of date', withParameters({ 'X-Amz-Date': '2026-01-02T00:00:00Z' })],
    ['a date to come', iamToken({ ...made, now: NOW + 6 * 60_000 })],
    ['padding', `${tokenOf(url)}=`],
    ['letters of another base64', `${tokenOf(url)}+/`],
    ['more than 4 KB', withParameters({ 'X-Amz-Security-Token': 'x'.repeat(4_000) })],
    ['nothing', 'k8s-aws-v1.'],
  ])('is refused with %s', (_, token) => {
    expect(read(token)).toEqual({ refused: expect.stringMatching(/^AWS token: it |^AWS token: (x-k8s|X-Amz)/) as string });
  });

  it('leads to a host of STS whatever is sent, and tells nothing of it', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((part) => url.replace('sts.', part)),
      fc.string().map((part) => url + part),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const found = read(tokenOf(text));
        if ('refused' in found) return found.refused.length < 70;
        return hosts.has(found.host) && new URL(`https://${found.host}/?${found.query}`).host === found.host;
      }),
    );
  });
});
