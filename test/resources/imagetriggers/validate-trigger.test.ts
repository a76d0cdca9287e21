import { describe, expect, it } from 'vitest';
import { decodeTrigger } from '../../../functions/resources/imagetriggers/decode-trigger.ts';
import { validateTrigger } from '../../../functions/resources/imagetriggers/validate-trigger.ts';
import { ApiError } from '../../../functions/kubernetes/api-error.ts';
import { GIVEN_SECRET, wireTrigger } from './fixtures.ts';

function errorsOf(over: { metadata?: object; spec?: object }, allowPrivateAddresses = false): string[] {
  const rules = { namespace: 'shop', allowPrivateAddresses };
  return validateTrigger(decodeTrigger(wireTrigger(over)), rules).map(({ type, field }) => `${type} ${field}`);
}

const source = (over: object = {}) => ({ kind: 'ImageStreamTag', name: 'web:latest', ...over });
const from = (...sources: object[]) => ({ spec: { from: sources } });
const webhook = (over: object) => ({ spec: { target: { webhook: { url: 'https://hooks.example/', ...over } } } });
const URL_FIELD = 'spec.target.webhook.url';
const SECRET_FIELD = 'spec.target.webhook.signingSecret';

describe('validateTrigger', () => {
  it.each<[string, { metadata?: object; spec?: object }]>([
    ['the plain trigger', {}],
    ['names with dots', { metadata: { name: 'a.b-c.1' } }],
    ['a source without kind', from(source({ kind: undefined }))],
    ['any tag name upstream has', from(source({ name: 'web:a b#1' }))],
    ['twenty sources', from(...Array.from({ length: 20 }, (_, index) => source({ name: `web:${index}` })))],
    ['the same tag of two namespaces', from(source(), source({ namespace: 'other' }))],
    ['a port, path and query', webhook({ url: 'https://hooks.example:8443/a/b?c=d' })],
    ['a public address', webhook({ url: 'https://9.9.9.9/' })],
    ['a secret', webhook({ signingSecret: GIVEN_SECRET })],
    [
      'null for nothing',
      {
        spec: {
          paused: null,
          from: [source({ namespace: null })],
          target: { webhook: { url: 'https://a.example/', signingSecret: null } },
        },
      },
    ],
  ])('accepts %s', (_, over) => {
    expect(errorsOf(over)).toEqual([]);
  });

  it.each<[string, { metadata?: object; spec?: object }, string[]]>([
    ['no name', { metadata: { name: '' } }, ['Required metadata.name']],
    ['a name in capitals', { metadata: { name: 'Deploy' } }, ['Invalid metadata.name']],
    ['a name with #', { metadata: { name: 'a#b' } }, ['Invalid metadata.name']],
    ['a long name', { metadata: { name: 'a'.repeat(254) } }, ['Invalid metadata.name']],
    ['no sources', { spec: { from: [] } }, ['Required spec.from']],
    ['null sources', { spec: { from: null } }, ['Required spec.from']],
    ['too many sources', from(...Array.from({ length: 21 }, (_, index) => source({ name: `web:${index}` }))), ['Invalid spec.from']],
    ['another kind', from(source({ kind: 'DockerImage' })), ['NotSupported spec.from[0].kind']],
    ['a source without name', from(source({ name: '' })), ['Required spec.from[0].name']],
    ['a source without tag', from(source({ name: 'web' })), ['Invalid spec.from[0].name']],
    ['an image', from(source({ name: 'web@sha256:abc' })), ['Invalid spec.from[0].name']],
    ['a bad namespace', from(source({ namespace: 'A_b' })), ['Invalid spec.from[0].namespace']],
    ['a repeated source', from(source(), source({ name: 'web:next' }), source()), ['Duplicate spec.from[2]']],
    ['a repeated source that spells its namespace', from(source(), source({ namespace: 'shop' })), ['Duplicate spec.from[1]']],
    ['no target', { spec: { target: {} } }, ['Required spec.target']],
    ['an unknown target', { spec: { target: { pigeon: {} } } }, ['NotSupported spec.target']],
    ['two targets', { spec: { target: { webhook: { url: 'https://a.example/' }, pigeon: {} } } }, ['Invalid spec.target']],
    ['no url', webhook({ url: undefined }), [`Required ${URL_FIELD}`]],
    ['a relative url', webhook({ url: '/deploy' }), [`Invalid ${URL_FIELD}`]],
    ['plain http', webhook({ url: 'http://hooks.example/' }), [`Invalid ${URL_FIELD}`]],
    ['another scheme', webhook({ url: 'file:///etc/passwd' }), [`Invalid ${URL_FIELD}`]],
    ['credentials', webhook({ url: 'https://user:pass@hooks.example/' }), [`Forbidden ${URL_FIELD}`]],
    ['a user', webhook({ url: 'https://user@hooks.example/' }), [`Forbidden ${URL_FIELD}`]],
    ['a fragment', webhook({ url: 'https://hooks.example/#a' }), [`Forbidden ${URL_FIELD}`]],
    ['a long url', webhook({ url: `https://hooks.example/${'a'.repeat(2048)}` }), [`TooLong ${URL_FIELD}`]],
    ['a private address', webhook({ url: 'https://10.0.0.1/' }), [`Forbidden ${URL_FIELD}`]],
    ['the metadata service', webhook({ url: 'https://169.254.169.254/' }), [`Forbidden ${URL_FIELD}`]],
    ['loopback in disguise', webhook({ url: 'https://0x7f.1/' }), [`Forbidden ${URL_FIELD}`]],
    ['IPv6 loopback', webhook({ url: 'https://[::1]/' }), [`Forbidden ${URL_FIELD}`]],
    ['a secret without prefix', webhook({ signingSecret: GIVEN_SECRET.slice(6) }), [`Invalid ${SECRET_FIELD}`]],
    ['a short secret', webhook({ signingSecret: 'whsec_c2hvcnQ=' }), [`Invalid ${SECRET_FIELD}`]],
    ['a long secret', webhook({ signingSecret: `whsec_${Buffer.alloc(65).toString('base64')}` }), [`Invalid ${SECRET_FIELD}`]],
    ['a secret that is no base64', webhook({ signingSecret: `whsec_${'*'.repeat(40)}` }), [`Invalid ${SECRET_FIELD}`]],
  ])('refuses %s', (_, over, errors) => {
    expect(errorsOf(over)).toEqual(errors);
  });

  it('allows http and private addresses where the deployment does', () => {
    expect(errorsOf(webhook({ url: 'http://127.0.0.1:8080/' }), true)).toEqual([]);
    expect(errorsOf(webhook({ url: 'ftp://127.0.0.1/' }), true)).toEqual([`Invalid ${URL_FIELD}`]);
  });

  it('does not repeat credentials of a URL', () => {
    const wanted = decodeTrigger(wireTrigger(webhook({ url: 'https://user:hunter2@hooks.example/' })));
    expect(JSON.stringify(validateTrigger(wanted, { namespace: 'shop', allowPrivateAddresses: false }))).not.toContain('hunter2');
  });
});

