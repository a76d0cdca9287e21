import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImageStreamTag, TagReference } from '../../../functions/image/types.ts';
import type { ImageApi } from '../../../functions/resources/image-api.ts';
import { createStreamImageHandlers } from '../../../functions/resources/imagestreamimages/handlers.ts';
import { createMappingHandlers } from '../../../functions/resources/imagestreammappings/handlers.ts';
import { createStreamHandlers } from '../../../functions/resources/imagestreams/handlers.ts';
import { createTagHandlers } from '../../../functions/resources/imagestreamtags/handlers.ts';
import { createSweeper } from '../../../functions/store/sweep.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import {
  createImageApi,
  digest,
  dockerImage,
  EVERYTHING,
  imageStream,
  imageStreamTag,
  NOW,
  pushed,
  request,
} from '../../support/image-api.ts';

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

const tags = () => createTagHandlers(api) as Required<ReturnType<typeof createTagHandlers>>;
const stream = () => (createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>).get(request(), name);
const createStream = () =>
  (createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>).create(request(), imageStream(name));
const push = (tag: string, letter: string) =>
  (createMappingHandlers(api) as Required<ReturnType<typeof createMappingHandlers>>).create(request(), pushed(name, tag, digest(letter)));
const put = (tag: string, spec: Partial<TagReference> | null, over: Partial<ImageStreamTag['metadata']> = {}, now = NOW) =>
  tags().update(request({ now }), `${name}:${tag}`, () => imageStreamTag(`${name}:${tag}`, spec, over));
const fromImage = (letter: string): Partial<TagReference> => ({
  from: { kind: 'ImageStreamImage', name: `${name}@${digest(letter)}` },
  generation: null,
});

