/** Server-side apply of image streams and their tags through the pipeline, over the embedded DynamoDB. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStream } from '../../../functions/image/types.ts';
import type { ManagedFieldsEntry } from '../../../functions/kubernetes/types.ts';
import { createStreamHandlers, createStreamStatusHandlers } from '../../../functions/resources/imagestreams/handlers.ts';
import { createTagHandlers } from '../../../functions/resources/imagestreamtags/handlers.ts';
import { createImageTagHandlers } from '../../../functions/resources/imagetags/handlers.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi } from '../../support/image-api.ts';
import { sender } from '../plain-store.ts';

const API = '/apis/image.openshift.io/v1/namespaces/default';
const APPLY = 'application/apply-patch+yaml';

let table: TestTable;
let streams: ReturnType<typeof sender>;
let status: ReturnType<typeof sender>;
let tags: ReturnType<typeof sender>;
let imageTags: ReturnType<typeof sender>;

beforeAll(async () => {
  table = await startTestTable();
  const api = createImageApi(table);
  streams = sender('image.openshift.io/v1/imagestreams', createStreamHandlers(api));
  status = sender('image.openshift.io/v1/imagestreams/status', createStreamStatusHandlers(api));
  tags = sender('image.openshift.io/v1/imagestreamtags', createTagHandlers(api));
  imageTags = sender('image.openshift.io/v1/imagetags', createImageTagHandlers(api));
});
afterAll(() => table.stop());

const from = (name: string) => ({ from: { kind: 'DockerImage', name }, reference: true });

function stream(name: string, images: Readonly<Record<string, string>>, labels?: Record<string, string>) {
  const list = Object.entries(images).map(([tag, image]) => ({ name: tag, ...from(image) }));
  const metadata = { name, ...(labels === undefined ? {} : { labels }) };
  return { apiVersion: 'image.openshift.io/v1', kind: 'ImageStream', metadata, spec: { tags: list } };
}

function streamTag(name: string, tag: object) {
  return { apiVersion: 'image.openshift.io/v1', kind: 'ImageStreamTag', metadata: { name }, tag };
}

function apply(object: { metadata: { name: string } }, manager: string, query = '') {
  return streams('PATCH', `${API}/imagestreams/${object.metadata.name}?fieldManager=${manager}${query}`, object, APPLY);
}

function applyTag(object: { metadata: { name: string; annotations?: object } }, manager: string, query = '') {
  return tags('PATCH', `${API}/imagestreamtags/${object.metadata.name}?fieldManager=${manager}${query}`, object, APPLY);
}

const read = async (name: string) => (await streams('GET', `${API}/imagestreams/${name}`)).body as ImageStream;

/** `manager operation` of everybody who owns a field of the tag, by field. */
async function ownersOf(name: string, tag: string): Promise<Record<string, string[]>> {
  const owners: Record<string, string[]> = {};
  const { metadata } = await read(name);
  for (const { manager, operation, fieldsV1 } of metadata.managedFields ?? []) {
    const fields = fieldsV1['f:spec']?.['f:tags']?.[`k:{"name":"${tag}"}`] ?? {};
    for (const field of Object.keys(fields)) (owners[field] ??= []).push(`${manager} ${operation}`);
  }
  return owners;
}

