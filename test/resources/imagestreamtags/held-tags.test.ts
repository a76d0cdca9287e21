/** Tags that are held, over the API: what moves them, what is refused, what clients see. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImageStream, ImageStreamTag, ImageTag, TagReference } from '../../../functions/image/types.ts';
import { createMappingHandlers } from '../../../functions/resources/imagestreammappings/handlers.ts';
import { createStreamHandlers, createStreamStatusHandlers } from '../../../functions/resources/imagestreams/handlers.ts';
import { createTagHandlers } from '../../../functions/resources/imagestreamtags/handlers.ts';
import { createImageTagHandlers } from '../../../functions/resources/imagetags/handlers.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi, digest, imageStream, imageStreamTag, NOW, pushed, request } from '../../support/image-api.ts';

const HELD = { 'image-streams.io/hold': 'freeze' };
const DENIED = 'image-streams.io/denied-images';

let table: TestTable;
let api: ReturnType<typeof createImageApi>;
let name: string;
let count = 0;

beforeAll(async () => {
  table = await startTestTable();
  api = createImageApi(table);
});
afterAll(() => table.stop());
beforeEach(async () => {
  name = `held${count++}`;
  await streams().create(request(), imageStream(name));
});

const streams = () => createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>;
const tags = () => createTagHandlers(api) as Required<ReturnType<typeof createTagHandlers>>;
const stream = () => streams().get(request(), name);
const push = (tag: string, letter: string, now = NOW) =>
  (createMappingHandlers(api) as Required<ReturnType<typeof createMappingHandlers>>).create(
    request({ now }),
    pushed(name, tag, digest(letter)),
  );
const put = (tag: string, spec: Partial<TagReference> | null, annotations: Record<string, string> | null, now = NOW) =>
  tags().update(request({ now }), `${name}:${tag}`, () => imageStreamTag(`${name}:${tag}`, spec, { annotations }));
/** `oc annotate istag`. */
const annotate = (tag: string, annotations: Record<string, string> | null, now = NOW) =>
  tags().update(request({ now }), `${name}:${tag}`, (current) => {
    const shown = current as ImageStreamTag;
    return { ...shown, metadata: { ...shown.metadata, annotations }, tag: shown.tag && { ...shown.tag, annotations } };
  });
const edit = (change: (stream: ImageStream) => ImageStream, to = streams()) =>
  to.update(request(), name, (current) => change(current as ImageStream));
const status = () => createStreamStatusHandlers(api) as ReturnType<typeof streams>;
const imagesOf = async (tag: string) =>
  ((await stream()).status.tags?.find((each) => each.tag === tag)?.items ?? []).map(({ image }) => image);
const conditionsOf = async (tag: string) => (await stream()).status.tags?.find((each) => each.tag === tag)?.conditions ?? [];
const fromImage = (letter: string): Partial<TagReference> => ({
  from: { kind: 'ImageStreamImage', name: `${name}@${digest(letter)}` },
  generation: null,
});
const fromTag = (tag: string): Partial<TagReference> => ({ from: { kind: 'ImageStreamTag', name: `${name}:${tag}` }, generation: null });
const deny = (text: string) => edit((shown) => ({ ...shown, metadata: { ...shown.metadata, annotations: { [DENIED]: text } } }));

describe('a tag put back and held in one request', () => {
  beforeEach(async () => {
    await push('v1', 'a');
    await push('v1', 'b');
    await put('v1', fromImage('a'), HELD);
  });

  it('points back, and a push waits where everybody can see it', async () => {
    expect(await imagesOf('v1')).toEqual([digest('a'), digest('b'), digest('a')]);
    await push('v1', 'c');
    expect(await imagesOf('v1')).toEqual([digest('a'), digest('b'), digest('a')]);
    const message = expect.stringMatching(
      `^.*${digest('c')}, first seen at 2026-11-21T10:00:00Z, waits: the tag is held: freeze$`,
    ) as string;
    const condition = { type: 'ImagePending', status: 'True', reason: 'Held', message, lastTransitionTime: '2026-11-21T10:00:00Z' };
    expect(await conditionsOf('v1')).toMatchObject([condition]);
    expect((await tags().get(request(), `${name}:v1`)).conditions).toMatchObject([condition]);
    const { annotations } = (await stream()).metadata;
    expect(JSON.parse(annotations?.['image-streams.io/pending-images'] ?? '')).toEqual({ v1: message });
  });

  it('writes nothing for the same push again', async () => {
    await push('v1', 'c');
    const { resourceVersion } = (await stream()).metadata;
    await push('v1', 'c', NOW + 60_000);
    expect((await stream()).metadata.resourceVersion).toBe(resourceVersion);
  });

  it('moves when a person says so, and stays held', async () => {
    await push('v1', 'c');
    await put('v1', fromImage('b'), HELD);
    expect((await imagesOf('v1'))[0]).toBe(digest('b'));
    expect(await conditionsOf('v1')).toEqual([]);
    await push('v1', 'c');
    expect((await imagesOf('v1'))[0]).toBe(digest('b'));
  });

  it('moves and stays held when somebody tags it without a look, as oc tag does', async () => {
    await put('v1', fromImage('b'), null);
    expect((await imagesOf('v1'))[0]).toBe(digest('b'));
    expect((await stream()).spec.tags?.[0]?.annotations).toEqual(HELD);
    await put('v1', fromImage('b'), { note: 'mine' });
    expect((await stream()).spec.tags?.[0]?.annotations).toEqual({ note: 'mine' });
  });

  it('moves with the write that takes the hold away, its followers as well', async () => {
    await put('latest', fromTag('v1'), null);
    await push('v1', 'c');
    await annotate('v1', null);
    expect((await imagesOf('v1'))[0]).toBe(digest('c'));
    expect((await imagesOf('latest'))[0]).toBe(digest('c'));
    expect((await stream()).metadata.annotations ?? {}).not.toHaveProperty('image-streams.io/pending-images');
  });

  it('is shown the same after a client sent back all it was shown', async () => {
    await push('v1', 'c');
    const before = await stream();
    await edit((shown) => shown);
    await edit((shown) => shown, status());
    expect(await stream()).toEqual(before);
  });
});

