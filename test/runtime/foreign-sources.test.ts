/** Tags and triggers that would point into a namespace their writer may not pull from, by roles as they are stored and functions as they are deployed. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { HttpAnswer, Send } from '../support/http-chain.ts';
import { type HttpFunctions, loadHttpFunctions } from '../support/http-functions.ts';
import { digest, pushed } from '../support/image-api.ts';

const IMAGE = '/apis/image.openshift.io/v1/namespaces';
const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces';
const MINE = `${IMAGE}/mine`;
const TRIGGERS = '/apis/delivery.image-streams.io/v1/namespaces/mine/imagetriggers';
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const MERGE = { 'content-type': 'application/merge-patch+json' };

let http: HttpFunctions;
let editor: Send;
let count = 0;

beforeAll(async () => {
  http = await loadHttpFunctions();
  for (const name of ['mine', 'theirs']) await create('/api/v1/namespaces', { metadata: { name } });
  await create(`${IMAGE}/theirs/imagestreams`, { metadata: { name: 'app' } });
  await create(`${IMAGE}/theirs/imagestreammappings`, {
    ...pushed('app', 'v1', digest('a')),
    metadata: { name: 'app', namespace: 'theirs' },
  });
});
afterAll(() => http.stop());
beforeEach(async () => {
  count += 1;
  // Another one for each test: a right that was taken away works for some seconds more.
  editor = http.as(`editor-${stream()}`);
  await create(`${RBAC}/mine/rolebindings`, binding('edit'));
  await create(`${MINE}/imagestreams`, { metadata: { name: stream() } });
});

const stream = () => `s${count}`;
const binding = (role: string) => ({
  metadata: { name: `${role}-${stream()}` },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: [{ kind: 'User', name: `editor-${stream()}` }],
});

async function create(path: string, body: object): Promise<void> {
  expect(await http.send('POST', path, { body })).toMatchObject({ code: 201 });
}

type From = { readonly kind: string; readonly namespace: string; readonly name: string };
const named = (kind: string, name: string) => ({ apiVersion: 'image.openshift.io/v1', kind, metadata: { name } });
const tagOf = (from: From) => ({ ...named('ImageStreamTag', `${stream()}:t`), tag: { from } });
const imageTagOf = (from: From) => ({ ...named('ImageTag', `${stream()}:t`), spec: { name: 't', from } });
const streamOf = (from: From, name = stream()) => ({ ...named('ImageStream', name), spec: { tags: [{ name: 't', from }] } });
const triggerOf = ({ kind, namespace, name }: From) => ({
  apiVersion: 'delivery.image-streams.io/v1',
  kind: 'ImageTrigger',
  metadata: { name: stream() },
  spec: { images: [{ from: { kind, namespace, name } }], target: { webhook: { url: 'https://hooks.example.com/' } } },
});

const PATHS: readonly (readonly [string, (from: From) => Promise<HttpAnswer>])[] = [
  ['POST imagestreamtags', (from) => editor('POST', `${MINE}/imagestreamtags`, { body: tagOf(from) })],
  ['PUT imagestreamtags', (from) => editor('PUT', `${MINE}/imagestreamtags/${stream()}:t`, { body: tagOf(from) })],
  [
    'PATCH imagestreamtags',
    (from) => editor('PATCH', `${MINE}/imagestreamtags/${stream()}:t`, { body: { tag: tagOf(from).tag }, headers: MERGE }),
  ],
  ['POST imagetags', (from) => editor('POST', `${MINE}/imagetags`, { body: imageTagOf(from) })],
  [
    'PATCH imagetags',
    (from) => editor('PATCH', `${MINE}/imagetags/${stream()}:t`, { body: { spec: imageTagOf(from).spec }, headers: MERGE }),
  ],
  ['POST imagestreams', (from) => editor('POST', `${MINE}/imagestreams`, { body: streamOf(from, `${stream()}-new`) })],
  [
    'PUT imagestreams',
    async (from) => {
      const { body } = await editor('GET', `${MINE}/imagestreams/${stream()}`);
      return editor('PUT', `${MINE}/imagestreams/${stream()}`, { body: { ...(body as object), spec: streamOf(from).spec } });
    },
  ],
  [
    'PATCH imagestreams',
    (from) => editor('PATCH', `${MINE}/imagestreams/${stream()}`, { body: { spec: streamOf(from).spec }, headers: MERGE }),
  ],
  [
    'apply imagestreams',
    (from) => editor('PATCH', `${MINE}/imagestreams/${stream()}?fieldManager=x`, { body: JSON.stringify(streamOf(from)), headers: APPLY }),
  ],
  ['POST imagetriggers', (from) => editor('POST', TRIGGERS, { body: triggerOf(from) })],
];

const there: From = { kind: 'ImageStreamTag', namespace: 'theirs', name: 'app:v1' };

it.each(PATHS)('%s tells nothing of it, and works once one may pull', async (what, send) => {
  const refused = await send(there);
  expect(refused).toMatchObject({ code: 422, body: { details: { causes: [{ reason: 'FieldValueForbidden' }] } } });
  // A tag, a stream and a namespace that are not there look the same but for their names.
  const hide = ({ code, body }: HttpAnswer, ...names: readonly string[]) =>
    names.reduce((text, name) => text.replaceAll(name, 'X'), JSON.stringify([code, body]));
  const noTag = await send({ ...there, name: 'app:none' });
  expect(hide(noTag, 'app:none')).toBe(hide(refused, 'app:v1'));
  const noStream = await send({ ...there, name: 'none:v1' });
  expect(hide(noStream, 'none')).toBe(hide(refused, 'app'));
  const nowhere = await send({ ...there, namespace: 'nowhere' });
  expect(hide(nowhere, 'nowhere')).toBe(hide(refused, 'theirs'));
  if (what !== 'POST imagetriggers') {
    const byDigest = { ...there, kind: 'ImageStreamImage', name: `app@${digest('a')}` };
    expect((await send(byDigest)).code).toBe(422);
  }
  await create(`${RBAC}/theirs/rolebindings`, binding('system:image-puller'));
  expect((await send(there)).code).toBeLessThan(300);
});
