/** Every path that moves a protected tag, by somebody who may do everything but update it. */
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import type { ImageStream } from '../../functions/image/types.ts';
import type { AccessAttributes, Authorizer } from '../../functions/resources/ports.ts';
import { createMemoryRegistry, type MemoryRegistry } from '../importing/fakes/memory-registry.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { createHttpApi, type Send } from '../support/http-api.ts';
import { createImageApi, digest, pushed } from '../support/image-api.ts';

const PROTECTED = { 'image-streams.io/protected-tags': 'prod-*, stable' };
const RUNS = Number(process.env['FC_RUNS'] ?? 25);

let database: TestTable;
let table: TestTable;
let registry: MemoryRegistry;
let admin: Send;
/** Names of tags that alice may update besides. */
let granted: string[];
let asked: AccessAttributes[];
let alice: Send;

beforeAll(async () => {
  database = await startTestTable();
});
afterAll(() => database.stop());
beforeEach(async () => {
  await setUp();
});

async function setUp(): Promise<void> {
  table = { ...database, table: await database.addTable() };
  registry = createMemoryRegistry();
  for (const tag of ['1', '2', 'prod-1']) registry.pushImage(`quay.io/team/app:${tag}`, { tag });
  admin = createHttpApi(createImageApi(table), { registry, user: 'root' });
  granted = [];
  asked = [];
  const authorizer: Authorizer = {
    async authorize(_identity, question) {
      asked.push(question);
      const isTag = question.verb === 'update' && question.resource === 'imagestreamtags';
      return { allowed: !isTag || granted.includes(question.name ?? ''), reason: '' };
    },
  };
  alice = createHttpApi(createImageApi(table, { authorizer }), { registry });
  await admin('POST', 'imagestreams', stream({ annotations: PROTECTED }));
  for (const tag of ['prod-1', 'dev']) await admin('POST', 'imagestreammappings', pushed('app', tag, digest('a')));
  await admin('PUT', 'imagestreamtags/app:stable', istag('stable', { kind: 'ImageStreamTag', name: 'app:dev' }));
  await admin('POST', 'imagestreammappings', pushed('app', 'dev', digest('b')));
}

const stream = (metadata: object = {}, spec: object = {}) => ({ metadata: { name: 'app', ...metadata }, spec });
const istag = (tag: string, from: object, annotations: object | null = null) => ({
  metadata: { name: `app:${tag}`, annotations },
  tag: { from, importPolicy: {}, referencePolicy: { type: 'Source' } },
});
const itag = (tag: string, from: object) => ({ metadata: { name: `app:${tag}` }, spec: { name: tag, ...istag(tag, from).tag } });
const image = (letter: string) => ({ kind: 'ImageStreamImage', name: `app@${digest(letter)}` });
const docker = (tag: string) => ({ kind: 'DockerImage', name: `quay.io/team/app:${tag}` });
const imported = (spec: object) => ({ metadata: { name: 'app' }, spec: { import: true, ...spec } });
const importOf = (from: string, to?: string) =>
  imported({ images: [{ from: docker(from), ...(to === undefined ? {} : { to: { name: to } }) }] });
const read = async (path = 'imagestreams/app') => (await admin('GET', path)).body as unknown as ImageStream;
/** What must not change: spec and histories of the protected tags. */
const kept = async () => {
  const { spec, status, metadata } = await read();
  const isProtected = (name = '') => /^(prod-.*|stable)$/.test(name);
  return {
    annotation: metadata?.annotations?.['image-streams.io/protected-tags'],
    spec: spec?.tags?.filter(({ name }) => isProtected(name)),
    status: status.tags
      ?.filter(({ tag }) => isProtected(tag))
      .map(({ tag, items }) => [tag, items?.map((item) => [item.image, item.dockerImageReference])]),
  };
};
/** The stored stream, changed. */
const edited = async (change: (stream: ImageStream) => object, path = 'imagestreams/app') =>
  ({ ...(await read(path)), ...change(await read(path)) }) as object;

const REFUSED = (name: string) =>
  `imagestreamtags.image.openshift.io "${name}" is forbidden: User "alice" cannot update resource "imagestreamtags" in API group ` +
  `"image.openshift.io" in the namespace "default": the stream's annotation image-streams.io/protected-tags protects ${name.slice(4)}`;

type Request = readonly [method: string, path: string, body?: unknown];