it('an image tag shows what waits, and may hold the tag', async () => {
  await push('v1', 'a');
  await put('v1', fromImage('a'), null);
  const imageTags = createImageTagHandlers(api) as Required<ReturnType<typeof createImageTagHandlers>>;
  const update = (annotations: Record<string, string> | null) =>
    imageTags.update(request(), `${name}:v1`, (current) => {
      const shown = current as ImageTag;
      return { ...shown, spec: shown.spec && { ...shown.spec, annotations } };
    });
  await update(HELD);
  await push('v1', 'b');
  const shown = await imageTags.get(request(), `${name}:v1`);
  expect(shown).toMatchObject({ status: { items: [{ image: digest('a') }], conditions: [{ type: 'ImagePending', reason: 'Held' }] } });
  expect(shown.metadata.annotations).toHaveProperty('image-streams.io/pending-images');
  await update(null);
  expect((await imagesOf('v1'))[0]).toBe(digest('b'));
});

it('a follower that is held stays behind the tag it follows', async () => {
  await push('v1', 'a');
  await put('stable', fromTag('v1'), HELD);
  await push('v1', 'b');
  expect([await imagesOf('v1'), await imagesOf('stable')]).toEqual([[digest('b'), digest('a')], [digest('a')]]);
  await annotate('stable', null);
  expect((await imagesOf('stable'))[0]).toBe(digest('b'));
});

it('an image is taken once it is old enough', async () => {
  await push('v1', 'a');
  await put('v1', { generation: null }, { 'image-streams.io/minimum-age': '1h' });
  await push('v1', 'b');
  await push('v1', 'b', NOW + 3_599_000);
  expect((await conditionsOf('v1'))[0]).toMatchObject({ reason: 'MinimumAge', lastTransitionTime: '2026-11-21T10:00:00Z' });
  expect(await imagesOf('v1')).toEqual([digest('a')]);
  await push('v1', 'b', NOW + 3_600_000);
  expect((await imagesOf('v1'))[0]).toBe(digest('b'));
});

describe('denied images', () => {
  beforeEach(async () => {
    await push('v1', 'a');
    await push('v2', 'b');
    await deny(digest('b'));
  });

  it('are not pushed onto a tag, until they are denied no longer', async () => {
    await push('v1', 'b');
    expect(await imagesOf('v1')).toEqual([digest('a')]);
    expect((await conditionsOf('v1'))[0]).toMatchObject({ reason: 'Denied' });
    await deny(digest('c'));
    expect((await imagesOf('v1'))[0]).toBe(digest('b'));
  });

  it.each<[string, () => Partial<TagReference>]>([
    ['an image', () => fromImage('b')],
    ['a tag', () => fromTag('v2')],
    ['a pull spec', () => ({ from: { kind: 'DockerImage', name: `quay.io/x/y@${digest('b')}` }, generation: null })],
  ])('are refused to a person who tags %s', async (_, spec) => {
    await expect(put('v1', spec(), null)).rejects.toMatchObject({
      status: { code: 422, details: { causes: [{ reason: 'FieldValueForbidden', field: 'spec.tags[v1].from' }] } },
    });
    expect(await imagesOf('v1')).toEqual([digest('a')]);
  });
});

it.each([
  ['image-streams.io/hold-until', 'tomorrow'],
  ['image-streams.io/minimum-age', 'a while'],
])('%s: %s is refused', async (annotation, value) => {
  await push('v1', 'a');
  await expect(put('v1', fromImage('a'), { [annotation]: value })).rejects.toMatchObject({
    status: { code: 422, details: { causes: [{ field: `spec.tags[v1].annotations[${annotation}]` }] } },
  });
});

it('a list of what is no digest is refused', async () => {
  await expect(deny('latest')).rejects.toMatchObject({
    status: { code: 422, details: { causes: [{ field: `metadata.annotations[${DENIED}]` }] } },
  });
});
