/** The list of allowed registries against every way to write a stream (openshift-semantics.md §6.1 step 3, §9 "Whitelist", §11b.5–6). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ALLOW_ALL, parseAllowedRegistries, type RegistryRule, registryRule } from '../../../functions/image/allowed-registries.ts';
import { createMemoryRegistry, type MemoryRegistry } from '../../importing/fakes/memory-registry.ts';
import { meterCapacity } from '../../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { causesOf, createHttpApi, type Send } from '../../support/http-api.ts';
import { createImageApi, digest, dockerImage, imageStream, imageStreamTag, pushed } from '../../support/image-api.ts';

const QUAY = registryRule(parseAllowedRegistries(['quay.io', 'docker.io:*'], 'registry:5000'));
const LISTED = '"registry:5000", "quay.io:443", "docker.io:*"';

let table: TestTable;
let send: Send;
let registry: MemoryRegistry;
let mayCreate: readonly string[];
let name: string;
let count = 0;

beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.stop());
beforeEach(() => {
  registry = createMemoryRegistry();
  mayCreate = [];
  name = `app${count++}`;
  send = open(QUAY);
});

function open(allowedRegistries: RegistryRule, over: Partial<TestTable> = {}): Send {
  const authorizer = {
    authorize: async (_: unknown, { resource, namespace }: { resource: string; namespace?: string }) => ({
      allowed: namespace === undefined && mayCreate.includes(resource),
      reason: '',
    }),
  };
  return createHttpApi(createImageApi({ ...table, ...over }, { allowedRegistries, authorizer }), { registry });
}

const refusal = (host: string) => `registry "${host}" not allowed by whitelist: ${LISTED}`;
const post = (...tags: readonly object[]) => send('POST', 'imagestreams', imageStream(name, tags));
const putTag = (tag: string, spec: object, over = {}) =>
  send('PUT', `imagestreamtags/${name}:${tag}`, imageStreamTag(`${name}:${tag}`, spec, over));
const importImage = (from: string, more: object = {}, isStored = true) =>
  send('POST', 'imagestreamimports', {
    metadata: { name },
    spec: { import: isStored, images: [{ from: { kind: 'DockerImage', name: from }, importPolicy: {}, ...more }] },
  });

describe('a stream', () => {
  it('is refused with a tag from elsewhere, a reference or not', async () => {
    const reference = { name: 'ref', ...dockerImage('other.io/x:2'), reference: true };
    expect(causesOf(await post({ name: 'v1', ...dockerImage('other.io/x:1') }, reference))).toEqual([
      422,
      'ImageStream',
      `spec.tags[v1].from.name: Forbidden: ${refusal('other.io')}`,
      `spec.tags[ref].from.name: Forbidden: ${refusal('other.io')}`,
      `status.tags[ref].items[0].dockerImageReference: Forbidden: ${refusal('other.io')}`,
    ]);
    expect((await post({ name: 'v1', ...dockerImage('quay.io/x:1') }, { name: 'v2', ...dockerImage('ruby') })).code).toBe(201);
  });

  it('may keep, and use more of, the repositories it had before there was a list', async () => {
    await open(ALLOW_ALL)('POST', 'imagestreams', imageStream(name, [{ name: 'v1', ...dockerImage('other.io/x:1') }]));
    const stream = (await send('GET', `imagestreams/${name}`)).body;
    const withTag = (image: string) => ({
      ...stream,
      spec: { ...stream.spec, tags: [...(stream.spec.tags ?? []), { name: 'v2', ...dockerImage(image) }] },
    });
    expect(causesOf(await send('PUT', `imagestreams/${name}`, withTag('other.io/y:2')))).toEqual([
      422,
      'ImageStream',
      `spec.tags[v2].from.name: Forbidden: ${refusal('other.io')}`,
    ]);
    expect((await send('PUT', `imagestreams/${name}`, withTag('other.io/x:2'))).code).toBe(200);
  });

  it('takes no reference into its status that is not there', async () => {
    await post({ name: 'v1', ...dockerImage('quay.io/x:1') });
    const stream = (await send('GET', `imagestreams/${name}`)).body;
    const items = [{ created: '2026-01-01T00:00:00Z', image: digest('a'), dockerImageReference: 'other.io/x:1', generation: 1 }];
    const wanted = { ...stream, status: { ...stream.status, tags: [{ tag: 'v1', items }] } };
    expect(causesOf(await send('PUT', `imagestreams/${name}/status`, wanted))).toEqual([
      422,
      'ImageStream',
      `status.tags[v1].items[0].dockerImageReference: Forbidden: ${refusal('other.io')}`,
    ]);
  });

  it('takes a copy of a tag only if the image may come from there', async () => {
    const other = `${name}-other`;
    const anywhere = open(ALLOW_ALL);
    await anywhere('POST', 'imagestreams', imageStream(other));
    await anywhere('POST', 'imagestreammappings', pushed(other, 'latest', digest('a')));
    const copy = { from: { kind: 'ImageStreamTag', name: `${other}:latest` } };
    expect(causesOf(await post({ name: 'copy', ...copy }))).toEqual([
      422,
      'ImageStream',
      `status.tags[copy].items[0].dockerImageReference: Forbidden: ${refusal('registry.example.com')}`,
    ]);
  });
});

describe('a tag', () => {
  it('is refused in its own words, and may stay with its repository', async () => {
    expect(causesOf(await putTag('v1', dockerImage('other.io/x:1')))).toEqual([
      422,
      'ImageStreamTag',
      `tag.from.name: Forbidden: ${refusal('other.io')}`,
    ]);
    const created = await send('POST', 'imagestreamtags', imageStreamTag(`${name}:v1`, dockerImage('other.io/x:1')));
    expect(causesOf(created)).toEqual([422, 'ImageStreamTag', `tag.from.name: Forbidden: ${refusal('other.io')}`]);
    await open(ALLOW_ALL)('PUT', `imagestreamtags/${name}:v1`, imageStreamTag(`${name}:v1`, dockerImage('other.io/x:1')));
    expect((await putTag('v1', dockerImage('other.io/x:2'))).code).toBe(200);
    // Another tag of the stream has to ask again.
    expect((await putTag('v2', dockerImage('other.io/x:2'))).code).toBe(422);
  });

  it('may be insecure on port 80, by its policy or its annotation', async () => {
    send = open(registryRule(parseAllowedRegistries(['other.io:80'])));
    expect((await putTag('v1', dockerImage('other.io/x:1'))).code).toBe(422);
    expect((await putTag('v1', { ...dockerImage('other.io/x:1'), importPolicy: { insecure: true } })).code).toBe(201);
    const annotations = { 'openshift.io/image.insecureRepository': 'true' };
    // Upstream, too: the tag's own annotation passes the tag's check, and the stream's check knows only the stream's.
    expect(causesOf(await putTag('v3', dockerImage('other.io/y:1'), { annotations }))).toEqual([
      422,
      'ImageStream',
      'spec.tags[v3].from.name: Forbidden: registry "other.io" not allowed by whitelist: "other.io:80"',
    ]);
    const stream = (await send('GET', `imagestreams/${name}`)).body;
    await send('PUT', `imagestreams/${name}`, { ...stream, metadata: { ...stream.metadata, annotations } });
    expect((await putTag('v3', dockerImage('other.io/y:1'), { annotations })).code).toBe(201);
  });

  it('is refused as imagetag', async () => {
    const itag = { metadata: { name: `${name}:v1` }, spec: { name: 'v1', ...dockerImage('other.io/x:1') } };
    expect(causesOf(await send('POST', 'imagetags', itag))).toEqual([422, 'ImageTag', `spec.from.name: Forbidden: ${refusal('other.io')}`]);
  });

  it('that is allowed costs no more than without a list', async () => {
    await post({ name: 'v1', ...dockerImage('quay.io/x:1') });
    const spent = async (rule: RegistryRule, image: string) => {
      const client = table.connect();
      const meters = meterCapacity(client);
      await open(rule, { client })('PUT', `imagestreamtags/${name}:v1`, imageStreamTag(`${name}:v1`, dockerImage(image)));
      return [meters.reads.units, meters.writes.units];
    };
    expect(await spent(QUAY, 'quay.io/x:2')).toEqual(await spent(ALLOW_ALL, 'quay.io/x:3'));
  });
});

describe('a mapping', () => {
  it('is refused when its image is pulled from elsewhere, unless the stream shows it already', async () => {
    await post();
    const mapping = pushed(name, 'latest', digest('a'));
    expect(causesOf(await send('POST', 'imagestreammappings', mapping))).toEqual([
      422,
      'ImageStream',
      `status.tags[latest].items[0].dockerImageReference: Forbidden: ${refusal('registry.example.com')}`,
    ]);
    await open(ALLOW_ALL)('POST', 'imagestreammappings', mapping);
    expect((await send('POST', 'imagestreammappings', { ...mapping, tag: 'other' })).code).toBe(201);
  });

  it('may name the internal registry', async () => {
    await post();
    const { image, ...mapping } = pushed(name, 'latest', digest('b'));
    const local = { ...image, dockerImageReference: `registry:5000/default/${name}@${digest('b')}` };
    expect((await send('POST', 'imagestreammappings', { ...mapping, image: local })).code).toBe(201);
  });
});

describe('an import', () => {
  it('is refused before anything is asked, by host and port', async () => {
    const answer = await importImage('other.io/x:1');
    expect(causesOf(answer)).toEqual([
      422,
      'ImageStreamImport',
      `spec.images[0].from.name: Forbidden: importing images from registry "other.io:443" is forbidden: ${refusal('other.io:443')}`,
    ]);
    const repository = { from: { kind: 'DockerImage', name: 'other.io/x' }, importPolicy: { insecure: true } };
    const whole = { metadata: { name }, spec: { import: true, repository } };
    expect(causesOf(await send('POST', 'imagestreamimports', whole))).toEqual([
      422,
      'ImageStreamImport',
      `spec.repository.from.name: Forbidden: importing images from registry "other.io:80" is forbidden: ${refusal('other.io:80')}`,
    ]);
    expect(registry.log).toEqual([]);
  });

  it('of an allowed image is none of its business', async () => {
    registry.pushImage('quay.io/x/y:1');
    expect((await importImage('quay.io/x/y:1')).code).toBe(201);
    expect((await importImage('mysql')).code).toBe(201);
  });

  it.each(['images', 'imagestreammapping'])('from anywhere is for those who may create %s, but not into a stream', async (resource) => {
    registry.pushImage('other.io/x/y:1');
    mayCreate = [resource];
    expect(await importImage('other.io/x/y:1', {}, false)).toMatchObject({ code: 201, body: { status: { images: [{ tag: '1' }] } } });
    expect(causesOf(await importImage('other.io/x/y:1'))).toEqual([
      422,
      'ImageStream',
      `spec.tags[1].from.name: Forbidden: ${refusal('other.io')}`,
      `status.tags[1].items[0].dockerImageReference: Forbidden: ${refusal('other.io')}`,
    ]);
    expect((await send('GET', `imagestreams/${name}`)).code).toBe(404);
  });
});