/** What is sent, and the tag or pattern it needs the right for. */
const PATHS: readonly (readonly [path: string, needs: string, request: () => Request | Promise<Request>])[] = [
  ['istag POST', 'prod-2', () => ['POST', 'imagestreamtags', istag('prod-2', image('a'))]],
  ['istag PUT', 'prod-1', () => ['PUT', 'imagestreamtags/app:prod-1', istag('prod-1', image('b'))]],
  ['istag PUT, for a background import', 'prod-1', () => ['PUT', 'imagestreamtags/app:prod-1', istag('prod-1', docker('1'))]],
  ['istag PATCH', 'stable', () => ['PATCH', 'imagestreamtags/app:stable', { tag: { from: image('a') } }]],
  ['istag DELETE', 'prod-1', () => ['DELETE', 'imagestreamtags/app:prod-1']],
  [
    'istag PATCH of a hold',
    'stable',
    () => ['PATCH', 'imagestreamtags/app:stable', { metadata: { annotations: { 'image-streams.io/hold': '' } } }],
  ],
  ['itag POST', 'prod-2', () => ['POST', 'imagetags', itag('prod-2', image('a'))]],
  ['itag PATCH', 'prod-1', () => ['PATCH', 'imagetags/app:prod-1', { spec: itag('prod-1', image('b')).spec }]],
  ['itag PATCH without a spec', 'stable', () => ['PATCH', 'imagetags/app:stable', { spec: null }]],
  ['itag DELETE', 'stable', () => ['DELETE', 'imagetags/app:stable']],
  [
    'stream PUT',
    'stable',
    async () => [
      'PUT',
      'imagestreams/app',
      await edited(({ spec }) => ({ spec: { ...spec, tags: [{ name: 'stable', from: image('a') }] } })),
    ],
  ],
  ['stream PUT that drops a spec tag', 'stable', async () => ['PUT', 'imagestreams/app', await edited(() => ({ spec: {} }))]],
  [
    'stream PATCH',
    'prod-1',
    () => [
      'PATCH',
      'imagestreams/app',
      {
        spec: {
          tags: [
            { name: 'prod-1', from: docker('1') },
            { name: 'stable', from: { kind: 'ImageStreamTag', name: 'app:dev' }, generation: 3 },
          ],
        },
      },
    ],
  ],
  [
    'stream apply',
    'prod-9',
    () => [
      'APPLY',
      'imagestreams/app?fieldManager=test&force=true',
      { ...stream({}, { tags: [{ name: 'prod-9', from: docker('1') }] }), apiVersion: 'image.openshift.io/v1', kind: 'ImageStream' },
    ],
  ],
  [
    'stream PATCH of the repository',
    'prod-*',
    () => ['PATCH', 'imagestreams/app', { spec: { dockerImageRepository: 'quay.io/team/app' } }],
  ],
  [
    'stream PATCH that takes protection away',
    'prod-*',
    () => ['PATCH', 'imagestreams/app', { metadata: { annotations: { 'image-streams.io/protected-tags': 'stable' } } }],
  ],
  ['stream PATCH that removes the annotation', 'prod-*', () => ['PATCH', 'imagestreams/app', { metadata: { annotations: null } }]],
  ['stream DELETE', 'prod-*', () => ['DELETE', 'imagestreams/app']],
  ['streams DELETE', 'prod-*', () => ['DELETE', 'imagestreams']],
  [
    'status PUT',
    'prod-1',
    async () => [
      'PUT',
      'imagestreams/app/status',
      await edited(({ status }) => ({ status: { ...status, tags: status.tags?.filter(({ tag }) => tag !== 'prod-1') } })),
    ],
  ],
  ['status PATCH of the annotation', 'prod-*', () => ['PATCH', 'imagestreams/app/status', { metadata: { annotations: null } }]],
  ['mapping', 'prod-1', () => ['POST', 'imagestreammappings', pushed('app', 'prod-1', digest('c'))]],
  ['mapping to what it follows', 'stable', () => ['POST', 'imagestreammappings', pushed('app', 'dev', digest('c'))]],
  ['istag PUT of what it follows', 'stable', () => ['PUT', 'imagestreamtags/app:dev', istag('dev', image('a'))]],
  ['istag PUT of what it follows, for a background import', 'stable', () => ['PUT', 'imagestreamtags/app:dev', istag('dev', docker('1'))]],
  [
    'istag PUT of what it follows, to follow a tag that waits for one',
    'stable',
    async () => {
      await admin('PUT', 'imagestreamtags/app:next', istag('next', docker('1')));
      return ['PUT', 'imagestreamtags/app:dev', istag('dev', { kind: 'ImageStreamTag', name: 'app:next' })];
    },
  ],
  ['itag PATCH of what it follows', 'stable', () => ['PATCH', 'imagetags/app:dev', { spec: itag('dev', docker('1')).spec }]],
  [
    'stream PUT of what it follows',
    'stable',
    async () => [
      'PUT',
      'imagestreams/app',
      await edited(({ spec }) => ({ spec: { ...spec, tags: [...(spec?.tags ?? []), { name: 'dev', from: docker('1') }] } })),
    ],
  ],
  [
    'istag DELETE of what it follows, and a new one',
    'stable',
    async () => {
      await alice('DELETE', 'imagestreamtags/app:dev');
      return ['POST', 'imagestreamtags', istag('dev', image('a'))];
    },
  ],
  ['import', 'prod-1', () => ['POST', 'imagestreamimports', importOf('1', 'prod-1')]],
  ['import to the tag it comes from', 'prod-1', () => ['POST', 'imagestreamimports', importOf('prod-1')]],
  ['import to what it follows', 'stable', () => ['POST', 'imagestreamimports', importOf('1', 'dev')]],
  [
    'import of the whole repository',
    'prod-1',
    () => ['POST', 'imagestreamimports', imported({ repository: { from: { kind: 'DockerImage', name: 'quay.io/team/app' } } })],
  ],
];

