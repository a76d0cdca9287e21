import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImageTag, TagReference } from '../../../functions/image/types.ts';
import type { ListOptions } from '../../../functions/kubernetes/handlers.ts';
import { createImageHandlers } from '../../../functions/resources/images/handlers.ts';
import { createMappingHandlers } from '../../../functions/resources/imagestreammappings/handlers.ts';
import { createStreamHandlers } from '../../../functions/resources/imagestreams/handlers.ts';
import { createImageTagHandlers } from '../../../functions/resources/imagetags/handlers.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi, digest, dockerImage, EVERYTHING, imageStream, NOW, pushed, request } from '../../support/image-api.ts';

let table: TestTable;
let api: ReturnType<typeof createImageApi>;
let name: string;
let count = 0;

beforeAll(async () => {
  table = await startTestTable();
  api = createImageApi(table);
});
afterAll(() => table.stop());
beforeEach(() => {
  name = `app${count++}`;
});

const tags = () => createImageTagHandlers(api) as Required<ReturnType<typeof createImageTagHandlers>>;
const streams = () => createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>;
const get = (tag: string) => tags().get(request(), `${name}:${tag}`);
const createStream = () =>
  streams().create(request(), imageStream(name, [], { labels: { b: '1', a: '2' }, annotations: { note: 'kept' } }));
const push = (tag: string, letter: string, now = NOW) =>
  (createMappingHandlers(api) as Required<ReturnType<typeof createMappingHandlers>>).create(
    request({ now }),
    pushed(name, tag, digest(letter)),
  );
const wire = (tag: string, spec: Partial<TagReference> | null): ImageTag => ({
  metadata: { name: `${name}:${tag}` },
  spec: spec as TagReference | null,
  status: null,
  image: null,
});
const create = (tag: string, spec: Partial<TagReference> | null) => tags().create(request(), wire(tag, spec));
const update = (tag: string, change: (current: ImageTag) => ImageTag) =>
  tags().update(request(), `${name}:${tag}`, (current) => change(current ?? wire(tag, null)));

describe('get', () => {
  it('shows the metadata of the stream, spec, the whole embedded history and the image', async () => {
    await createStream();
    await push('v1', 'a');
    await push('v1', 'b', NOW + 1000);
    const stream = await streams().get(request(), name);
    const tag = await get('v1');
    expect(tag).toMatchObject({
      metadata: { ...stream.metadata, name: `${name}:v1` },
      spec: null,
      status: { tag: 'v1', items: [{ image: digest('b') }, { image: digest('a') }] },
      image: { metadata: { name: digest('b') }, dockerImageReference: `registry.example.com/team/${name}@${digest('b')}` },
    });
    expect(Object.keys(tag.metadata.labels ?? {})).toEqual(['a', 'b']);
  });

  it('shows a tag that was only asked for, without an image', async () => {
    await create('v1', dockerImage('quay.io/x/y:1'));
    expect(await get('v1')).toMatchObject({ spec: { from: { name: 'quay.io/x/y:1' } }, status: null, image: null });
  });

  it('survives the deletion of the image', async () => {
    await createStream();
    await push('v1', 'e');
    await (createImageHandlers(api) as Required<ReturnType<typeof createImageHandlers>>).delete(request(), digest('e'), {});
    expect(await get('v1')).toMatchObject({ status: { items: [{ image: digest('e') }] }, image: null });
  });

  it('tells what is missing', async () => {
    await expect(get('v1')).rejects.toMatchObject({ status: { code: 404, details: { kind: 'imagetags', name } } });
    await createStream();
    await expect(get('v1')).rejects.toMatchObject({ status: { code: 404, details: { kind: 'imagetags', name: `${name}:v1` } } });
    const message = 'ImageTags must be retrieved with <name>:<tag>';
    await expect(tags().get(request(), name)).rejects.toMatchObject({ status: { code: 400, message } });
  });
});

