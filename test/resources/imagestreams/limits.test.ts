/** Limit ranges against every way to write a stream (openshift-semantics.md §10 "Limits and quota"). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Limit, NamespaceLimits } from '../../../functions/image/namespace-limits.ts';
import { createMemoryRegistry, type MemoryRegistry } from '../../importing/fakes/memory-registry.ts';
import { meterCapacity } from '../../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { causesOf, createHttpApi, type Send } from '../../support/http-api.ts';
import { createImageApi, digest, dockerImage, imageStream, imageStreamTag, pushed } from '../../support/image-api.ts';

let table: TestTable;
let send: Send;
let registry: MemoryRegistry;
let limits: NamespaceLimits;
let name: string;
let count = 0;

const most = (number: number, text = String(number)): Limit => ({ most: BigInt(number), text });
const IMAGES = (requested: number, limit: number) =>
  `requested usage of openshift.io/images exceeds the maximum limit per openshift.io/ImageStream (${requested} > ${limit})`;
const TAGS = (requested: number, limit: number) =>
  `requested usage of openshift.io/image-tags exceeds the maximum limit per openshift.io/ImageStream (${requested} > ${limit})`;

beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.stop());
beforeEach(() => {
  registry = createMemoryRegistry();
  limits = {};
  name = `app${count++}`;
  send = createHttpApi(createImageApi(table, { limits: { readLimits: async () => limits } }), { registry });
});

const push = (tag: string, letter: string) => send('POST', 'imagestreammappings', pushed(name, tag, digest(letter)));
const putTag = (tag: string, spec: object) => send('PUT', `imagestreamtags/${name}:${tag}`, imageStreamTag(`${name}:${tag}`, spec));
const fromImage = (letter: string) => ({ from: { kind: 'ImageStreamImage', name: `${name}@${digest(letter)}` } });
const read = async () => (await send('GET', `imagestreams/${name}`)).body;
const importImages = (...images: readonly string[]) =>
  send('POST', 'imagestreamimports', {
    metadata: { name },
    spec: { import: true, images: images.map((image) => ({ from: { kind: 'DockerImage', name: image }, importPolicy: {} })) },
  });

/** What a refused spec write says; `where` is the field that holds too much. */
function overLimit(where: string, message: string) {
  const cause = { reason: 'FieldValueForbidden', message: `Forbidden: ${message}`, field: where };
  return {
    code: 422,
    body: {
      reason: 'Invalid',
      message: `ImageStream.image.openshift.io "${name}" is invalid: ${where}: Forbidden: ${message}`,
      details: { kind: 'ImageStream', name, causes: [cause] },
    },
  };
}

/** What a refused status write, and so a mapping, says. */
function overLimitOfStatus(message: string) {
  const why = `Forbidden: ImageStream.image.openshift.io "${name}" is forbidden: ${message}`;
  const causes = [{ reason: 'FieldValueForbidden', message: why, field: 'imageStream' }];
  return { code: 422, body: { message: `ImageStream.image.openshift.io "${name}" is invalid: imageStream: ${why}`, details: { causes } } };
}

describe('openshift.io/image-tags', () => {
  const tags = (...images: readonly string[]) => images.map((image, index) => ({ name: `t${index}`, ...dockerImage(image) }));

  it('counts distinct sources of a new stream', async () => {
    limits = { imageTags: most(2) };
    expect(await send('POST', 'imagestreams', imageStream(name, tags('a/b:1', 'a/b:2', 'a/b:3')))).toMatchObject(
      overLimit('spec.tags', TAGS(3, 2)),
    );
    expect((await send('POST', 'imagestreams', imageStream(name, tags('a/b:1', 'docker.io/a/b:1', 'a/b:2')))).code).toBe(201);
  });

  it('counts tags that were not loaded', async () => {
    await send('POST', 'imagestreams', imageStream(name, tags('a/b:1', 'a/b:2')));
    limits = { imageTags: most(2) };
    expect(await putTag('new', dockerImage('a/b:3'))).toMatchObject(overLimit('spec.tags', TAGS(3, 2)));
    expect((await putTag('new', dockerImage('a/b:2'))).code).toBe(201);
    // One goes, another comes.
    expect((await putTag('t0', dockerImage('a/b:3'))).code).toBe(200);
  });

  it('lets a full stream shrink, and change what is not counted', async () => {
    await send('POST', 'imagestreams', imageStream(name, tags('a/b:1', 'a/b:2', 'a/b:3')));
    limits = { imageTags: most(1) };
    const stream = await read();
    const labelled = { ...stream, metadata: { ...stream.metadata, labels: { a: 'b' } } };
    expect((await send('PUT', `imagestreams/${name}`, labelled)).code).toBe(200);
    expect((await send('DELETE', `imagestreamtags/${name}:t0`)).code).toBe(200);
    expect(await putTag('t1', dockerImage('a/b:9'))).toMatchObject(overLimit('spec.tags', TAGS(2, 1)));
  });

  it('holds for image tags and imports alike', async () => {
    await send('POST', 'imagestreams', imageStream(name, tags('a/b:1')));
    limits = { imageTags: most(1) };
    const itag = { metadata: { name: `${name}:new` }, spec: { name: 'new', ...dockerImage('a/b:2') } };
    expect(await send('POST', 'imagetags', itag)).toMatchObject(overLimit('spec.tags', TAGS(2, 1)));
    registry.pushImage('quay.io/x/y:1');
    expect(await importImages('quay.io/x/y:1')).toMatchObject(overLimit('spec.tags', TAGS(2, 1)));
  });
});