describe('decodeTrigger', () => {
  it.each<[object, string[]]>([
    [{ from: 'web:latest' }, ['spec.from']],
    [{ from: ['web:latest', { name: 7 }] }, ['spec.from[0]', 'spec.from[1].name']],
    [{ paused: 'true' }, ['spec.paused']],
    [{ target: [] }, ['spec.target']],
    [{ target: { webhook: 'https://a.example/' } }, ['spec.target.webhook']],
    [{ target: { webhook: { url: 1, signingSecret: 2 } } }, ['spec.target.webhook.url', 'spec.target.webhook.signingSecret']],
  ])('answers 422 for members of other types: %j', (spec, fields) => {
    try {
      decodeTrigger(wireTrigger({ spec }));
      expect.unreachable();
    } catch (error) {
      const status = error instanceof ApiError ? error.status : null;
      expect(status?.details?.causes?.map(({ field, reason }) => [field, reason])).toEqual(
        fields.map((field) => [field, 'FieldValueTypeInvalid']),
      );
    }
  });

  it.each([undefined, null, 'text', []])('survives a spec of %j', (spec) => {
    const decode = () => decodeTrigger({ ...wireTrigger(), spec } as never);
    if (spec === undefined || spec === null) expect(decode().spec).toEqual({ from: [], target: {} });
    else expect(decode).toThrow(ApiError);
  });
});