describe('update (oc tag)', () => {
  it('creates stream and tag, and says 201', async () => {
    const written = await put('v1', dockerImage('quay.io/team/app:v1'));
    expect(written).toMatchObject({
      created: true,
      object: { metadata: { name: `${name}:v1` }, tag: { name: 'v1', generation: 1 } },
    });
    expect(written.object.image.metadata).toEqual({});
    expect(written.object.image).not.toHaveProperty('dockerImageReference');
    expect(await stream()).toMatchObject({
      metadata: { generation: 1 },
      spec: { tags: [{ name: 'v1', from: { name: 'quay.io/team/app:v1' } }] },
    });
  });

  it('asks for another import each time it is sent with generation 0', async () => {
    await put('v1', dockerImage('quay.io/team/app:v1'));
    const again = await put('v1', dockerImage('quay.io/team/app:v1'));
    expect(again).toMatchObject({ created: false, object: { tag: { generation: 2 } } });
  });

  it('rolls back to an older image: newest first, the old one still there', async () => {
    await createStream();
    await push('latest', 'a');
    await push('latest', 'b');
    const { object } = await put('latest', fromImage('a'), {}, NOW + 60_000);
    expect(object).toMatchObject({ image: { metadata: { name: digest('a') } }, metadata: { creationTimestamp: '2026-11-21T10:01:00Z' } });
    const items = (await stream()).status.tags?.[0]?.items ?? [];
    expect(items.map((item) => item.image)).toEqual([digest('a'), digest('b'), digest('a')]);
  });

  it('tells a rollback from a tagging, also when the digest is shortened', async () => {
    const causes: string[] = [];
    const commit: ImageApi['streams']['commit'] = (change) => {
      causes.push(change.cause);
      return api.streams.commit(change);
    };
    const watched = createTagHandlers({ ...api, streams: { ...api.streams, commit } }) as Required<ReturnType<typeof createTagHandlers>>;
    await createStream();
    await push('latest', 'a');
    await push('latest', 'b');
    for (const id of ['sha256:aaaa', digest('b'), 'aaaa']) {
      const spec = { from: { kind: 'ImageStreamImage', name: `${name}@${id}` }, generation: null };
      await watched.update(request(), `${name}:latest`, () => imageStreamTag(`${name}:latest`, spec));
    }
    await watched.update(request(), `${name}:new`, () => imageStreamTag(`${name}:new`, fromImage('a')));
    expect(causes).toEqual(['rollback', 'rollback', 'rollback', 'tag']);
  });

  it('finds an image by the beginning of its digest', async () => {
    await createStream();
    await push('latest', 'a');
    await push('latest', 'b');
    const { object } = await put('stable', { from: { kind: 'ImageStreamImage', name: `${name}@sha256:aaaa` }, generation: null });
    expect(object.image.metadata.name).toBe(digest('a'));
    await expect(put('none', { from: { kind: 'ImageStreamImage', name: `${name}@sha256:cccc` } })).rejects.toMatchObject({
      status: { code: 422, details: { causes: [{ field: 'spec.tags[none].from.name' }] } },
    });
  });

  it('numbers the tag it copies as itself, as writing the whole stream does', async () => {
    await createStream();
    await push('latest', 'a');
    await put('live', { from: { kind: 'ImageStreamTag', name: `${name}:latest` }, generation: null });
    expect((await stream()).status.tags).toMatchObject([
      { tag: 'latest', items: [{ generation: 2 }] },
      { tag: 'live', items: [{ generation: 2, image: digest('a') }] },
    ]);
  });

  it('moves the tags that follow', async () => {
    await createStream();
    await put('live', { from: { kind: 'ImageStreamTag', name: 'latest' }, generation: null });
    await push('latest', 'a');
    await push('latest', 'b');
    await put('latest', fromImage('a'), {}, NOW + 60_000);
    expect((await tags().get(request(), `${name}:live`)).image.metadata.name).toBe(digest('a'));
  });

  it('with a stale resourceVersion is a conflict, without one it is not', async () => {
    await createStream();
    await push('latest', 'a');
    const { resourceVersion } = (await stream()).metadata;
    await push('other', 'b');
    await expect(put('latest', fromImage('a'), { resourceVersion })).rejects.toMatchObject({ status: { code: 409, reason: 'Conflict' } });
    await put('latest', fromImage('a'));
    const missing = tags().update(request(), 'nosuch:v1', () => imageStreamTag('nosuch:v1', dockerImage('a/b'), { resourceVersion: '1' }));
    await expect(missing).rejects.toMatchObject({ status: { code: 404, details: { kind: 'imagestreamtags', name: 'nosuch:v1' } } });
  });

  it('takes annotations from metadata, refuses other labels', async () => {
    await put('v1', dockerImage('quay.io/a/b:1'));
    await put('v1', { ...dockerImage('quay.io/a/b:1'), annotations: { dropped: 'yes' } }, { annotations: { kept: 'yes' } });
    expect((await stream()).spec.tags?.[0]?.annotations).toEqual({ kept: 'yes' });
    await expect(put('v1', dockerImage('quay.io/a/b:1'), { labels: { a: 'b' } })).rejects.toMatchObject({ status: { code: 422 } });
  });

  it('without a tag keeps the stored one, and has nothing to keep on a pushed tag', async () => {
    await put('v1', dockerImage('quay.io/a/b:1'));
    await put('v1', null, { annotations: { a: 'b' } });
    expect((await stream()).spec.tags).toMatchObject([{ from: { name: 'quay.io/a/b:1' }, annotations: { a: 'b' } }]);
    await push('pushed', 'a');
    await expect(put('pushed', null)).rejects.toMatchObject({ status: { code: 400 } });
  });

  it('patches a tag that does not exist into being', async () => {
    const next = (current: ImageStreamTag | null): ImageStreamTag => ({
      ...(current as ImageStreamTag),
      tag: imageStreamTag('', dockerImage('quay.io/a/b:1')).tag,
    });
    const { created, object } = await tags().update(request(), `${name}:v1`, next);
    expect(created).toBe(true);
    expect(object.tag?.from?.name).toBe('quay.io/a/b:1');
  });

  it('writes nothing on a dry run', async () => {
    await tags().update(request({ dryRun: true }), `${name}:v1`, () => imageStreamTag(`${name}:v1`, dockerImage('a/b')));
    await expect(stream()).rejects.toMatchObject({ status: { code: 404 } });
  });

  it('works with tag names upstream lets through', async () => {
    await put('a b', dockerImage('quay.io/a/b:1'));
    await put('a#1', dockerImage('quay.io/a/b:1'));
    expect((await stream()).spec.tags?.map((tag) => tag.name)).toEqual(['a b', 'a#1']);
  });
});