describe('list', () => {
  const list = (over: Partial<ListOptions> = {}, namespace = 'default') => tags().list(request({ namespace }), { ...EVERYTHING, ...over });

  it('holds tags of spec and status, sorted, without images, in pages', async () => {
    await createStream();
    await push('pushed', 'a');
    for (const tag of ['b', 'a', 'z']) await create(tag, dockerImage('quay.io/x/y:1'));
    const selector = { matchesLabels: (labels: unknown) => (labels as Record<string, string> | null)?.['a'] === '2' };
    const all = (await list(selector)).items.filter(({ metadata }) => metadata.name?.startsWith(`${name}:`));
    expect(all.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'pushed', 'z'].map((tag) => `${name}:${tag}`));
    expect(all.every(({ image }) => image === null)).toBe(true);
    const names: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await list({ limit: 3, ...(token === undefined ? {} : { continue: token }) });
      expect(page.items.length).toBeLessThanOrEqual(3);
      names.push(...page.items.map(({ metadata }) => metadata.name));
      token = page.metadata.continue;
    } while (token !== undefined);
    expect(names).toEqual((await list()).items.map(({ metadata }) => metadata.name));
  });

  it('ends a page where it grows too large to be sent, but never without a tag', async () => {
    const note = 'x'.repeat(200_000);
    const spec = Array.from({ length: 60 }, (_, index) => ({
      ...dockerImage('quay.io/x/y:1'),
      name: `t${String(index).padStart(2, '0')}`,
    }));
    const namespace = `big${count}`;
    await api.namespaces.createNamespace({ name: namespace, labels: {}, annotations: {} }, NOW);
    await streams().create(request({ namespace }), imageStream(name, spec, { annotations: { note } }));
    const names: (string | undefined)[] = [];
    let pages = 0;
    for (let token: string | undefined; ; pages += 1) {
      const page = await list({ limit: 500, ...(token === undefined ? {} : { continue: token }) }, namespace);
      expect(JSON.stringify(page).length).toBeLessThan(4.5 * 1024 * 1024);
      names.push(...page.items.map(({ metadata }) => metadata.name));
      token = page.metadata.continue;
      if (token === undefined) break;
    }
    expect(pages).toBeGreaterThan(1);
    expect(names).toEqual(spec.map((tag) => `${name}:${tag.name}`));
  });
});

describe('create', () => {
  it('makes the stream if need be, ignores status and image, and copies what the tag follows', async () => {
    await createStream();
    await push('v1', 'a');
    const made = await create('alias', { from: { kind: 'ImageStreamTag', name: 'v1' } });
    expect(made).toMatchObject({
      spec: { name: 'alias' },
      status: { items: [{ image: digest('a') }] },
      image: { metadata: { name: digest('a') } },
    });
  });

  it.each<[string, string, Partial<TagReference> | null, string, string]>([
    ['no spec', 'v1', null, 'spec', 'Required value: spec is a required field during creation'],
    ['another tag in the spec', 'v1', { name: 'v2' }, 'spec.name', 'Invalid value: "v2": must match image tag name'],
    [
      'a source nobody can read',
      'v1',
      { from: { kind: 'X', name: 'y' } },
      'spec.from.kind',
      "Required value: valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'",
    ],
  ])('refuses %s', async (_what, tag, spec, field, message) => {
    await expect(create(tag, spec)).rejects.toMatchObject({
      status: { code: 422, details: { kind: 'ImageTag', causes: [{ field, message }] } },
    });
  });

  it('takes an empty spec, and refuses a spec tag that exists', async () => {
    expect(await create('v1', {})).toMatchObject({ spec: { name: 'v1', referencePolicy: { type: 'Source' } } });
    await expect(create('v1', {})).rejects.toMatchObject({
      status: { code: 409, reason: 'AlreadyExists', details: { kind: 'imagetags' } },
    });
  });

  it('writes nothing in a dry run', async () => {
    expect(await tags().create(request({ dryRun: true }), wire('v1', {}))).toMatchObject({ spec: { name: 'v1' } });
    await expect(get('v1')).rejects.toMatchObject({ status: { code: 404 } });
  });
});