describe('applying an image stream', () => {
  it('creates it, and does nothing the second time', async () => {
    const first = await apply(stream('new', { a: 'r/x:1' }, { l: '1' }), 'flux');
    expect(first.code).toBe(201);
    expect(first.body.metadata.managedFields).toEqual([
      {
        manager: 'flux',
        operation: 'Apply',
        apiVersion: 'image.openshift.io/v1',
        time: '2026-01-02T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:l': {} } },
          'f:spec': { 'f:tags': { 'k:{"name":"a"}': { '.': {}, 'f:from': {}, 'f:name': {}, 'f:reference': {} } } },
        },
      },
    ]);
    expect(Object.keys((first.body as ImageStream).metadata).at(-1)).toBe('managedFields');
    const again = await apply(stream('new', { a: 'r/x:1' }, { l: '1' }), 'flux');
    expect(again).toEqual({ code: 200, body: first.body });
    expect(await read('new')).toEqual(first.body);
  });

  it('is read from YAML, too', async () => {
    const yaml =
      'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: yaml}\nspec:\n  tags:\n  - {name: a, reference: true, from: {kind: DockerImage, name: "r/x:1"}}\n';
    const { code, body } = await streams('PATCH', `${API}/imagestreams/yaml?fieldManager=flux`, Buffer.from(yaml), APPLY);
    expect([code, body.spec.tags[0].from.name]).toEqual([201, 'r/x:1']);
  });

  it('is refused where others own what would change, and takes it by force', async () => {
    await apply(stream('contested', { a: 'r/x:1', b: 'r/x:1' }), 'flux');
    const refused = await apply(stream('contested', { a: 'r/x:2' }), 'argo');
    expect(refused.code).toBe(409);
    expect(refused.body).toMatchObject({
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "flux": .spec.tags[name="a"].from',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "flux"', field: '.spec.tags[name="a"].from' }] },
    });
    expect((await apply(stream('contested', { a: 'r/x:2' }), 'argo', '&force=true')).code).toBe(200);
    expect(await ownersOf('contested', 'a')).toMatchObject({ 'f:from': ['argo Apply'], '.': ['argo Apply', 'flux Apply'] });
    // What flux stops to apply stays as long as argo wants it; what nobody wants goes.
    const { body } = await apply(stream('contested', {}), 'flux');
    expect((body as ImageStream).spec.tags?.map(({ name }) => name)).toEqual(['a']);
    expect((await apply(stream('contested', {}), 'argo')).body.spec.tags).toBeUndefined();
  });

  it('keeps to dry runs', async () => {
    expect((await apply(stream('dry', { a: 'r/x:1' }), 'flux', '&dryRun=All')).code).toBe(201);
    expect((await streams('GET', `${API}/imagestreams/dry`)).code).toBe(404);
  });

  it.each([
    ['?force=true', {}, 422, 'fieldManager: Required value: is required for apply patch'],
    ['?fieldManager=a%07b', {}, 422, 'invalid character U+0007'],
    ['?fieldManager=f', { kind: 'Image' }, 400, 'invalid object type: image.openshift.io/v1, Kind=Image'],
    ['?fieldManager=f', { apiVersion: undefined }, 400, 'invalid object type: , Kind=ImageStream'],
    ['?fieldManager=f', { metadata: { name: 'x', managedFields: [] } }, 400, 'metadata.managedFields must be nil'],
    ['?fieldManager=f', { metadata: { name: 'y' } }, 400, 'does not match the name on the URL'],
    ['?fieldManager=f', { metadata: { name: 'x', uid: 'u' } }, 409, 'uid mismatch: the provided object specified uid u'],
    [
      '?fieldManager=f',
      { spec: { tagz: 1 } },
      400,
      'failed to create typed patch object (default/x; image.openshift.io/v1, Kind=ImageStream): .spec.tagz: field not declared in schema',
    ],
    ['?fieldManager=f', { spec: { tags: [{ name: 'a' }, { name: 'a' }] } }, 400, '.spec.tags: duplicate entries for key [name="a"]'],
    ['?fieldManager=f', { spec: { tags: [{}] } }, 400, 'element 0: associative list with keys has an element that omits key field "name"'],
    ['?fieldManager=f', { spec: { tags: 'a' } }, 400, 'json: cannot unmarshal string'],
  ])('%s %j is %i', async (query, over, code, message) => {
    const answer = await streams('PATCH', `${API}/imagestreams/x${query}`, { ...stream('x', {}), ...over }, APPLY);
    expect(answer.code).toBe(code);
    expect(answer.body.message).toContain(message);
  });

  it.each([
    ['Strict', 400],
    ['Ignore', 201],
  ])('takes members named twice with fieldValidation=%s: %i', async (directive, code) => {
    const text = `{"apiVersion":"image.openshift.io/v1","kind":"ImageStream","kind":"ImageStream","metadata":{"name":"twice"}}`;
    const url = `${API}/imagestreams/twice?fieldManager=f&fieldValidation=${directive}`;
    expect((await streams('PATCH', url, Buffer.from(text), APPLY)).code).toBe(code);
  });

  it('is not for subresources, and force not for other patches', async () => {
    await apply(stream('sub', {}), 'flux');
    expect((await status('PATCH', `${API}/imagestreams/sub/status?fieldManager=f`, stream('sub', {}), APPLY)).code).toBe(415);
    const merge = 'application/merge-patch+json';
    expect((await streams('PATCH', `${API}/imagestreams/sub?force=true`, {}, merge)).code).toBe(422);
  });

  it('honours a resourceVersion', async () => {
    const { body } = await apply(stream('versioned', { a: 'r/x:1' }), 'flux');
    const stale = { ...stream('versioned', { a: 'r/x:2' }), metadata: { name: 'versioned', resourceVersion: '1' } };
    expect((await apply(stale, 'flux')).code).toBe(409);
    const fresh = { ...stale, metadata: { name: 'versioned', resourceVersion: body.metadata.resourceVersion } };
    expect((await apply(fresh, 'flux')).code).toBe(200);
  });
});

