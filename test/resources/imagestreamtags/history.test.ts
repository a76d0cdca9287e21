import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImageStreamTagHistory } from '../../../functions/image/history-view.ts';
import type { TagReference } from '../../../functions/image/types.ts';
import type { ImageApi } from '../../../functions/resources/image-api.ts';
import { createMappingHandlers } from '../../../functions/resources/imagestreammappings/handlers.ts';
import { createStreamHandlers } from '../../../functions/resources/imagestreams/handlers.ts';
import { createResolveHandlers } from '../../../functions/resources/imagestreams/resolve.ts';
import { createTagHandlers } from '../../../functions/resources/imagestreamtags/handlers.ts';
import { createHistoryHandlers } from '../../../functions/resources/imagestreamtags/history.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi, digest, imageStream, imageStreamTag, NOW, pushed, request } from '../../support/image-api.ts';

const MINUTE = 60_000;
let table: TestTable;
let api: ImageApi;
let name: string;
let count = 0;

beforeAll(async () => {
  table = await startTestTable();
  api = createImageApi(table, { hosts: { internal: 'registry.internal' } });
});
afterAll(() => table.stop());
beforeEach(async () => {
  name = `app${count++}`;
  await (createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>).create(request(), imageStream(name));
});

const push = (tag: string, image: string, minute: number) =>
  (createMappingHandlers(api) as Required<ReturnType<typeof createMappingHandlers>>).create(
    request({ now: NOW + minute * MINUTE + 400, identity: { user: 'bob', groups: [] } }),
    pushed(name, tag, image),
  );
const put = (tag: string, spec: Partial<TagReference>, minute: number) =>
  (createTagHandlers(api) as Required<ReturnType<typeof createTagHandlers>>).update(
    request({ now: NOW + minute * MINUTE }),
    `${name}:${tag}`,
    () => imageStreamTag(`${name}:${tag}`, spec),
  );
const history = (tag: string, query = ''): Promise<ImageStreamTagHistory> =>
  (createHistoryHandlers(api) as Required<ReturnType<typeof createHistoryHandlers>>).get(
    request(),
    `${name}:${tag}`,
    new URLSearchParams(query),
  );
const resolve = (query: string) =>
  (createResolveHandlers(api) as Required<ReturnType<typeof createResolveHandlers>>).get(request(), name, new URLSearchParams(query));
const images = ({ items }: ImageStreamTagHistory) => items.map(({ image }) => image);
const numbered = (number: number) => `sha256:${String(number).padStart(64, '0')}`;

