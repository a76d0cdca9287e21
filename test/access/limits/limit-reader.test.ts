import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLimitRangeStore } from '../../../functions/access/limits/limit-range-store.ts';
import { createLimitReader, limitsOf } from '../../../functions/access/limits/limit-reader.ts';
import type { LimitRangeItem, StoredLimitRange } from '../../../functions/access/ports.ts';
import { createNamespaceStore } from '../../../functions/store/namespace-store.ts';
import { meterCapacity } from '../../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';

const STREAM = 'openshift.io/ImageStream';

let table: TestTable;

beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.stop());

function range(name: string, namespace: string, ...limits: readonly LimitRangeItem[]): StoredLimitRange {
  return { namespace, name, uid: name, revision: 0, creationTimestamp: '2026-01-01T00:00:00Z', labels: {}, annotations: {}, limits };
}

describe('limitsOf', () => {
  it('takes the smallest maximum of what it knows, fractions being none', () => {
    const ranges: readonly Pick<StoredLimitRange, 'limits'>[] = [
      { limits: [{ type: STREAM, max: { 'openshift.io/images': '10', 'openshift.io/image-tags': '2500m' } }] },
      { limits: [{ type: STREAM, max: { 'openshift.io/images': '9' }, min: { 'openshift.io/image-tags': '1' } }] },
      {
        limits: [
          { type: 'openshift.io/Image', max: { storage: '1Gi' } },
          { type: 'Container', max: { storage: '1', cpu: '1' } },
        ],
      },
    ];
    expect(limitsOf(ranges)).toEqual({
      images: { most: 9n, text: '9' },
      imageTags: { most: 2n, text: '2500m' },
      imageSize: { most: 1073741824n, text: '1Gi' },
    });
  });

  it.each([
    [[]],
    [[{ limits: [] }]],
    [[{ limits: [{ type: STREAM }] }]],
    [[{ limits: [{ type: 'Pod', max: { 'openshift.io/images': '1' } }] }]],
  ])('finds none in %j', (ranges) => {
    expect(limitsOf(ranges)).toEqual({});
  });
});

describe('the reader', () => {
  it('asks the table once in five seconds and namespace, for one read unit', async () => {
    const client = table.connect();
    const meters = meterCapacity(client);
    const options = { client, table: table.table };
    const ranges = createLimitRangeStore({ ...options, namespaces: createNamespaceStore(options) });
    let now = 0;
    const reader = createLimitReader({ ranges, clock: () => now });

    expect(await reader.readLimits('shop')).toEqual({});
    expect(meters.reads).toEqual({ units: 1, calls: ['QueryCommand'] });
    await ranges.create(range('a', 'shop', { type: STREAM, max: { 'openshift.io/images': '3' } }));
    now = 4_999;
    expect(await reader.readLimits('shop')).toEqual({});
    expect(meters.reads.calls).toHaveLength(1);
    now = 5_000;
    expect(await reader.readLimits('shop')).toEqual({ images: { most: 3n, text: '3' } });
    expect(await reader.readLimits('other')).toEqual({});
    expect(meters.reads.calls).toHaveLength(3);
  });

  it('is not told of other objects of the namespace', async () => {
    const options = { client: table.client, table: table.table };
    const ranges = createLimitRangeStore({ ...options, namespaces: createNamespaceStore(options) });
    await ranges.create(range('one', 'full'));
    await ranges.create(range('two', 'full', { type: 'Pod' }));
    expect((await ranges.list('full', {})).items.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(await ranges.read('full', 'two')).toMatchObject({ limits: [{ type: 'Pod' }] });
  });
});