describe('what is wrong with a tag', () => {
  const causesOf = (refused: unknown) => (refused as { status: { details: { kind: string; causes: { field: string }[] } } }).status.details;
  const fails: [string, Partial<TagReference>, string][] = [
    ['pull spec', dockerImage('no pull spec'), 'tag.from.name'],
    ['kind', { from: { kind: 'Pod', name: 'a' } }, 'tag.from.kind'],
    ['schedule', { from: { kind: 'ImageStreamTag', name: 'a' }, importPolicy: { scheduled: true } }, 'tag.importPolicy.scheduled'],
    ['import mode', { ...dockerImage('a/b'), importPolicy: { importMode: 'Other' as 'Legacy' } }, 'tag.importPolicy.importMode'],
    ['reference policy', { ...dockerImage('a/b'), referencePolicy: { type: 'Other' as 'Local' } }, 'tag.referencePolicy.type'],
  ];

  it.each(fails)('%s: said of the tag, not of its stream', async (_what, spec, field) => {
    const created = tags().create(request(), imageStreamTag(`${name}:v1`, spec));
    for (const refused of [await created.catch((error: unknown) => error), await put('v1', spec).catch((error: unknown) => error)]) {
      expect(causesOf(refused)).toMatchObject({ kind: 'ImageStreamTag', name: `${name}:v1`, causes: [{ field }] });
    }
  });

  it('a name that is no part of a path, or none', async () => {
    for (const tag of ['a/b', 'a%b']) {
      const refused: unknown = await tags()
        .create(request(), imageStreamTag(`${name}:${tag}`, dockerImage('a/b')))
        .catch((error: unknown) => error);
      expect(causesOf(refused).causes).toMatchObject([{ field: 'metadata.name' }]);
    }
    await expect(tags().create(request(), imageStreamTag('', dockerImage('a/b')))).rejects.toMatchObject({
      status: { code: 422, details: { causes: [{ field: 'metadata.name' }] } },
    });
  });

  it.each([{ finalizers: ['example.com/wait'] }, { generateName: 'a' }, { ownerReferences: [{ name: 'a' }] }])(
    'metadata that the stream does not have: %j',
    async (metadata) => {
      await put('v1', dockerImage('a/b'));
      await expect(put('v1', dockerImage('a/b'), metadata)).rejects.toMatchObject({
        status: { details: { causes: [{ field: 'metadata' }] } },
      });
    },
  );
});

describe('32 writers of one stream', () => {
  it('all succeed, none is lost', async () => {
    await createStream();
    await push('latest', 'a');
    const names = Array.from({ length: 32 }, (_, index) => `t${index}`);
    await Promise.all(names.map((tag) => put(tag, fromImage('a'))));
    const held = (await stream()).status.tags?.map((tag) => tag.tag) ?? [];
    expect(held).toEqual(expect.arrayContaining(names));
  });
});

describe('create', () => {
  it('adds a tag once', async () => {
    const wanted = imageStreamTag(`${name}:v1`, { ...dockerImage('quay.io/a/b:1'), name: '' });
    expect(await tags().create(request(), wanted)).toMatchObject({ tag: { name: 'v1', generation: 1 } });
    await expect(tags().create(request(), wanted)).rejects.toMatchObject({
      status: { code: 409, reason: 'AlreadyExists', details: { kind: 'imagestreamtag' } },
    });
  });

  it('needs a colon in the name, and annotations only once', async () => {
    await expect(tags().create(request(), imageStreamTag(name, null))).rejects.toMatchObject({
      status: { code: 500, message: `"${name}" must be of the form <stream_name>:<tag>` },
    });
    await expect(tags().create(request(), imageStreamTag(':v1', null))).rejects.toMatchObject({ status: { code: 400 } });
    const differing = imageStreamTag(`${name}:v1`, { ...dockerImage('a/b'), annotations: { a: '1' } }, { annotations: { a: '2' } });
    await expect(tags().create(request(), differing)).rejects.toMatchObject({
      status: {
        code: 422,
        details: {
          causes: [{ field: 'tag.annotations', message: expect.stringMatching(/^Invalid value: "<map>": tag annotations must not be/) }],
        },
      },
    });
  });
});

describe('create with a name that get refuses', () => {
  it.each([
    ['', 'latest'],
    ['a:b', 'a:b'],
  ])('%j is the tag %j', async (typed, tag) => {
    const written = await tags().create(request(), imageStreamTag(`${name}:${typed}`, dockerImage('a/b')));
    expect(written).toMatchObject({ metadata: { name: `${name}:${tag}` }, tag: { name: tag } });
  });
});

