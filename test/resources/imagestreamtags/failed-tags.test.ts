/** Tags whose image failed, held and put back by a trigger, over a real store. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isScheduled, needsImport } from '../../../functions/image/import-due.ts';
import { HOLD_ANNOTATION } from '../../../functions/image/tag-policy.ts';
import { defaultTagReference } from '../../../functions/image/tag-reference.ts';
import type { ImageStream, ImageStreamTag, TagReference } from '../../../functions/image/types.ts';
import { createMappingHandlers } from '../../../functions/resources/imagestreammappings/handlers.ts';
import { createStreamHandlers } from '../../../functions/resources/imagestreams/handlers.ts';
import { createFailedTags } from '../../../functions/resources/imagestreamtags/failed-tags.ts';
import { createTagHandlers } from '../../../functions/resources/imagestreamtags/handlers.ts';
import { StoreError } from '../../../functions/store/errors.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi, digest, imageStream, imageStreamTag, NOW, pushed, request } from '../../support/image-api.ts';

const [A, B, C] = ['a', 'b', 'c'].map(digest) as [string, string, string];
const LATER = NOW + 60_000;

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
  name = `failed${count++}`;
  await streams().create(request(), imageStream(name));
  await push('v1', 'a');
  await push('v1', 'b');
});

const streams = () => createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>;
const tags = () => createTagHandlers(api) as Required<ReturnType<typeof createTagHandlers>>;
const push = (tag: string, letter: string) =>
  (createMappingHandlers(api) as Required<ReturnType<typeof createMappingHandlers>>).create(request(), pushed(name, tag, digest(letter)));
const put = (tag: string, spec: Partial<TagReference>) =>
  tags().update(request(), `${name}:${tag}`, () => imageStreamTag(`${name}:${tag}`, spec, { annotations: null }));
const annotate = (annotations: Record<string, string> | null) =>
  tags().update(request(), `${name}:v1`, (current) => {
    const shown = current as ImageStreamTag;
    return { ...shown, metadata: { ...shown.metadata, annotations }, tag: shown.tag && { ...shown.tag, annotations } };
  });
const edit = (change: (stream: ImageStream) => ImageStream) =>
  streams().update(request(), name, (current) => change(current as ImageStream));
const stream = () => streams().get(request(), name);
const imagesOf = async (tag = 'v1') =>
  ((await stream()).status.tags?.find((each) => each.tag === tag)?.items ?? []).map(({ image }) => image);
const specOf = async (tag = 'v1') => (await stream()).spec.tags?.find((each) => each.name === tag);
const stateOf = async () => {
  const read = await api.streams.readTags('default', name, ['v1']);
  const tag = read?.tags.get('v1');
  if (read === null || tag === undefined) throw new Error('not there');
  return { stream: read, tag };
};
const movesOf = async () => (await api.streams.readHistory((await stateOf()).stream, 'v1', {})).events.map(({ moved }) => moved);
const followed = () => ({ namespace: 'default', stream: name, tag: 'v1' });
const failedTags = (over: Partial<typeof api> = {}) => createFailedTags({ ...api, ...over }, () => LATER);
const WHY = 'its deployment by image trigger shop/deploy failed: it crashed';
const hold = () => failedTags().hold(followed(), B, WHY);
const putBack = () => failedTags().putBack(followed(), B, A, WHY);
const revision = async () => String((await stateOf()).stream.revision);

describe('a tag whose image failed is held', () => {
  it('where it is, whatever is pushed, until somebody lets go', async () => {
    expect(await hold()).toEqual({ kind: 'held' });
    expect((await specOf())?.annotations).toEqual({ [HOLD_ANNOTATION]: WHY });
    await push('v1', 'c');
    expect(await imagesOf()).toEqual([B, A]);
    await annotate(null);
    expect(await imagesOf()).toEqual([C, B, A]);
  });

  it('once, and a hold of a person stays what it says', async () => {
    await hold();
    await annotate({ [HOLD_ANNOTATION]: 'change freeze' });
    const before = await revision();
    expect(await hold()).toEqual({ kind: 'held' });
    expect(await revision()).toBe(before);
  });

  it('for good where an earlier hold has ended', async () => {
    await hold();
    await annotate({ [HOLD_ANNOTATION]: 'x', 'image-streams.io/hold-until': '2026-11-21T09:00:00Z', note: 'mine' });
    await hold();
    expect((await specOf())?.annotations).toEqual({ [HOLD_ANNOTATION]: WHY, note: 'mine' });
  });

  it('unless it points to another image by now, or to nothing', async () => {
    await push('v1', 'c');
    expect(await hold()).toEqual({ kind: 'left', why: 'it points to another image by now' });
    await streams().delete(request(), name, {});
    expect(await hold()).toEqual({ kind: 'left', why: 'it points to nothing any more' });
  });
});

describe('a tag whose image failed is put back', () => {
  it('on top of its history, as a rollback of the trigger, and held', async () => {
    const done = await putBack();
    expect(done).toEqual({ kind: 'reverted', revision: await revision() });
    expect(await imagesOf()).toEqual([A, B, A]);
    expect((await movesOf())[0]).toEqual({ time: LATER, actor: 'system:image-trigger', cause: 'rollback' });
    const [newest] = (await stream()).status.tags?.[0]?.items ?? [];
    expect(newest).toMatchObject({ dockerImageReference: `registry.example.com/team/${name}@${A}`, created: '2026-11-21T10:01:00Z' });
    await push('v1', 'c');
    expect(await imagesOf()).toEqual([A, B, A]);
  });

  it('once, however often it is asked for', async () => {
    const done = await putBack();
    expect(await putBack()).toEqual(done);
    expect(await imagesOf()).toEqual([A, B, A]);
  });

  it('and not put forward again when that fails, too', async () => {
    await putBack();
    expect(await failedTags().putBack(followed(), A, B, 'as well')).toEqual({ kind: 'left', why: 'it was put back already' });
    expect(await imagesOf()).toEqual([A, B, A]);
  });

  it('and again when somebody tagged the bad image once more', async () => {
    await putBack();
    await put('v1', { from: { kind: 'ImageStreamImage', name: `${name}@${B}` }, generation: null });
    expect(await imagesOf()).toEqual([B, A, B, A]);
    expect(await putBack()).toMatchObject({ kind: 'reverted' });
    expect((await imagesOf())[0]).toBe(A);
  });

  it('with the tags that track it', async () => {
    await put('latest', { from: { kind: 'ImageStreamTag', name: 'v1' }, generation: null });
    await putBack();
    expect(await imagesOf('latest')).toEqual([A, B]);
  });

  it('and goes on from its source when it is let go: nothing but the hold was added to its spec', async () => {
    const from = { kind: 'DockerImage', name: `registry.example.com/team/${name}:v1` };
    await put('v1', { from, importPolicy: { scheduled: true }, generation: null });
    const { stream: read, tag } = await stateOf();
    // What an import leaves behind.
    const [newest] = tag.items as [(typeof tag.items)[number]];
    const imported = { ...tag, items: [{ ...newest, generation: tag.spec?.generation ?? 0 }] };
    await api.streams.commit({
      before: read,
      after: { ...read, tags: new Map([['v1', imported]]) },
      actor: 'i',
      cause: 'import',
      now: NOW,
    });
    const { annotations: _before, ...before } = (await specOf()) as TagReference;
    await putBack();
    const { annotations, ...after } = (await specOf()) as TagReference;
    expect([after, annotations]).toEqual([before, { [HOLD_ANNOTATION]: WHY }]);
    const state = (await stateOf()).tag;
    expect([needsImport(state), isScheduled(state)]).toEqual([false, true]);
    expect((await imagesOf())[0]).toBe(A);
  });

  it.each(['ImageStreamImage', 'DockerImage'])('and names the image before where its source was one image for ever: %s', async (kind) => {
    const source = kind === 'DockerImage' ? `registry.example.com/team/${name}@${B}` : `${name}@${B}`;
    await put('v1', { from: { kind, name: source }, generation: null });
    expect(await putBack()).toMatchObject({ kind: 'reverted' });
    expect((await specOf())?.from).toEqual({ kind: 'ImageStreamImage', name: `${name}@${A}` });
    expect((await imagesOf())[0]).toBe(A);
    expect((await movesOf())[0]).toMatchObject({ cause: 'rollback' });
  });

  it('unless a person holds it there', async () => {
    const annotations = { [HOLD_ANNOTATION]: 'rolled back by hand' };
    await edit((shown) => ({ ...shown, spec: { ...shown.spec, tags: [defaultTagReference({ name: 'v1', annotations })] } }));
    expect(await putBack()).toEqual({ kind: 'left', why: 'it is held there: rolled back by hand' });
    expect([await imagesOf(), (await specOf())?.annotations]).toEqual([[B, A], annotations]);
  });

  it('unless a newer move won', async () => {
    await push('v1', 'c');
    expect(await putBack()).toEqual({ kind: 'left', why: 'it points to another image by now' });
    expect(await imagesOf()).toEqual([C, B, A]);
  });

  it.each([
    ['left its history', async () => failedTags().putBack(followed(), B, digest('d'), 'it crashed')],
    [
      'is denied',
      async () => {
        await edit((shown) => ({ ...shown, metadata: { ...shown.metadata, annotations: { 'image-streams.io/denied-images': A } } }));
        return putBack();
      },
    ],
  ])('or held where the image before %s', async (_, act) => {
    expect(await act()).toEqual({ kind: 'held' });
    expect(await imagesOf()).toEqual([B, A]);
  });

  it('whoever else writes the stream meanwhile', async () => {
    let races = 3;
    const write: typeof api.write = (context) => {
      const writer = api.write(context);
      return {
        ...writer,
        commit: async (change) => {
          if (races-- > 0) await put(`other${races}`, { reference: true, from: { kind: 'DockerImage', name: 'redis:7' } });
          return writer.commit(change);
        },
      };
    };
    expect(await failedTags({ write }).putBack(followed(), B, A, 'x')).toMatchObject({ kind: 'reverted' });
    expect(await imagesOf()).toEqual([A, B, A]);
  });
});

it('what may not be written is told, what may pass is thrown', async () => {
  await edit((shown) => ({ ...shown, metadata: { ...shown.metadata, annotations: { 'image-streams.io/protected-tags': 'v*' } } }));
  const deniedApi = createImageApi(table, { authorizer: { authorize: async () => ({ allowed: false, reason: '' }) } });
  const denied = await createFailedTags(deniedApi, () => LATER).putBack(followed(), B, A, 'x');
  expect(denied).toMatchObject({ kind: 'left', why: expect.stringContaining('protects v1') as string });
  const broken = new StoreError('ERR_STORE_THROTTLED', 'slow down');
  const write: typeof api.write = () => ({ commit: () => Promise.reject(broken), deleteStream: () => Promise.reject(broken) });
  await expect(failedTags({ write }).hold(followed(), B, 'x')).rejects.toBe(broken);
});
