import { describe, expect, it } from 'vitest';
import { decodeTrigger } from '../../../functions/resources/imagetriggers/decode-trigger.ts';
import { validateTrigger } from '../../../functions/resources/imagetriggers/validate-trigger.ts';
import { ApiError } from '../../../functions/kubernetes/api-error.ts';
import { GIVEN_SECRET, wireTrigger } from './fixtures.ts';

function errorsOf(over: { metadata?: object; spec?: object }, allowPrivateAddresses = false): string[] {
  const rules = { namespace: 'shop', allowPrivateAddresses, allowed: { shop: ['arn:aws:sqs:eu-central-1:111122223333:deploy-*'] } };
  return validateTrigger(decodeTrigger(wireTrigger(over)), rules).map(({ type, field }) => `${type} ${field}`);
}

const source = (over: object = {}) => ({ kind: 'ImageStreamTag', name: 'web:latest', ...over });
const from = (...sources: object[]) => ({ spec: { images: sources.map((each) => ({ from: each })) } });
const images = (...given: object[]) => ({ spec: { images: given } });
const policy = (given: object) => ({ spec: { policy: given } });
const sqs = (given: object) => ({ spec: { target: { sqs: given } } });
const QUEUE = 'arn:aws:sqs:eu-central-1:111122223333:deploy-web';
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
    ['a Secret', webhook({ signingSecretRef: { name: 'hook', key: 'signing.key' } })],
    ['one tag for two containers', images({ from: source(), container: 'a' }, { from: source(), container: 'b' })],
    ['a place in an object', images({ from: source(), fieldPath: 'spec.template.spec.containers[0].image' })],
    ['a policy', policy({ minInterval: '1h30m', batch: '30s' })],
    ['a rate', policy({ rate: { deliveries: 20, per: '168h' } })],
    ...['None', 'Hold', 'Revert'].map((onFailure): [string, object] => [`on failure ${onFailure}`, policy({ onFailure })]),
    ['windows', policy({ window: [{ days: ['Mon', 'Sun'], start: '22:00', end: '04:00', timeZone: 'Europe/Berlin' }] })],
    ['a window until midnight', policy({ window: [{ days: ['Sat'], start: '00:00', end: '24:00' }] })],
    ['a queue the deployment acts on', sqs({ queueArn: QUEUE })],
    [
      'a queue by a role',
      sqs({ queueArn: `${QUEUE.replace('deploy-web', 'other')}.fifo`, roleArn: 'arn:aws:iam::444455556666:role/ci/deploy' }),
    ],
    [
      'null for nothing',
      {
        spec: {
          paused: null,
          images: [{ from: source({ namespace: null }), container: null }],
          policy: null,
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
    ['no sources', { spec: { images: [] } }, ['Required spec.images']],
    ['null sources', { spec: { images: null } }, ['Required spec.images']],
    ['too many sources', from(...Array.from({ length: 21 }, (_, index) => source({ name: `web:${index}` }))), ['Invalid spec.images']],
    ['another kind', from(source({ kind: 'DockerImage' })), ['NotSupported spec.images[0].from.kind']],
    ['a source without name', from(source({ name: '' })), ['Required spec.images[0].from.name']],
    ['a source without tag', from(source({ name: 'web' })), ['Invalid spec.images[0].from.name']],
    ['an image', from(source({ name: 'web@sha256:abc' })), ['Invalid spec.images[0].from.name']],
    ['a bad namespace', from(source({ namespace: 'A_b' })), ['Invalid spec.images[0].from.namespace']],
    ['a repeated source', from(source(), source({ name: 'web:next' }), source()), ['Duplicate spec.images[2]']],
    ['a repeated source that spells its namespace', from(source(), source({ namespace: 'shop' })), ['Duplicate spec.images[1]']],
    ['a container and a place', images({ from: source(), container: 'a', fieldPath: 'b' }), ['Forbidden spec.images[0].fieldPath']],
    [
      'two tags for one container',
      images({ from: source(), container: 'a' }, { from: source({ name: 'web:next' }), container: 'a' }),
      ['Duplicate spec.images[1]'],
    ],
    ['a long container', images({ from: source(), container: 'a'.repeat(1025) }), ['TooLong spec.images[0].container']],
    ['another way to fail', policy({ onFailure: 'Explode' }), ['NotSupported spec.policy.onFailure']],
    ['an interval of nothing', policy({ minInterval: '0s' }), ['Invalid spec.policy.minInterval']],
    ['a long interval', policy({ minInterval: '169h' }), ['Invalid spec.policy.minInterval']],
    ['a long batch', policy({ batch: '61m' }), ['Invalid spec.policy.batch']],
    [
      'a rate of nothing',
      policy({ rate: { deliveries: 0, per: '0s' } }),
      ['Invalid spec.policy.rate.deliveries', 'Invalid spec.policy.rate.per'],
    ],
    ['a high rate', policy({ rate: { deliveries: 21, per: '1h' } }), ['Invalid spec.policy.rate.deliveries']],
    ['half a rate', policy({ rate: { deliveries: 5 } }), ['Required spec.policy.rate.per']],
    ['an interval without unit', policy({ minInterval: '30' }), ['Invalid spec.policy.minInterval']],
    ['a window without days', policy({ window: [{ days: [], start: '09:00', end: '10:00' }] }), ['Required spec.policy.window[0].days']],
    [
      'an unknown day',
      policy({ window: [{ days: ['mon'], start: '09:00', end: '10:00' }] }),
      ['NotSupported spec.policy.window[0].days[0]'],
    ],
    ['an empty window', policy({ window: [{ days: ['Mon'], start: '09:00', end: '09:00' }] }), ['Invalid spec.policy.window[0].end']],
    ['no clocks', policy({ window: [{ days: ['Mon'] }] }), ['Invalid spec.policy.window[0].start', 'Invalid spec.policy.window[0].end']],
    ['a start at 24:00', policy({ window: [{ days: ['Mon'], start: '24:00', end: '01:00' }] }), ['Invalid spec.policy.window[0].start']],
    [
      'an unknown zone',
      policy({ window: [{ days: ['Mon'], start: '09:00', end: '10:00', timeZone: 'Europe/Atlantis' }] }),
      ['Invalid spec.policy.window[0].timeZone'],
    ],
    [
      'an offset for a zone',
      policy({ window: [{ days: ['Mon'], start: '09:00', end: '10:00', timeZone: '+02:00' }] }),
      ['Invalid spec.policy.window[0].timeZone'],
    ],
    [
      'many windows',
      policy({ window: Array.from({ length: 21 }, () => ({ days: ['Mon'], start: '09:00', end: '10:00' })) }),
      ['Invalid spec.policy.window'],
    ],
    ['a queue the deployment does not act on', sqs({ queueArn: QUEUE.replace('deploy', 'other') }), ['Forbidden spec.target.sqs.queueArn']],
    ['no queue', sqs({}), ['Required spec.target.sqs.queueArn']],
    ['a name for an ARN', sqs({ queueArn: 'deploy-web' }), ['Invalid spec.target.sqs.queueArn']],
    [
      'an ARN of something else',
      sqs({ queueArn: QUEUE.replace(':sqs:', ':sns:'), roleArn: 'arn:aws:iam::444455556666:role/x' }),
      ['Invalid spec.target.sqs.queueArn'],
    ],
    ['a user for a role', sqs({ queueArn: QUEUE, roleArn: 'arn:aws:iam::444455556666:user/x' }), ['Invalid spec.target.sqs.roleArn']],
    [
      'a Secret and a secret',
      webhook({ signingSecret: GIVEN_SECRET, signingSecretRef: { name: 'hook', key: 'key' } }),
      [`Forbidden ${SECRET_FIELD}`],
    ],
    ['a Secret without key', webhook({ signingSecretRef: { name: 'hook' } }), [`Invalid ${SECRET_FIELD}Ref.key`]],
    ['a Secret without name', webhook({ signingSecretRef: { key: 'key' } }), [`Required ${SECRET_FIELD}Ref.name`]],
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
    expect(JSON.stringify(validateTrigger(wanted, { namespace: 'shop', allowPrivateAddresses: false, allowed: {} }))).not.toContain(
      'hunter2',
    );
  });
});

describe('decodeTrigger', () => {
  it.each<[object, string[]]>([
    [{ images: 'web:latest' }, ['spec.images']],
    [
      { images: ['web:latest', { from: { name: 7 } }, { from: 'a' }] },
      ['spec.images[0]', 'spec.images[1].from.name', 'spec.images[2].from'],
    ],
    [{ policy: { batch: 5, window: [{ days: 'Mon' }] } }, ['spec.policy.window[0].days', 'spec.policy.batch']],
    [{ policy: { rate: { deliveries: '5', per: 1 } } }, ['spec.policy.rate.deliveries', 'spec.policy.rate.per']],
    [{ policy: { rate: { deliveries: 1.5 } } }, ['spec.policy.rate.deliveries']],
    [{ target: { sqs: { queueArn: [] } } }, ['spec.target.sqs.queueArn']],
    [{ target: { webhook: { signingSecretRef: 'x' } } }, ['spec.target.webhook.signingSecretRef']],
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
    if (spec === undefined || spec === null) expect(decode().spec).toEqual({ images: [], target: {} });
    else expect(decode).toThrow(ApiError);
  });
});