describe('get', () => {
  it.each(['latest', 'a:b:c', 'a@b:c', ':x', 'x:'])('refuses the name %j', async (wrong) => {
    await expect(tags().get(request(), wrong)).rejects.toMatchObject({
      status: { code: 400, message: 'ImageStreamTags must be retrieved with <name>:<tag>' },
    });
  });

  it('is 404 without stream, without image, and for reference tags', async () => {
    await expect(tags().get(request(), `${name}:v1`)).rejects.toMatchObject({ status: { code: 404 } });
    await put('v1', dockerImage('quay.io/a/b:1'));
    await put('ref', { ...dockerImage('quay.io/a/b:1'), reference: true });
    for (const tag of ['v1', 'ref']) {
      await expect(tags().get(request(), `${name}:${tag}`)).rejects.toMatchObject({
        status: { code: 404, message: `imagestreamtags.image.openshift.io "${name}:${tag}" not found` },
      });
    }
  });
});

describe('delete', () => {
  it('removes spec and history, and a tag of that name begins anew', async () => {
    await createStream();
    await push('latest', 'a');
    await put('latest', fromImage('a'));
    expect(await tags().delete(request(), `${name}:latest`, {})).toMatchObject({ status: 'Success' });
    const after = await stream();
    expect([after.spec.tags, after.status.tags]).toEqual([undefined, undefined]);
    await expect(tags().delete(request(), `${name}:latest`, {})).rejects.toMatchObject({ status: { code: 404 } });
    const { incarnation = '' } = (await api.streams.readTags('default', name, [])) ?? {};
    const swept = { namespace: 'default', stream: name, incarnation, tag: 'latest', base: 1 };
    await createSweeper({ client: table.client, table: table.table, budgetMs: 1_000 }).sweepTag(swept);
    const image = createStreamImageHandlers(api) as Required<ReturnType<typeof createStreamImageHandlers>>;
    await expect(image.get(request(), `${name}@${digest('a')}`)).rejects.toMatchObject({
      status: { code: 404, details: { kind: 'imagestreamimage' } },
    });
    await push('latest', 'b');
    expect((await stream()).status.tags?.[0]?.items?.map((item) => item.image)).toEqual([digest('b')]);
  });
});

describe('list', () => {
  it('pages by tags', async () => {
    await api.namespaces.createNamespace({ name, labels: {}, annotations: {} }, NOW);
    const context = request({ namespace: name });
    const handlers = createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>;
    const mappings = createMappingHandlers(api) as Required<ReturnType<typeof createMappingHandlers>>;
    for (const each of ['one', 'two']) {
      await handlers.create(context, imageStream(each));
      for (const letter of ['a', 'b', 'c']) {
        await mappings.create(context, { ...pushed(each, letter, digest(letter)), metadata: { name: each, namespace: name } });
      }
    }
    const names: (string | undefined)[][] = [];
    let next: string | undefined;
    do {
      const page = await tags().list(context, { ...EVERYTHING, limit: 2, continue: next });
      names.push(page.items.map((item) => item.metadata.name));
      next = page.metadata.continue;
    } while (next !== undefined);
    expect(names).toEqual([
      ['one:a', 'one:b'],
      ['one:c', 'two:a'],
      ['two:b', 'two:c'],
    ]);
    await expect(tags().list(context, { ...EVERYTHING, continue: 'nonsense' })).rejects.toMatchObject({ status: { code: 410 } });
  });

  it('over all namespaces reads only the one a selector asks for', async () => {
    await createStream();
    await push('v1', 'a');
    const asked: (string | null)[] = [];
    const streams = {
      ...api.streams,
      listStreams: (...of: Parameters<typeof api.streams.listStreams>) => (asked.push(of[0]), api.streams.listStreams(...of)),
    };
    const { list } = createTagHandlers({ ...api, streams }) as Required<ReturnType<typeof createTagHandlers>>;
    const selector = [{ field: 'metadata.namespace', operator: '=', value: 'default' }] as const;
    const found = await list(request({ namespace: '' }), { ...EVERYTHING, fieldRequirements: selector });
    expect(found.items.map(({ metadata }) => metadata?.name)).toContain(`${name}:v1`);
    expect(asked).toEqual(['default']);
  });
});