describe('update', () => {
  it('replaces the spec and answers the older events, too', async () => {
    await createStream();
    await push('v1', 'a');
    await push('v1', 'b', NOW + 1000);
    const spec = { name: 'v1', from: { kind: 'ImageStreamImage', name: `${name}@${digest('a')}` } } as unknown as TagReference;
    const { object, created } = await update('v1', (current) => ({ ...current, spec }));
    expect(created).toBe(true);
    expect(object.status?.items?.map(({ image }) => image)).toEqual([digest('a'), digest('b'), digest('a')]);
    expect(await get('v1')).toEqual(object);
  });

  it('removes the spec tag when the body has none, and keeps the history', async () => {
    await createStream();
    await push('v1', 'a');
    await create('v1', dockerImage('quay.io/x/y:1'));
    const { object, created } = await update('v1', (current) => ({ ...current, spec: null }));
    expect({ created, spec: object.spec, items: object.status?.items?.length }).toEqual({ created: false, spec: null, items: 1 });
  });

  it('creates stream and tag from nothing', async () => {
    const spec = { ...dockerImage('quay.io/x/y:1'), name: 'v1' } as TagReference;
    expect(await update('v1', (current) => ({ ...current, spec }))).toMatchObject({ created: true, object: { spec: { generation: 1 } } });
    expect(await streams().get(request(), name)).toMatchObject({ spec: { tags: [{ name: 'v1' }] } });
  });

  it.each<[string, (current: ImageTag) => ImageTag, string, string]>([
    ['labels', (tag) => ({ ...tag, metadata: { ...tag.metadata, labels: {} } }), 'metadata', 'may not update fields other than spec'],
    ['another uid', (tag) => ({ ...tag, metadata: { ...tag.metadata, uid: 'x' } }), 'metadata.uid', 'field is immutable'],
    ['no status', (tag) => ({ ...tag, status: null }), 'status', 'may not update fields other than spec'],
    [
      'no name in the spec',
      (tag) => ({ ...tag, spec: { ...tag.spec, name: '' } as TagReference }),
      'spec.name',
      'must match image tag name',
    ],
  ])('refuses %s', async (_what, change, field, detail) => {
    await createStream();
    await push('v1', 'a');
    await create('v1', dockerImage('quay.io/x/y:1'));
    const causes = expect.arrayContaining([
      { reason: 'FieldValueInvalid', field, message: expect.stringContaining(detail) as string },
    ]) as unknown;
    await expect(update('v1', change)).rejects.toMatchObject({ status: { code: 422, details: { kind: 'ImageTag', causes } } });
    expect(await update('v1', (tag) => tag)).toMatchObject({ created: false });
  });

  it('compares a resourceVersion with the stream', async () => {
    await createStream();
    await create('v1', {});
    const stale = (tag: ImageTag): ImageTag => ({ ...tag, metadata: { ...tag.metadata, resourceVersion: '1' } });
    await expect(update('v1', stale)).rejects.toMatchObject({ status: { code: 409, details: { kind: 'imagetags' } } });
    name = `${name}-new`;
    await expect(update('v1', stale)).rejects.toMatchObject({ status: { code: 404, details: { kind: 'imagetags' } } });
  });
});

describe('delete', () => {
  it('takes spec and history, checks the uid, and leaves the stream', async () => {
    await createStream();
    await push('v1', 'a');
    const remove = (uid?: string) => tags().delete(request(), `${name}:v1`, uid === undefined ? {} : { uid });
    await expect(remove('other')).rejects.toMatchObject({ status: { code: 409 } });
    expect(await remove()).toMatchObject({ status: 'Success' });
    await expect(remove()).rejects.toMatchObject({ status: { code: 404, details: { kind: 'imagetags' } } });
    expect(await streams().get(request(), name)).toMatchObject({ metadata: { name } });
  });
});