test.each(PATHS)('%s needs the right for %s', async (_path, needs, request) => {
  const before = await kept();
  const sent = await request();
  const dry = await alice(sent[0], `${sent[1]}${sent[1].includes('?') ? '&' : '?'}dryRun=All`, sent[2]);
  const { code, body } = await alice(...sent);
  expect([code, body.message]).toEqual([403, REFUSED(`app:${needs}`)]);
  expect(body).toMatchObject({
    reason: 'Forbidden',
    details: { name: `app:${needs}`, group: 'image.openshift.io', kind: 'imagestreamtags' },
  });
  expect(dry).toEqual({ code, body });
  expect(await kept()).toEqual(before);
  granted = ['app:prod-1', 'app:prod-2', 'app:prod-9', 'app:stable', 'app:prod-*'];
  const since = Number((await read()).metadata.resourceVersion);
  expect((await alice(...(await request()))).code).toBeLessThan(300);
  // Whoever moved a tag is told with it, and with its change event.
  const actors = await actorsSince(since);
  expect([...new Set(actors)]).toEqual(needs === 'prod-*' && !sent[0].startsWith('DELETE') ? [] : ['alice']);
});

/** Of tags and deleted streams written behind the revision. */
async function actorsSince(revision: number): Promise<readonly unknown[]> {
  const { Items: items = [] } = await table.client.send(new ScanCommand({ TableName: table.table }));
  return items
    .map((item) => unmarshall(item))
    .filter((item) => ['tag', 'head'].includes(String(item['entity'])) && Number(item['revision']) > revision)
    .flatMap(({ entity, actor }) => (entity === 'tag' || actor !== undefined ? [actor as unknown] : []));
}

