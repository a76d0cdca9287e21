/** Every way to tag from another namespace, by somebody who may pull there or not, over real roles and bindings. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRbacAuthorizer } from '../../../functions/access/policy/rbac-authorizer.ts';
import { user } from '../../../functions/rbac/default-policy.ts';
import { createMappingHandlers } from '../../../functions/resources/imagestreammappings/handlers.ts';
import { createStreamHandlers } from '../../../functions/resources/imagestreams/handlers.ts';
import { clusterRole, memoryPolicy } from '../../access/memory-policy.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createHttpApi } from '../../support/http-api.ts';
import { createImageApi, digest, imageStream, pushed, request } from '../../support/image-api.ts';

const IMAGE = 'image.openshift.io/v1';
const THERE = digest('a');

let table: TestTable;

beforeAll(async () => {
  table = await startTestTable();
  const api = createImageApi(table);
  await api.namespaces.createNamespace({ name: 'other', labels: {}, annotations: {} }, Date.now());
  const info = { ...request().info, namespace: 'other' };
  await createStreamHandlers(api).create?.({ ...request(), info }, imageStream('app'));
  await createMappingHandlers(api).create?.({ ...request(), info }, pushed('app', 'v1', THERE));
});
afterAll(() => table.stop());

/** Alice may do everything in `default`; what she may elsewhere, the policy says. */
function setUp() {
  const policy = memoryPolicy();
  const authorizer = createRbacAuthorizer({ reader: policy.reader, clock: () => 0 });
  return { policy, send: createHttpApi(createImageApi(table, { authorizer })) };
}

const fromTag = { kind: 'ImageStreamTag', namespace: 'other', name: 'app:v1' };
const fromImage = { kind: 'ImageStreamImage', namespace: 'other', name: `app@${THERE}` };
const stream = (name: string, from: object) => ({
  kind: 'ImageStream',
  apiVersion: IMAGE,
  metadata: { name },
  spec: { tags: [{ name: 'v1', from }] },
});
const istag = (name: string, from: object) => ({
  kind: 'ImageStreamTag',
  apiVersion: IMAGE,
  metadata: { name: `${name}:v1` },
  tag: { from },
});
const itag = (name: string, from: object) => ({
  kind: 'ImageTag',
  apiVersion: IMAGE,
  metadata: { name: `${name}:v1` },
  spec: { name: 'v1', from },
});

const WAYS: readonly (readonly [string, string, string, (name: string) => string, (name: string, from: object) => object])[] = [
  ['a new stream', 'create', 'POST', () => 'imagestreams', stream],
  [
    'a stream that is patched',
    'update',
    'PATCH',
    (name) => `imagestreams/${name}`,
    (_, from) => ({ spec: { tags: [{ name: 'v1', from }] } }),
  ],
  ['a new tag', 'create', 'POST', () => 'imagestreamtags', istag],
  ['a tag that is put', 'create', 'PUT', (name) => `imagestreamtags/${name}:v1`, istag],
  ['a tag that is patched', 'update', 'PATCH', (name) => `imagestreamtags/${name}:v1`, (_, from) => ({ tag: { from } })],
  ['a new image tag', 'create', 'POST', () => 'imagetags', itag],
  ['an image tag that is patched', 'update', 'PATCH', (name) => `imagetags/${name}:v1`, (_, from) => ({ spec: { from } })],
];

describe.each([
  ['a tag', fromTag],
  ['an image', fromImage],
])('from %s of another namespace', (what, from) => {
  it.each(WAYS)('%s', async (way, kind, method, path, body) => {
    const name = `${what}-${way}`.replaceAll(' ', '-');
    const { policy, send } = setUp();
    const exists = kind === 'update';
    if (exists)
      expect((await send('POST', 'imagestreams', stream(name, { kind: 'DockerImage', name: 'quay.io/team/app:v1' }))).code).toBe(201);
    const refused = await send(method, path(name), body(name, from));
    expect([refused.code, refused.body.message]).toEqual([422, expect.stringContaining('spec.tags[v1].from: Forbidden: other/app')]);
    // Neither reading nor changing streams there is pulling.
    policy.bind('other', clusterRole('system:deployer'), user('alice'));
    policy.bind('default', clusterRole('admin'), user('alice'));
    policy.bind('', clusterRole('basic-user'), user('alice'));
    expect((await send(method, path(name), body(name, from))).code).toBe(422);
    expect(policy.reads).toContain('bindings other');
    policy.bind('other', clusterRole('system:image-puller'), user('alice'));
    const allowed = await send(method, path(name), body(name, from));
    expect(allowed.code).toBe(exists ? 200 : 201);
    const tagged = await send('GET', `imagestreams/${name}`);
    expect(tagged.body.status.tags?.[0]?.items?.[0]?.image).toBe(THERE);
  });
});

it('what is tagged stays when the right to pull goes, and is not asked for again', async () => {
  const { policy, send } = setUp();
  const unbind = policy.bind('other', clusterRole('system:image-puller'), user('alice'));
  expect((await send('POST', 'imagestreams', stream('kept', fromTag))).code).toBe(201);
  unbind();
  policy.reads.length = 0;
  const relabelled = await send('PATCH', 'imagestreams/kept', { metadata: { labels: { a: 'b' } } });
  expect([relabelled.code, policy.reads]).toEqual([200, []]);
});