describe('other writes', () => {
  it('own what they set', async () => {
    await streams('POST', `${API}/imagestreams?fieldManager=kubectl-create`, stream('made', { a: 'r/x:1' }));
    expect(await ownersOf('made', 'a')).toMatchObject({ 'f:from': ['kubectl-create Update'], 'f:importPolicy': ['kubectl-create Update'] });
    const change = { metadata: { labels: { l: '1' } }, spec: { tags: [{ name: 'a', ...from('r/x:2') }] } };
    const strategic = 'application/strategic-merge-patch+json';
    await streams('PATCH', `${API}/imagestreams/made`, change, strategic, { 'user-agent': 'oc/4.13 (linux)' });
    expect(await ownersOf('made', 'a')).toMatchObject({ 'f:from': ['oc Update'], 'f:name': ['kubectl-create Update'] });
    expect((await apply(stream('made', { a: 'r/x:3' }), 'flux')).body.message).toBe(
      'Apply failed with 1 conflict: conflict with "oc" using image.openshift.io/v1: .spec.tags[name="a"].from',
    );
  });

  it('of what was there write nothing', async () => {
    const { body } = await streams('POST', `${API}/imagestreams?fieldManager=a`, stream('same', { a: 'r/x:1' }, { l: '1' }));
    expect((await streams('PUT', `${API}/imagestreams/same?fieldManager=b`, body)).body).toEqual(body);
    const bare = { ...stream('same', { a: 'r/x:1' }, { l: '1' }), metadata: { ...body.metadata, managedFields: undefined } };
    expect((await streams('PUT', `${API}/imagestreams/same?fieldManager=b`, bare)).body).toEqual(body);
  });

  it.each([
    [null, 1],
    [[{ manager: 'x' }], 1],
    [[{}], 0],
    [[], 0],
  ])('that send managedFields %j leave %i managers', async (managedFields, count) => {
    const name = `reset-${count}-${JSON.stringify(managedFields).length}`;
    const { body } = await streams('POST', `${API}/imagestreams?fieldManager=a`, stream(name, { a: 'r/x:1' }));
    const { code } = await streams('PUT', `${API}/imagestreams/${name}`, { ...body, metadata: { ...body.metadata, managedFields } });
    expect(code).toBe(200);
    expect((await read(name)).metadata.managedFields ?? []).toHaveLength(count);
  });

  it('may hand fields from one manager to another, as kubectl does when it begins to apply server-side', async () => {
    const { body } = await streams('POST', `${API}/imagestreams?fieldManager=kubectl-client-side-apply`, stream('handed', { a: 'r/x:1' }));
    const value = (body.metadata.managedFields as readonly ManagedFieldsEntry[]).map((entry) => ({
      ...entry,
      manager: 'kubectl',
      operation: 'Apply',
    }));
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value },
      { op: 'replace', path: '/metadata/resourceVersion', value: body.metadata.resourceVersion },
    ];
    expect((await streams('PATCH', `${API}/imagestreams/handed`, patch, 'application/json-patch+json')).code).toBe(200);
    expect(await ownersOf('handed', 'a')).toMatchObject({ '.': ['kubectl Apply'], 'f:from': ['kubectl Apply'] });
    expect((await apply(stream('handed', {}), 'kubectl')).body.spec.tags).toBeUndefined();
  });

  it('through the status keep the owners of the spec, and a status that changes nothing writes nothing', async () => {
    const created = await streams('POST', `${API}/imagestreams?fieldManager=m`, {
      ...stream('trimmed', {}),
      spec: { lookupPolicy: { local: true } },
    });
    const again = await status('PUT', `${API}/imagestreams/trimmed/status?fieldManager=p`, created.body);
    expect(again.body.metadata).toEqual(created.body.metadata);
  });

  it('through the status own labels under its name', async () => {
    const { body } = await streams('POST', `${API}/imagestreams?fieldManager=a`, stream('pruned', { a: 'r/x:1' }));
    const labelled = { ...body, metadata: { ...body.metadata, labels: { l: '1' } }, spec: { lookupPolicy: { local: false } } };
    await status('PUT', `${API}/imagestreams/pruned/status?fieldManager=p`, labelled);
    const { metadata } = await read('pruned');
    expect(metadata.managedFields).toHaveLength(2);
    expect(metadata.managedFields).toContainEqual(
      expect.objectContaining({ manager: 'p', subresource: 'status', fieldsV1: { 'f:metadata': { 'f:labels': { 'f:l': {} } } } }),
    );
  });
});

