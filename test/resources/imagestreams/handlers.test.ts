import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMappingHandlers } from '../../../functions/resources/imagestreammappings/handlers.ts';
import {
  createStreamHandlers,
  createStreamLayersHandlers,
  createStreamStatusHandlers,
} from '../../../functions/resources/imagestreams/handlers.ts';
import { createTagHandlers } from '../../../functions/resources/imagestreamtags/handlers.ts';
import type { ImageStream } from '../../../functions/image/types.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi, digest, dockerImage, EVERYTHING, imageStream, NOW, pushed, request } from '../../support/image-api.ts';

let table: TestTable;
let api: ReturnType<typeof createImageApi>;

beforeAll(async () => {
  table = await startTestTable();
  api = createImageApi(table);
});
afterAll(() => table.stop());

const streams = () => createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>;
const status = () => createStreamStatusHandlers(api) as Required<ReturnType<typeof createStreamStatusHandlers>>;
const mappings = () => createMappingHandlers(api) as Required<ReturnType<typeof createMappingHandlers>>;
const create = (stream: ImageStream, over = {}) => streams().create(request(over), stream) as Promise<ImageStream>;
const put = (stream: ImageStream, over = {}) => streams().update(request(over), stream.metadata.name ?? '', () => stream);

describe('create', () => {
  it('starts stream and tags at generation 1, whatever the client says, and discards the status', async () => {
    const wanted = imageStream('fresh', [{ name: 'v1', ...dockerImage('quay.io/team/app:v1'), generation: 7 }]);
    const created = await create({ ...wanted, metadata: { ...wanted.metadata, generation: 9 }, status: { dockerImageRepository: 'x/y' } });
    expect(created.metadata).toMatchObject({
      name: 'fresh',
      namespace: 'default',
      generation: 1,
      creationTimestamp: '2026-11-21T10:00:00Z',
    });
    expect(created.spec.tags).toMatchObject([
      { name: 'v1', generation: 1, importPolicy: { importMode: 'Legacy' }, referencePolicy: { type: 'Source' } },
    ]);
    expect(created.status).toEqual({ dockerImageRepository: '' });
    expect(await streams().get(request(), 'fresh')).toEqual(created);
  });

  it('refuses a second stream of the name, a resourceVersion, and a namespace that is not there', async () => {
    await create(imageStream('once'));
    await expect(create(imageStream('once'))).rejects.toMatchObject({ status: { code: 409, reason: 'AlreadyExists' } });
    await expect(create(imageStream('once'), { dryRun: true })).rejects.toMatchObject({ status: { code: 409 } });
    await expect(create(imageStream('rv', [], { resourceVersion: '1' }))).rejects.toMatchObject({ status: { code: 500 } });
    await expect(create(imageStream('lost'), { namespace: 'nowhere' })).rejects.toMatchObject({
      status: { code: 404, message: 'namespaces "nowhere" not found' },
    });
  });

  it('tells every field that is wrong', async () => {
    const wanted = imageStream('UPPER', [{ name: 'v1', from: { kind: 'Pod', name: 'x' } }]);
    const refused = await create(wanted).catch((error: { status: unknown }) => error.status);
    expect(refused).toMatchObject({ code: 422, reason: 'Invalid', details: { kind: 'ImageStream', name: 'UPPER' } });
    const fields = (refused as { details: { causes: { field: string }[] } }).details.causes.map((cause) => cause.field);
    expect(fields).toContain('metadata.name');
    expect(fields).toContain('spec.tags[v1].from.kind');
  });

  it('writes nothing on a dry run', async () => {
    expect(await create(imageStream('dry'), { dryRun: true })).toMatchObject({ metadata: { name: 'dry' } });
    await expect(streams().get(request(), 'dry')).rejects.toMatchObject({
      status: { code: 404, message: 'imagestreams.image.openshift.io "dry" not found' },
    });
  });

  it('shows nothing of a stream of that name that was deleted a moment ago', async () => {
    await create(
      imageStream('again', [{ name: 'old', ...dockerImage('quay.io/a/b:1') }], { labels: { old: 'yes' }, annotations: { old: 'yes' } }),
    );
    await mappings().create(request(), pushed('again', 'pushed', digest('a')));
    const before = await streams().get(request(), 'again');
    expect(await streams().delete(request(), 'again', {})).toMatchObject({
      status: 'Success',
      details: { uid: before.metadata.uid, kind: 'imagestreams' },
    });
    await expect(streams().get(request(), 'again')).rejects.toMatchObject({ status: { code: 404 } });
    const after = await create(imageStream('again'));
    expect(after).toMatchObject({
      metadata: { generation: 1 },
      spec: { lookupPolicy: { local: false } },
      status: { dockerImageRepository: '' },
    });
    expect(after.spec.tags).toBeUndefined();
    expect(after.status.tags).toBeUndefined();
    expect(after.metadata.labels ?? {}).toEqual({});
    expect(Number(after.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion));
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
  });
});

