import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStream } from '../../../functions/image/types.ts';
import type { ImageApi } from '../../../functions/resources/image-api.ts';
import { createStreamHandlers } from '../../../functions/resources/imagestreams/handlers.ts';
import { createTagHandlers } from '../../../functions/resources/imagestreamtags/handlers.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi, imageStream, imageStreamTag, request } from '../../support/image-api.ts';

let table: TestTable;
let api: ImageApi;

beforeAll(async () => {
  table = await startTestTable();
  api = createImageApi(table);
});
afterAll(() => table.stop());

const streams = () => createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>;
const tags = () => createTagHandlers(api) as Required<ReturnType<typeof createTagHandlers>>;
const create = (metadata: ImageStream['metadata']) => streams().create(request(), { ...imageStream(''), metadata });

describe('generateName', () => {
  it('makes a name of its own each time, and yields to a name', async () => {
    const made = (await Promise.all([1, 2, 3].map(() => create({ generateName: 'gen' })))) as ImageStream[];
    const names = made.map(({ metadata }) => metadata.name);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^gen[a-z0-9]{5}$/);
    expect(await create({ generateName: 'gen', name: 'named' })).toMatchObject({ metadata: { name: 'named' } });
    expect(await create({ generateName: 'gen', name: '' })).toMatchObject({
      metadata: { name: expect.stringMatching(/^gen.{5}$/) as string },
    });
  });

  it('has to be a name itself, as upstream demands', async () => {
    const causes = [{ field: 'metadata.generateName' }];
    await expect(create({ generateName: 'gen-' })).rejects.toMatchObject({ status: { code: 422, details: { causes } } });
    await expect(create({ generateName: 'gen-', name: 'named-too' })).rejects.toMatchObject({ status: { code: 422, details: { causes } } });
  });
});

describe('resourceVersion of a stream to be created', () => {
  it('is refused when it is one that was read somewhere', async () => {
    const message = 'resourceVersion should not be set on objects to be created';
    await expect(create({ name: 'versioned', resourceVersion: '7' })).rejects.toMatchObject({ status: { code: 500, message } });
    await create({ name: 'versioned0', resourceVersion: '0' });
    await create({ name: 'versionedx', resourceVersion: 'x' });
  });
});

describe('uid of another stream', () => {
  it('stops every write', async () => {
    await create({ name: 'guarded' });
    const uid = 'other';
    const put = streams().update(request(), 'guarded', (current) => ({
      ...imageStream('guarded'),
      metadata: { ...current?.metadata, uid },
    }));
    await expect(put).rejects.toMatchObject({ status: { code: 409 } });
    await expect(streams().delete(request(), 'guarded', { uid })).rejects.toMatchObject({
      status: {
        code: 409,
        details: { kind: 'ImageStream', name: 'guarded' },
        message: expect.stringContaining('the UID in the precondition (other) does not match the UID in record') as string,
      },
    });
    await expect(streams().delete(request(), 'guarded', { resourceVersion: '1' })).rejects.toMatchObject({
      status: { code: 409, message: expect.stringContaining('The object might have been modified') as string },
    });
    await tags().update(request(), 'guarded:v1', () => imageStreamTag('guarded:v1', {}));
    const tag = tags().update(request(), 'guarded:v1', () => imageStreamTag('guarded:v1', {}, { uid }));
    await expect(tag).rejects.toMatchObject({
      status: { code: 422, details: { causes: [{ field: 'metadata.uid' }, { field: 'metadata' }] } },
    });
    await expect(tags().delete(request(), 'guarded:v1', { uid })).rejects.toMatchObject({ status: { code: 409 } });
  });
});