describe('what kubectl once applied by itself', () => {
  it('it takes over, and keeps its annotation true', async () => {
    const first = stream('migrated', { a: 'r/x:1', b: 'r/x:1' });
    const last = 'kubectl.kubernetes.io/last-applied-configuration';
    const annotated = { ...first, metadata: { ...first.metadata, annotations: { [last]: JSON.stringify(first) } } };
    await streams('POST', `${API}/imagestreams?fieldManager=kubectl-client-side-apply`, annotated);
    expect((await apply(stream('migrated', { a: 'r/x:2' }), 'flux')).code).toBe(409);
    const { code, body } = await apply(stream('migrated', { a: 'r/x:2', b: 'r/x:1' }), 'kubectl');
    expect(code).toBe(200);
    expect(JSON.parse((body as ImageStream).metadata.annotations?.[last] ?? '')).toMatchObject({
      spec: { tags: [{ from: { name: 'r/x:2' } }, {}] },
    });
    // What somebody has changed since is not kubectl's any more.
    await tags('PUT', `${API}/imagestreamtags/migrated:b?fieldManager=oc`, streamTag('migrated:b', from('r/x:9')));
    expect((await apply(stream('migrated', { a: 'r/x:2', b: 'r/x:3' }), 'kubectl')).body.message).toContain('conflict with "oc" using');
  });
});