describe('update', () => {
  it('needs a resourceVersion, the current one, and the same uid', async () => {
    const { metadata } = await create(imageStream('guarded'));
    await expect(put(imageStream('guarded'))).rejects.toMatchObject({
      status: {
        code: 422,
        details: { causes: [{ field: 'metadata.resourceVersion', message: 'Invalid value: 0: must be specified for an update' }] },
      },
    });
    await expect(put(imageStream('guarded', [], { resourceVersion: '1' }))).rejects.toMatchObject({
      status: { code: 409, reason: 'Conflict' },
    });
    const other = { resourceVersion: metadata.resourceVersion, uid: 'other' };
    await expect(put(imageStream('guarded', [], other))).rejects.toMatchObject({ status: { code: 409 } });
    await expect(put(imageStream('unknown', [], { resourceVersion: '1' }))).rejects.toMatchObject({ status: { code: 404 } });
  });

  it('does not write what does not differ', async () => {
    const created = await create(imageStream('same', [{ name: 'v1', ...dockerImage('quay.io/a/b:1') }], { labels: { a: 'b' } }));
    const { object } = await put(created, { now: NOW + 60_000 });
    expect(object.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
  });

  it('keeps the history of a tag that left the spec', async () => {
    const created = await create(
      imageStream('kept', [{ name: 'v1', from: { kind: 'DockerImage', name: 'quay.io/a/b:1' }, reference: true }]),
    );
    const { object } = await put({ ...created, spec: { lookupPolicy: { local: false } } });
    expect(object.spec.tags).toBeUndefined();
    expect(object.status.tags).toMatchObject([{ tag: 'v1', items: [{ image: '' }] }]);
    expect(object.metadata.generation).toBe(2);
  });

  it('moves tags that follow a tag of the stream', async () => {
    await create(imageStream('track', [{ name: 'live', from: { kind: 'ImageStreamTag', name: 'latest' } }]));
    await mappings().create(request(), pushed('track', 'latest', digest('b')));
    const stream = await streams().get(request(), 'track');
    expect(stream.status.tags?.map((tag) => [tag.tag, tag.items?.[0]?.image])).toEqual([
      ['latest', digest('b')],
      ['live', digest('b')],
    ]);
  });

  it('asks whether the caller may pull from another namespace, and names the field when not', async () => {
    const asked: unknown[] = [];
    const strict = createImageApi(table, {
      authorizer: {
        authorize: async (identity, attributes) => {
          asked.push([identity.user, attributes]);
          return { allowed: false, reason: 'no' };
        },
      },
    });
    const wanted = imageStream('reach', [{ name: 'v1', from: { kind: 'ImageStreamTag', namespace: 'other', name: 'app:v1' } }]);
    const refused = (createStreamHandlers(strict) as ReturnType<typeof streams>).create(request(), wanted);
    await expect(refused).rejects.toMatchObject({ status: { code: 422, details: { causes: [{ field: 'spec.tags[v1].from' }] } } });
    expect(asked).toEqual([
      [
        'alice',
        { verb: 'get', group: 'image.openshift.io', resource: 'imagestreams', subresource: 'layers', namespace: 'other', name: 'app' },
      ],
    ]);
  });
});

describe('status', () => {
  it('trims history, and leaves generation and spec alone', async () => {
    await create(imageStream('pruned'));
    for (const letter of ['a', 'b', 'c']) await mappings().create(request(), pushed('pruned', 'latest', digest(letter)));
    const stream = await streams().get(request(), 'pruned');
    const tags = stream.status.tags?.map((tag) => ({ ...tag, items: tag.items?.slice(0, 1) ?? null }));
    await status().update(request(), 'pruned', () => ({ ...stream, status: { ...stream.status, tags } }));
    const after = await streams().get(request(), 'pruned');
    expect(after.status.tags?.[0]?.items?.map((item) => item.image)).toEqual([digest('c')]);
    expect(after.metadata.generation).toBe(stream.metadata.generation);
  });
});

describe('layers', () => {
  it('lists every image of the history', async () => {
    await create(imageStream('blobs'));
    await mappings().create(request(), pushed('blobs', 'latest', digest('d')));
    const layers = await (createStreamLayersHandlers(api) as Required<ReturnType<typeof createStreamLayersHandlers>>).get(
      request(),
      'blobs',
    );
    expect(layers).toMatchObject({ kind: 'ImageStreamLayers', images: { [digest('d')]: {} } });
  });
});

describe('list', () => {
  it('filters by labels and fields, refuses fields it does not know, and pages', async () => {
    await api.namespaces.createNamespace({ name: 'listed', labels: {}, annotations: {} }, NOW);
    for (const name of ['a', 'b', 'c']) await create(imageStream(name, [], { labels: { name } }), { namespace: 'listed' });
    const list = (options: object) => streams().list(request({ namespace: 'listed' }), { ...EVERYTHING, ...options });
    const names = async (options: object) => (await list(options)).items.map((item) => item.metadata.name);
    expect(await names({})).toEqual(['a', 'b', 'c']);
    expect(await names({ matchesLabels: (labels: Record<string, string>) => labels['name'] === 'b' })).toEqual(['b']);
    expect(await names({ fieldRequirements: [{ field: 'metadata.name', operator: '!=', value: 'b' }] })).toEqual(['a', 'c']);
    await expect(names({ fieldRequirements: [{ field: 'spec.x', operator: '=', value: '' }] })).rejects.toMatchObject({
      status: { code: 400 },
    });
    const first = await list({ limit: 2 });
    expect(first.items).toHaveLength(2);
    expect(await names({ limit: 2, continue: first.metadata.continue })).toEqual(['c']);
  });
});

describe('tags of the stream through imagestreamtags', () => {
  it('are the same tags', async () => {
    await create(imageStream('shared'));
    await mappings().create(request(), pushed('shared', 'latest', digest('e')));
    const tag = await (createTagHandlers(api) as Required<ReturnType<typeof createTagHandlers>>).get(request(), 'shared:latest');
    expect(tag.image.metadata.name).toBe(digest('e'));
  });
});