describe('openshift.io/images', () => {
  beforeEach(async () => {
    await send('POST', 'imagestreams', imageStream(name));
    await push('latest', 'a');
    await push('latest', 'b');
  });

  it('counts the whole history, and retags and rollbacks are free', async () => {
    limits = { images: most(2) };
    expect(await push('latest', 'c')).toMatchObject(overLimitOfStatus(IMAGES(3, 2)));
    expect((await push('other', 'a')).code).toBe(201);
    expect((await putTag('live', fromImage('a'))).code).toBe(201);
    limits = { images: most(1) };
    expect((await putTag('live', fromImage('b'))).code).toBe(200);
  });

  it('counts what comes from another stream', async () => {
    const other = `${name}-other`;
    await send('POST', 'imagestreams', imageStream(other));
    await send('POST', 'imagestreammappings', pushed(other, 'latest', digest('d')));
    limits = { images: most(2) };
    const from = { from: { kind: 'ImageStreamTag', name: `${other}:latest` } };
    expect(await putTag('copy', from)).toMatchObject(overLimit('status.tags', IMAGES(3, 2)));
    limits = { images: most(3) };
    expect((await putTag('copy', from)).code).toBe(201);
  });

  it('tells both limits at once', async () => {
    limits = { images: most(0), imageTags: most(0) };
    const reference = { ...dockerImage('a/b:1'), reference: true };
    const other = `${name}-both`;
    await send('POST', 'imagestreammappings', pushed(name, 'x', digest('a')));
    const from = { kind: 'ImageStreamTag', name: `${name}:latest` };
    const wanted = imageStream(other, [
      { name: 'a', from },
      { name: 'r', ...reference },
    ]);
    expect(causesOf(await send('POST', 'imagestreams', wanted))).toEqual([
      422,
      'ImageStream',
      `status.tags: Forbidden: ${IMAGES(1, 0)}`,
      `spec.tags: Forbidden: ${TAGS(2, 0)}`,
    ]);
  });

  it('holds for writes of the status, where one image may take the place of another', async () => {
    const stream = await read();
    const [tag] = stream.status.tags ?? [];
    const items = tag?.items ?? [];
    const item = (letter: string) => ({ ...items[0], image: digest(letter), dockerImageReference: `quay.io/x/y@${digest(letter)}` });
    const withItems = (...events: readonly object[]) => ({ ...stream, status: { ...stream.status, tags: [{ ...tag, items: events }] } });
    limits = { images: most(2) };
    expect(await send('PUT', `imagestreams/${name}/status`, withItems(item('c'), ...items))).toMatchObject(overLimitOfStatus(IMAGES(3, 2)));
    expect((await send('PUT', `imagestreams/${name}/status`, withItems(item('c'), ...items.slice(0, 1)))).code).toBe(200);
  });

  it('fails an import as a whole, and new tags tell why', async () => {
    registry.pushImage('quay.io/x/y:1');
    registry.pushImage('quay.io/x/y:latest');
    limits = { images: most(3) };
    const refused = await importImages('quay.io/x/y:1', 'quay.io/x/y:latest', 'quay.io/x/y:gone');
    expect(refused).toMatchObject(overLimit('status.tags', IMAGES(4, 3)));
    const { spec, status } = await read();
    const told = { type: 'ImportSuccess', status: 'False', reason: 'Invalid', message: refused.body.message };
    expect(status.tags).toMatchObject([
      { tag: '1', items: null, conditions: [told] },
      { tag: 'gone', items: null, conditions: [told] },
      { tag: 'latest', items: [{ image: digest('b') }, { image: digest('a') }] },
    ]);
    expect(status.tags?.[2]?.conditions).toBeUndefined();
    expect(spec.tags).toBeUndefined();
    limits = {};
    expect((await importImages('quay.io/x/y:1')).code).toBe(201);
    expect((await read()).status.tags?.[0]?.conditions).toBeUndefined();
  });

  it('fails an import that would create the stream, and creates none', async () => {
    registry.pushImage('quay.io/x/y:1');
    limits = { images: most(0) };
    name = `${name}-none`;
    expect(await importImages('quay.io/x/y:1')).toMatchObject(overLimit('status.tags', IMAGES(1, 0)));
    expect((await send('GET', `imagestreams/${name}`)).code).toBe(404);
  });

  it('takes no image for a known one because its name begins like one', async () => {
    limits = { images: most(2) };
    const { image, ...mapping } = pushed(name, 'short', digest('a'));
    const short = digest('a').slice(0, 50);
    const answer = await send('POST', 'imagestreammappings', {
      ...mapping,
      image: { ...image, metadata: { name: short }, dockerImageReference: 'registry.example.com/x:1' },
    });
    expect(answer).toMatchObject(overLimitOfStatus(IMAGES(3, 2)));
  });

  it('is shown as upstream writes numbers', async () => {
    limits = { images: most(1, '1k') };
    expect((await push('latest', 'c')).body.message).toContain('(3 > 1k)');
  });
});

