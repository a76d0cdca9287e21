import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStreamMapping } from '../../../functions/image/types.ts';
import type { ImageApi } from '../../../functions/resources/image-api.ts';
import { createImageHandlers } from '../../../functions/resources/images/handlers.ts';
import { createStreamImageHandlers } from '../../../functions/resources/imagestreamimages/handlers.ts';
import { createMappingHandlers } from '../../../functions/resources/imagestreammappings/handlers.ts';
import { createStreamHandlers } from '../../../functions/resources/imagestreams/handlers.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi, digest, EVERYTHING, imageStream, pushed, request } from '../../support/image-api.ts';

let table: TestTable;
let api: ImageApi;

beforeAll(async () => {
  table = await startTestTable();
  api = createImageApi(table);
  await streams().create(request(), imageStream('app'));
});
afterAll(() => table.stop());

const streams = () => createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>;
const images = () => createImageHandlers(api) as Required<ReturnType<typeof createImageHandlers>>;
const post = (mapping: ImageStreamMapping, over = {}) =>
  (createMappingHandlers(api) as Required<ReturnType<typeof createMappingHandlers>>).create(request(over), mapping);

describe('mapping', () => {
  it('puts the image on top of the tag; the same again writes nothing', async () => {
    expect(await post(pushed('app', 'latest', digest('a')))).toMatchObject({ status: 'Success', code: 201 });
    const once = await streams().get(request(), 'app');
    expect(once.status.tags).toMatchObject([{ tag: 'latest', items: [{ image: digest('a'), generation: 1 }] }]);
    await post(pushed('app', 'latest', digest('a')));
    expect((await streams().get(request(), 'app')).metadata.resourceVersion).toBe(once.metadata.resourceVersion);
  });

  it('names the image by the digest of its reference, as the documentation prints it', async () => {
    const { metadata, tag, image } = pushed('app', 'unnamed', digest('b'));
    await post({ metadata, tag, image: { ...image, metadata: {} } });
    const stored = await images().get(request(), digest('b'));
    expect(stored).toMatchObject({ dockerImageMetadata: { apiVersion: 'image.openshift.io/1.0', Config: { Env: ['A=b'] } } });
  });

  it('refuses an image that was read somewhere', async () => {
    const { image, ...rest } = pushed('app', 'read', digest('e'));
    const read = { ...image, metadata: { ...image.metadata, resourceVersion: '7' } };
    await expect(post({ ...rest, image: read })).rejects.toMatchObject({ status: { code: 500 } });
  });

  it('refuses two different digests for one image', async () => {
    const { metadata, tag, image } = pushed('app', 'torn', digest('b'));
    const torn = post({ metadata, tag, image: { ...image, metadata: { name: digest('c') } } });
    await expect(torn).rejects.toMatchObject({ status: { code: 422, details: { causes: [{ field: 'image.metadata.name' }] } } });
  });

  it('stores nothing for a stream that is not there, and nothing on a dry run', async () => {
    await expect(post(pushed('nosuch', 'latest', digest('d')))).rejects.toMatchObject({ status: { code: 404 } });
    await post(pushed('app', 'latest', digest('d')), { dryRun: true });
    await expect(images().get(request(), digest('d'))).rejects.toMatchObject({
      status: { code: 404, message: `images.image.openshift.io "${digest('d')}" not found` },
    });
  });

  it.each([
    ['tag', { tag: '' }],
    ['image.dockerImageReference', { image: { metadata: { name: digest('e') } } }],
    ['metadata.name', { metadata: { namespace: 'default' } }],
  ])('needs %s', async (field, over) => {
    const refused = (await post({ ...pushed('app', 'latest', digest('e')), ...over }).catch(
      (error: { status: object }) => error.status,
    )) as {
      code: number;
      details: { causes: { field: string }[] };
    };
    expect(refused.code).toBe(422);
    expect(refused.details.causes.map((cause) => cause.field)).toContain(field);
  });
});

describe('imagestreamimages', () => {
  const get = (name: string) =>
    (createStreamImageHandlers(api) as Required<ReturnType<typeof createStreamImageHandlers>>).get(request(), name);

  it('answers digest, beginning of a digest, and hex, and is named as asked', async () => {
    await post(pushed('app', 'found', digest('f')));
    for (const id of [digest('f'), 'sha256:ffff', 'ffff']) {
      expect(await get(`app@${id}`)).toMatchObject({ metadata: { name: `app@${id}` }, image: { metadata: { name: digest('f') } } });
    }
  });

  it.each([
    ['app', 400],
    ['app@sha256:0000', 404],
    ['nosuch@sha256:ffff', 404],
  ])('answers %s with %i', async (name, code) => {
    await expect(get(name)).rejects.toMatchObject({ status: { code } });
  });
});

describe('images', () => {
  it('are listed in pages and deleted', async () => {
    const all = await images().list(request(), EVERYTHING);
    const first = await images().list(request(), { ...EVERYTHING, limit: 1 });
    const rest = await images().list(request(), { ...EVERYTHING, continue: first.metadata.continue });
    expect([...first.items, ...rest.items].map((image) => image.metadata.name)).toEqual(all.items.map((image) => image.metadata.name));
    const name = all.items[0]?.metadata.name ?? '';
    expect(await images().delete(request(), name, {})).toMatchObject({ status: 'Success', details: { name, kind: 'images' } });
    await expect(images().delete(request(), name, {})).rejects.toMatchObject({ status: { code: 404 } });
  });
});
