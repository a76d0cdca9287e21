import { describe, expect, it } from 'vitest';
import { createToyApi, WIDGETS } from './toy-resource.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

async function get(url: string, accept = TABLE) {
  const { api, save } = createToyApi();
  save('ns/x', { kind: 'Widget', apiVersion: 'example.io/v1', metadata: { name: 'x', namespace: 'ns' }, spec: { size: 3 } });
  return api({ url, headers: { accept } });
}

const PARTIAL = {
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: { name: 'x', namespace: 'ns', resourceVersion: '1' },
};
const COLUMNS = [
  { name: 'Name', type: 'string', format: 'name', description: 'Name', priority: 0 },
  { name: 'Size', type: 'number', format: '', description: 'Size', priority: 1 },
];

describe('tables', () => {
  it('of a list carry its revision and continue token', async () => {
    const response = await get(`${WIDGETS}?limit=500`);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.body).toEqual({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '9', continue: 'next' },
      columnDefinitions: COLUMNS,
      rows: [{ cells: ['x', 3], object: PARTIAL }],
    });
  });

  it('of one object have one row', async () => {
    expect((await get(`${WIDGETS}/x`)).body).toEqual({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '1' },
      columnDefinitions: COLUMNS,
      rows: [{ cells: ['x', 3], object: PARTIAL }],
    });
  });

  it('of nothing have no rows', async () => {
    expect((await get('/apis/example.io/v1/namespaces/empty/widgets')).body).toMatchObject({ kind: 'Table', rows: [] });
  });

  it.each([
    ['Metadata', PARTIAL],
    ['', PARTIAL],
    ['None', null],
    ['Object', { kind: 'Widget', spec: { size: 3 } }],
  ])('with includeObject=%s carry %j', async (includeObject, object) => {
    expect(((await get(`${WIDGETS}?includeObject=${includeObject}`)).body as { rows: { object: unknown }[] }).rows[0]?.object).toEqual(
      object === null ? null : expect.objectContaining(object),
    );
  });

  it('with another includeObject are 400', async () => {
    expect(await get(`${WIDGETS}?includeObject=All`)).toMatchObject({
      code: 400,
      body: {
        message: `Unable to convert to Table as requested: includeObject: Invalid value: "All": must be 'Metadata', 'Object', 'None', or empty`,
      },
    });
  });

  it('are not made of resources without columns, nor of failures', async () => {
    expect((await get(`${WIDGETS}/x/size`)).body).toMatchObject({ kind: 'Scale' });
    expect((await get(`${WIDGETS}/none`)).body).toMatchObject({ kind: 'Status', code: 404 });
  });
});

describe('metadata only', () => {
  const accept = (as: string) => `application/json;as=${as};g=meta.k8s.io;v=v1`;

  it('of one object and of a list', async () => {
    expect((await get(`${WIDGETS}/x`, accept('PartialObjectMetadata'))).body).toEqual(PARTIAL);
    expect((await get(WIDGETS, accept('PartialObjectMetadataList'))).body).toEqual({
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '9' },
      items: [PARTIAL],
    });
  });

  it.each([
    [`${WIDGETS}/x`, 'PartialObjectMetadataList'],
    [WIDGETS, 'PartialObjectMetadata'],
  ])('%s as %s is 406', async (url, as) => {
    expect(await get(url, accept(as))).toMatchObject({ code: 406, body: { reason: 'NotAcceptable' } });
  });
});