describe('history', () => {
  it('pages more events than a stream embeds, newest first, whatever is pushed meanwhile', async () => {
    for (let number = 0; number < 60; number++) await push('latest', numbered(number), number);
    const all = await history('latest');
    expect(all).toMatchObject({
      kind: 'ImageStreamTagHistory',
      apiVersion: 'image-streams.io/v1',
      total: 60,
      metadata: { name: `${name}:latest` },
    });
    expect(images(all)).toEqual(Array.from({ length: 60 }, (_, index) => numbered(59 - index)));
    expect(all.items.every(({ by, cause }) => by === 'bob' && cause === 'mapping')).toBe(true);
    const paged: string[] = [];
    for (let token = ''; ;) {
      const page = await history('latest', `limit=25${token === '' ? '' : `&continue=${token}`}`);
      paged.push(...images(page));
      token = page.metadata.continue ?? '';
      if (token === '') break;
      expect(page.items).toHaveLength(25);
      await push('latest', numbered(100 + paged.length), 100 + paged.length);
    }
    expect(paged).toEqual(images(all));
  });

  it('tells what the tag pointed to at a time, by when it moved and not by when the copied event was made', async () => {
    await push('v1', digest('a'), 0);
    await put('alias', { from: { kind: 'ImageStreamImage', name: `${name}@${digest('a')}` } }, 10);
    await push('v2', digest('b'), 1);
    await put('alias', { from: { kind: 'ImageStreamTag', name: `${name}:v2` } }, 20);
    const [copied] = (await history('alias')).items;
    expect(copied).toMatchObject({
      image: digest('b'),
      created: '2026-11-21T10:01:00Z',
      since: '2026-11-21T10:20:00Z',
      by: 'alice',
      cause: 'tag',
    });
    const at = async (time: string) => images(await history('alias', `at=${encodeURIComponent(time)}`));
    expect(await at('2026-11-21T10:15:00Z')).toEqual([digest('a')]);
    expect(await at('2026-11-21T10:20:00Z')).toEqual([digest('b')]);
    expect(await at('2026-11-21T12:20:00.5+02:00')).toEqual([digest('b')]);
    expect(await at('2099-01-01T00:00:00Z')).toEqual([digest('b')]);
    await expect(at('2026-11-21T10:09:59Z')).rejects.toMatchObject({ status: { code: 404, reason: 'NotFound' } });
  });

  it('gives the event shown with a time for that very time', async () => {
    await push('latest', digest('a'), 0);
    const [entry] = (await history('latest')).items;
    expect(images(await history('latest', `at=${entry?.since ?? ''}`))).toEqual([digest('a')]);
  });

  it('keeps when the tag moved while only its policy changes', async () => {
    await push('latest', digest('a'), 0);
    await put('latest', { referencePolicy: { type: 'Local' } }, 30);
    expect((await history('latest')).items).toMatchObject([{ by: 'bob', since: '2026-11-21T10:00:00Z' }]);
  });

  it.each<[string, string, number]>([
    ['a day', 'at=2026-11-21', 400],
    ['no time', 'at=', 400],
    ['a limit that is no number', 'limit=x', 400],
  ])('refuses %s', async (_what, query, code) => {
    await push('latest', digest('a'), 0);
    await expect(history('latest', query)).rejects.toMatchObject({ status: { code } });
  });

  it('refuses tokens of another tag, and knows no tag that is gone', async () => {
    await push('latest', digest('a'), 0);
    await expect(history('latest', 'continue=x')).rejects.toMatchObject({ code: 'ERR_STORE_BAD_TOKEN' });
    await expect(history('none')).rejects.toMatchObject({ status: { code: 404, details: { name: `${name}:none` } } });
  });

  it('is empty for a tag that was only asked for', async () => {
    await put('v1', { from: { kind: 'DockerImage', name: 'quay.io/x/y:1' } }, 0);
    expect(await history('v1')).toMatchObject({ total: 0, items: [] });
  });
});

describe('resolve', () => {
  it('answers pull spec, digest, since when and by whom', async () => {
    await push('latest', digest('a'), 0);
    expect(await resolve('')).toEqual({
      kind: 'ResolvedImageStreamTag',
      apiVersion: 'image-streams.io/v1',
      metadata: expect.objectContaining({ name, namespace: 'default' }) as unknown,
      tag: 'latest',
      dockerImageReference: `registry.example.com/team/${name}@${digest('a')}`,
      image: digest('a'),
      referencePolicy: { type: 'Source' },
      created: '2026-11-21T10:00:00Z',
      since: '2026-11-21T10:00:00Z',
      by: 'bob',
      cause: 'mapping',
    });
  });

  it('applies the reference policy, and takes reference tags at their word', async () => {
    await push('latest', digest('a'), 0);
    await put('local', { from: { kind: 'ImageStreamTag', name: 'latest' }, referencePolicy: { type: 'Local' } }, 1);
    expect(await resolve('tag=local')).toMatchObject({ dockerImageReference: `registry.internal/default/${name}@${digest('a')}` });
    await put('ref', { from: { kind: 'DockerImage', name: 'quay.io/x/y:1' }, reference: true }, 2);
    expect(await resolve('tag=ref')).toMatchObject({ dockerImageReference: 'quay.io/x/y:1', image: '' });
  });

  it('is 404 for a tag that points to nothing', async () => {
    await put('v1', { from: { kind: 'DockerImage', name: 'quay.io/x/y:1' } }, 0);
    await expect(resolve('tag=v1')).rejects.toMatchObject({
      status: { code: 404, details: { kind: 'imagestreamtags', name: `${name}:v1` } },
    });
    await expect(resolve('tag=none')).rejects.toMatchObject({ status: { code: 404 } });
  });
});