describe('what needs no more than it did', () => {
  test.each<[string, Request]>([
    ['another tag', ['PUT', 'imagestreamtags/app:other', istag('other', image('a'))]],
    ['a copy of a protected tag', ['PUT', 'imagestreamtags/app:copy', istag('copy', { kind: 'ImageStreamTag', name: 'app:prod-1' })]],
    ['the same push again', ['POST', 'imagestreammappings', pushed('app', 'prod-1', digest('a'))]],
    ['a label', ['PATCH', 'imagestreams/app', { metadata: { labels: { a: 'b' } } }]],
    [
      'more protection',
      ['PATCH', 'imagestreams/app', { metadata: { annotations: { 'image-streams.io/protected-tags': '*,stable,prod-*' } } }],
    ],
    [
      'a look at the registry',
      ['POST', 'imagestreamimports', { ...importOf('1', 'prod-1'), spec: { ...importOf('1', 'prod-1').spec, import: false } }],
    ],
    [
      'a stream made with its protection',
      [
        'POST',
        'imagestreams',
        { metadata: { name: 'new', annotations: PROTECTED }, spec: { tags: [{ name: 'stable', from: docker('1') }] } },
      ],
    ],
  ])('%s', async (_what, request) => {
    expect((await alice(...request)).code).toBeLessThan(300);
    expect(asked).toEqual([]);
  });

  it('asks by the names of tags as their URL has them', async () => {
    granted = ['app:prod-1'];
    expect((await alice('PUT', 'imagestreamtags/app:prod-1', istag('prod-1', image('b')))).code).toBeLessThan(300);
    expect(asked).toEqual([
      {
        verb: 'update',
        group: 'image.openshift.io',
        resource: 'imagestreamtags',
        subresource: '',
        namespace: 'default',
        name: 'app:prod-1',
      },
    ]);
  });

  it('lets an image through that waited long enough, whoever writes next', async () => {
    const annotations = { 'image-streams.io/hold': '', 'image-streams.io/hold-until': '2026-01-01T00:00:00Z' };
    let now = Date.parse('2025-12-31T00:00:00Z');
    const early = createHttpApi(createImageApi(table), { registry, now: () => now });
    await early('PUT', 'imagestreamtags/app:prod-1', istag('prod-1', image('a'), annotations));
    await early('POST', 'imagestreammappings', pushed('app', 'prod-1', digest('c')));
    now = Date.now();
    expect((await alice('PATCH', 'imagestreams/app', { metadata: { labels: { a: 'b' } } })).code).toBe(200);
    expect((await read()).status.tags?.find(({ tag }) => tag === 'prod-1')?.items?.[0]?.image).toBe(digest('c'));
  });
});

it('stays as it is whatever is sent without the right', async () => {
  const tag = fc.constantFrom('prod-1', 'stable', 'dev', 'prod-2', 'x');
  const letter = fc.constantFrom('a', 'b', 'c');
  const source = fc.oneof(
    letter.map(image),
    fc.constantFrom('1', '2', 'prod-1').map(docker),
    tag.map((name) => ({ kind: 'ImageStreamTag', name: `app:${name}` })),
  );
  const annotation = fc.constantFrom(null, '', 'stable', 'prod-*', 'prod-*,stable', '*');
  const request = fc.oneof<fc.Arbitrary<Request>[]>(
    fc.tuple(tag, source).map(([name, from]) => ['PUT', `imagestreamtags/app:${name}`, istag(name, from)]),
    fc.tuple(tag, source).map(([name, from]) => ['PATCH', `imagetags/app:${name}`, { spec: itag(name, from).spec }]),
    tag.map((name) => ['DELETE', `imagestreamtags/app:${name}`]),
    fc.tuple(tag, letter).map(([name, pushedImage]) => ['POST', 'imagestreammappings', pushed('app', name, digest(pushedImage))]),
    fc.tuple(fc.constantFrom('1', '2', 'prod-1'), tag).map(([from, to]) => ['POST', 'imagestreamimports', importOf(from, to)]),
    fc.tuple(tag, source).map(([name, from]) => ['PATCH', 'imagestreams/app', { spec: { tags: [{ name, from }] } }]),
    annotation.map((value) => [
      'PATCH',
      'imagestreams/app',
      { metadata: { annotations: value === null ? null : { 'image-streams.io/protected-tags': value } } },
    ]),
    annotation.map((value) => [
      'PATCH',
      'imagestreams/app/status',
      { metadata: { annotations: value === null ? null : { 'image-streams.io/protected-tags': value } } },
    ]),
    letter.map((value) => [
      'PATCH',
      'imagestreams/app/status',
      {
        status: {
          tags: [
            {
              tag: 'prod-1',
              items: [
                { created: '2026-01-01T00:00:00Z', image: digest(value), dockerImageReference: `q/a@${digest(value)}`, generation: 1 },
              ],
            },
          ],
        },
      },
    ]),
    fc.constant<Request>(['PATCH', 'imagestreams/app', { spec: { dockerImageRepository: 'quay.io/team/app' } }]),
    fc.constant<Request>(['DELETE', 'imagestreams/app']),
    fc.constant<Request>(['POST', 'imagestreams', stream()]),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 8 }), async (requests) => {
      await setUp();
      const { spec, status } = await kept();
      for (const sent of requests) await alice(...sent);
      const then = await kept();
      expect({ spec: then.spec, status: then.status }).toEqual({ spec, status });
    }),
    { numRuns: RUNS },
  );
}, 120_000);