describe('a tag of an applied stream', () => {
  it('belongs to whoever tags it', async () => {
    await apply(stream('tagged', { a: 'r/x:1', b: 'r/x:1' }), 'flux');
    const { body } = await tags('PUT', `${API}/imagestreamtags/tagged:a?fieldManager=oc`, streamTag('tagged:a', from('r/x:2')));
    expect(body.metadata.managedFields).toHaveLength(2);
    expect(await ownersOf('tagged', 'a')).toMatchObject({ '.': ['flux Apply'], 'f:from': ['oc Update'] });
    expect(await ownersOf('tagged', 'b')).toMatchObject({ 'f:from': ['flux Apply'] });
    expect((await apply(stream('tagged', { a: 'r/x:1', b: 'r/x:1' }), 'flux')).body.message).toBe(
      'Apply failed with 1 conflict: conflict with "oc" using image.openshift.io/v1: .spec.tags[name="a"].from',
    );
    const forced = await apply(stream('tagged', { a: 'r/x:1', b: 'r/x:1' }), 'flux', '&force=true');
    expect(forced.body.metadata.managedFields).toHaveLength(1);
  });

  it('of a new name belongs to whoever made it, and goes with its owners', async () => {
    await apply(stream('grown', {}), 'flux');
    await tags('PUT', `${API}/imagestreamtags/grown:c?fieldManager=oc`, streamTag('grown:c', from('r/x:2')));
    expect(await ownersOf('grown', 'c')).toMatchObject({ '.': ['oc Update'], 'f:from': ['oc Update'] });
    await tags('DELETE', `${API}/imagestreamtags/grown:c`);
    expect(await ownersOf('grown', 'c')).toEqual({});
    expect((await apply(stream('grown', { c: 'r/x:3' }), 'flux')).code).toBe(200);
  });

  it('shows its owners under its own fields', async () => {
    await applyTag({ ...streamTag('shown:a', from('r/x:1')), metadata: { name: 'shown:a', annotations: { n: '1' } } }, 'flux');
    const { body } = await imageTags('GET', `${API}/imagetags/shown:a`);
    expect(body.metadata.managedFields[0].fieldsV1['f:spec']).toEqual({
      '.': {},
      'f:annotations': { 'f:n': {} },
      'f:from': {},
      'f:reference': {},
    });
    expect((await read('shown')).metadata.managedFields).toHaveLength(1);
  });
});

describe('applying an image stream tag', () => {
  it('makes tag and stream, and is refused where somebody else tags', async () => {
    const made = await applyTag(streamTag('solo:a', from('r/x:1')), 'flux');
    expect(made.code).toBe(201);
    expect(made.body.metadata.managedFields[0].fieldsV1).toEqual({ 'f:tag': { '.': {}, 'f:from': {}, 'f:reference': {} } });
    expect((await applyTag(streamTag('solo:a', from('r/x:1')), 'flux')).body.metadata).toEqual(made.body.metadata);
    expect((await applyTag(streamTag('solo:a', from('r/x:2')), 'argo')).body.message).toBe(
      'Apply failed with 1 conflict: conflict with "flux": .tag.from',
    );
    expect((await applyTag(streamTag('solo:a', from('r/x:2')), 'argo', '&force=true')).code).toBe(200);
    expect(await ownersOf('solo', 'a')).toMatchObject({ 'f:from': ['argo Apply'], 'f:reference': ['argo Apply', 'flux Apply'] });
  });

  it('adds annotations, and takes them away again', async () => {
    const annotated = (annotations: object) => ({ ...streamTag('noted:a', from('r/x:1')), metadata: { name: 'noted:a', annotations } });
    await applyTag(annotated({ x: '1', y: '1' }), 'flux');
    const { body } = await applyTag(annotated({ y: '1' }), 'flux');
    expect(body.tag.annotations).toEqual({ y: '1' });
  });

  it.each(['application/merge-patch+json', 'application/strategic-merge-patch+json'])('so does %s', async (type) => {
    const name = `patched-${type.length}:a`;
    const { code, body } = await tags('PATCH', `${API}/imagestreamtags/${name}?fieldManager=p`, { tag: from('r/x:1') }, type);
    expect([code, body.metadata.managedFields[0].manager]).toEqual([201, 'p']);
  });
});