describe('storage of openshift.io/Image', () => {
  beforeEach(() => send('POST', 'imagestreams', imageStream(name)));

  it('refuses a mapping of a larger image, before anything is stored', async () => {
    limits = { imageSize: most(6) };
    expect(await push('latest', 'e')).toMatchObject({
      code: 403,
      body: {
        reason: 'Forbidden',
        message: `imagestreammappings.image.openshift.io "${name}" is forbidden: requested usage of storage exceeds the maximum limit per openshift.io/Image (7 > 6)`,
      },
    });
    expect((await read()).status.tags).toBeUndefined();
    limits = { imageSize: most(7) };
    expect((await push('latest', 'e')).code).toBe(201);
  });

  it.each([['text'], [null], [-1], [6.5], [1e300]])('takes a size of %j, which is none, for none', async (Size) => {
    limits = { imageSize: most(6) };
    const mapping = pushed(name, 'odd', digest('e'));
    const image = {
      ...mapping.image,
      metadata: { name: digest('f') },
      dockerImageMetadata: { ...mapping.image.dockerImageMetadata, Size },
    };
    const dockerImageReference = `registry.example.com/x@${digest('f')}`;
    expect((await send('POST', 'imagestreammappings', { ...mapping, image: { ...image, dockerImageReference } })).code).toBe(201);
  });

  it('does not concern imports', async () => {
    registry.pushImage('quay.io/x/y:1');
    limits = { imageSize: most(0) };
    expect((await importImages('quay.io/x/y:1')).code).toBe(201);
  });
});

describe('what limits cost', () => {
  const retag = async (limited: NamespaceLimits) => {
    const client = table.connect();
    const meters = meterCapacity(client);
    limits = limited;
    const metered = createHttpApi(createImageApi({ ...table, client }, { limits: { readLimits: async () => limits } }));
    const spec = imageStreamTag(`${name}:live`, fromImage('a'));
    expect((await metered('PUT', `imagestreamtags/${name}:live`, spec)).code).toBe(200);
    return meters;
  };

  it('a retag to a known image stays at 6 write units and reads one member more, however many there are', async () => {
    await send('POST', 'imagestreams', imageStream(name));
    for (const letter of 'abcdef0123456789') await push('latest', letter);
    for (const letter of 'bab') await putTag('live', fromImage(letter)); // a history to look into
    const without = await retag({});
    await putTag('live', fromImage('b'));
    const limited = await retag({ images: most(1) });
    expect([without.writes.units, limited.writes.units]).toEqual([6, 6]);
    expect(limited.reads.units - without.reads.units).toBe(1);
  });
});
