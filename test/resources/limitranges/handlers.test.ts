import { describe, expect, it } from 'vitest';
import type { StoredLimitRange } from '../../../functions/access/ports.ts';
import { createLimitRangeHandlers } from '../../../functions/resources/limitranges/handlers.ts';
import { anyNamespace, memoryStore, sender } from '../plain-store.ts';

const RANGES = '/api/v1/namespaces/shop/limitranges';

function setUp() {
  const objects = memoryStore<StoredLimitRange>();
  const send = sender('/v1/limitranges', createLimitRangeHandlers({ objects, namespaces: anyNamespace, retry: (attempt) => attempt() }));
  return { send, objects };
}

const limitRange = (...limits: readonly object[]) => ({
  kind: 'LimitRange',
  apiVersion: 'v1',
  metadata: { name: 'limits' },
  spec: { limits },
});
const streams = (max: object) => ({ type: 'openshift.io/ImageStream', max });

describe('limit ranges', () => {
  it('keep every type of limit, amounts in canonical form', async () => {
    const { send } = setUp();
    const { code, body } = await send(
      'POST',
      RANGES,
      limitRange(
        streams({ 'openshift.io/images': 10, 'openshift.io/image-tags': '2000' }),
        { type: 'openshift.io/Image', max: { storage: '1024Mi' } },
        { type: 'Container', max: { cpu: 1.5 }, min: null, default: { memory: '0.5Gi' }, maxLimitRequestRatio: { cpu: 3 } },
      ),
    );
    expect(code).toBe(201);
    expect(body.spec.limits).toEqual([
      { type: 'openshift.io/ImageStream', max: { 'openshift.io/images': '10', 'openshift.io/image-tags': '2k' } },
      { type: 'openshift.io/Image', max: { storage: '1Gi' } },
      { type: 'Container', max: { cpu: '1500m' }, default: { memory: '512Mi' }, maxLimitRequestRatio: { cpu: '3' } },
    ]);
    expect((await send('GET', `${RANGES}/limits`)).body).toEqual(body);
  });

  it('are changed, and an amount written otherwise is no change', async () => {
    const { send, objects } = setUp();
    await send('POST', RANGES, limitRange(streams({ 'openshift.io/images': '1000' })));
    await send('PUT', `${RANGES}/limits`, limitRange(streams({ 'openshift.io/images': '1k' })));
    expect(objects.writes).toBe(1);
    const patch = { spec: { limits: [streams({ 'openshift.io/images': 7 })] } };
    const { body } = await send('PATCH', `${RANGES}/limits`, patch, 'application/merge-patch+json');
    expect(body.spec.limits).toEqual([streams({ 'openshift.io/images': '7' })]);
  });

  it.each([
    ['text', { max: { 'openshift.io/images': 'many' } }, /quantities must match the regular expression/],
    ['a suffix there is not', { max: { 'openshift.io/images': '1KK' } }, /unable to parse quantity's suffix/],
    ['a list', { max: { 'openshift.io/images': [1] } }, /cannot unmarshal array .* of type Quantity/],
    ['amounts that are no map', { max: 5 }, /cannot unmarshal number/],
    ['a type that is a number', { type: 5 }, /cannot unmarshal number .* of type string/],
  ])('refuse %s with 400', async (_, item, message) => {
    const { code, body } = await setUp().send('POST', RANGES, limitRange({ type: 'openshift.io/ImageStream', ...item }));
    expect([code, body.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it.each<[string, readonly object[], string, string]>([
    [
      'an unknown type',
      [{ type: 'Image' }],
      'spec.limits[0].type',
      'Invalid value: "Image": must be a standard limit type or fully qualified',
    ],
    ['no type', [{ max: {} }], 'spec.limits[0].type', 'Invalid value: "": name part must be non-empty'],
    ['a type twice', [{ type: 'Pod' }, { type: 'Pod' }], 'spec.limits[1].type', 'Duplicate value: "Pod"'],
    [
      'an unknown resource',
      [streams({ images: 1 })],
      'spec.limits[0].max[images]',
      'Invalid value: "images": must be a standard resource type or fully qualified',
    ],
    [
      'a minimum above the maximum',
      [{ ...streams({ storage: '1Gi' }), min: { storage: '2Gi' } }],
      'spec.limits[0].min[storage]',
      'Invalid value: "2Gi": min value 2Gi is greater than max value 1Gi',
    ],
  ])('refuse %s with 422', async (_, limits, field, message) => {
    const { code, body } = await setUp().send('POST', RANGES, limitRange(...limits));
    expect([code, body.details.kind]).toEqual([422, 'LimitRange']);
    expect(body.details.causes).toContainEqual({ field, message, reason: expect.any(String) });
  });

  it('may be without limits, as upstream', async () => {
    const { code, body } = await setUp().send('POST', RANGES, { metadata: { name: 'none' } });
    expect([code, body.spec]).toEqual([201, { limits: [] }]);
  });

  it('are shown in a table, listed and deleted', async () => {
    const { send } = setUp();
    await send('POST', RANGES, limitRange(streams({ 'openshift.io/images': 1 })));
    const accept = { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' };
    const { body } = await send('GET', RANGES, undefined, 'application/json', accept);
    expect(body.rows[0].cells).toEqual(['limits', '2026-01-02T00:00:00Z']);
    expect((await send('GET', '/api/v1/limitranges')).body).toMatchObject({
      kind: 'LimitRangeList',
      items: [{ metadata: { name: 'limits' } }],
    });
    expect((await send('DELETE', `${RANGES}/limits`)).body).toMatchObject({ status: 'Success', details: { kind: 'limitranges' } });
    expect((await send('GET', `${RANGES}/limits`)).body.message).toBe('limitranges "limits" not found');
  });
});
