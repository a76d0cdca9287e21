import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BODY_LIMIT, decodeBody } from '../../functions/kubernetes/body.ts';
import { refusal } from './refusal.ts';

const EXPECTED = { kind: 'Widget', apiVersion: 'example.io/v1' };

function decode(body: unknown, contentType: string | undefined = 'application/json') {
  return decodeBody(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), contentType, EXPECTED);
}

describe('bodies', () => {
  it.each([undefined, '', 'application/json', 'application/json; charset=utf-8', 'Application/JSON'])('come as %j', (contentType) => {
    expect(decode({ ...EXPECTED, metadata: { name: 'x' }, spec: 1 }, contentType)).toEqual({
      ...EXPECTED,
      metadata: { name: 'x' },
      spec: 1,
    });
  });

  it('get the kind and apiVersion they leave out', () => {
    expect(decode({})).toEqual({ ...EXPECTED, metadata: {} });
    expect(decode({ kind: '', apiVersion: null, metadata: null })).toEqual({ ...EXPECTED, metadata: {} });
  });

  it('lose nulls and keep every label, odd names too', () => {
    const metadata = decode(
      '{"metadata":{"name":null,"uid":"u","creationTimestamp":null,"labels":{"a":null,"__proto__":"b"},"annotations":null}}',
    ).metadata;
    expect(JSON.stringify(metadata)).toBe('{"uid":"u","labels":{"a":"","__proto__":"b"}}');
  });

  it.each<[unknown, RegExp]>([
    [
      '',
      /^the object provided is unrecognized \(must be of type Widget\): couldn't get version\/kind; json parse error: unexpected end of JSON input \(<empty>\)$/,
    ],
    ['{"a":', /json parse error: invalid JSON \(\{"a":\)$/],
    [`{"password":"0123456789","x":${'y'.repeat(50)}`, /\(\{"password":"0123456789","x":y \.\.\.\)$/],
    ['hello', /\(68656c6c6f\)$/],
    [[], /cannot unmarshal anything but an object/],
    ['null', /cannot unmarshal/],
    ['"text"', /cannot unmarshal/],
    [`{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`, /exceeded max depth/],
    [
      { kind: 'Gadget' },
      /^Gadget in version "v1" cannot be handled as a Widget: kind in request \(Gadget\) does not match the expected kind \(Widget\)$/,
    ],
    [{ apiVersion: 'v1' }, /^the API version in the data \(v1\) does not match the expected API version \(example.io\/v1\)$/],
    [{ metadata: [] }, /json: cannot unmarshal array into Go struct field ObjectMeta.metadata of type ObjectMeta/],
    [{ metadata: { name: 7 } }, /cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string/],
    [{ metadata: { labels: { a: true } } }, /cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string/],
    [{ metadata: { annotations: 'x' } }, /of type map\[string\]string/],
    [{ metadata: { generation: 1.5 } }, /metadata.generation of type int64/],
    [{ metadata: { creationTimestamp: 'yesterday' } }, /metadata.creationTimestamp of type Time/],
  ])('%.50j is 400', (body, message) => {
    const status = refusal(() => decode(body));
    expect(status).toMatchObject({ code: 400, reason: 'BadRequest' });
    expect(status.message).toMatch(message);
  });

  it.each(['application/yaml', 'text/plain', 'application/vnd.kubernetes.protobuf'])('%s is 415', (contentType) => {
    expect(refusal(() => decode({}, contentType))).toMatchObject({
      code: 415,
      message: 'the body of the request was in an unknown format - accepted media types include: application/json',
    });
  });

  it('over 3 MiB are 413', () => {
    const largest = `{"spec":"${'x'.repeat(BODY_LIMIT - 11)}"}`;
    expect(decode(largest)).toMatchObject(EXPECTED);
    expect(refusal(() => decode(`${largest} `))).toMatchObject({ code: 413, message: 'Request entity too large: limit is 3145728' });
  });

  it('are an object or a refusal, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          try {
            expect(decodeBody(bytes, 'application/json', EXPECTED)).toMatchObject(EXPECTED);
          } catch {
            expect(refusal(() => decodeBody(bytes, 'application/json', EXPECTED)).code).toBe(400);
          }
        },
      ),
    );
  });
});
