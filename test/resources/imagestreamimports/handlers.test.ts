import { beforeEach, describe, expect, it } from 'vitest';
import { ALLOW_ALL } from '../../../functions/image/allowed-registries.ts';
import { DEFAULT_PLATFORM } from '../../../functions/image/platform.ts';
import type { StreamState } from '../../../functions/image/stream-state.ts';
import type { ImageStreamImport } from '../../../functions/image/types.ts';
import { ApiError } from '../../../functions/kubernetes/api-error.ts';
import type { RequestContext } from '../../../functions/kubernetes/handlers.ts';
import type { Status } from '../../../functions/kubernetes/types.ts';
import { createImportHandlers } from '../../../functions/resources/imagestreamimports/handlers.ts';
import type { Namespace, NamespaceReader } from '../../../functions/resources/ports.ts';
import { createMemoryRegistry, type MemoryRegistry } from '../../importing/fakes/memory-registry.ts';
import { createMemoryStores, type MemoryStores } from '../../importing/fakes/memory-stores.ts';
import { streamOf, tagOf, withImage } from '../../importing/fakes/streams.ts';
import { EVERYBODY_MAY } from '../../support/everybody-may.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const CHECK = 'openshift.io/image.dockerRepositoryCheck';
let registry: MemoryRegistry;
let stores: MemoryStores;

beforeEach(() => {
  registry = createMemoryRegistry();
  stores = createMemoryStores();
});

const namespaces: NamespaceReader = {
  readNamespace: async (name) => (name === 'ns' ? ({ name } as Namespace) : null),
};

interface Options {
  readonly namespace?: string;
  readonly dryRun?: boolean;
  readonly timeLimit?: number;
}

async function post(body: object, { namespace = 'ns', dryRun = false, timeLimit = 5_000 }: Options = {}): Promise<ImageStreamImport> {
  const handlers = createImportHandlers({
    ...stores,
    namespaces,
    authorizer: EVERYBODY_MAY,
    hosts: {},
    allowedRegistries: ALLOW_ALL,
    limits: { readLimits: async () => ({}) },
    newUid: () => 'new-uid',
    connect: () => registry,
    platform: DEFAULT_PLATFORM,
    timeLimit,
  });
  const context = { info: { namespace }, identity: { user: 'me', groups: [] }, now: NOW, dryRun } as unknown as RequestContext;
  const request = handlers.decode?.(body);
  if (request === undefined) throw new Error('imports decode their body');
  return (await handlers.create?.(context, request)) as ImageStreamImport;
}

async function refusal(body: object, options: Options = {}): Promise<Status> {
  const error = await post(body, options).catch((cause: unknown) => cause);
  if (!(error instanceof ApiError)) throw new Error('expected an ApiError', { cause: error });
  return error.status;
}

const isi = (spec: object, metadata: object = { name: 's' }) => ({
  kind: 'ImageStreamImport',
  apiVersion: 'image.openshift.io/v1',
  metadata,
  spec: { import: true, ...spec },
});
const image = (name: string, more: object = {}) => ({ from: { kind: 'DockerImage', name }, ...more });
const stream = (): StreamState => stores.get('ns/s');

describe('POST imagestreamimports', () => {
  it('creates the stream, tags the image and answers both', async () => {
    const digest = registry.pushImage('quay.io/x/y:1', { config: { Env: ['A=b'] } });
    const answer = await post(isi({ images: [image('quay.io/x/y:1', { to: { name: 'mine' }, importPolicy: { scheduled: true } })] }));
    expect(answer).toMatchObject({
      kind: 'ImageStreamImport',
      apiVersion: 'image.openshift.io/v1',
      metadata: { name: 's', namespace: 'ns', uid: 'new-uid', creationTimestamp: '2026-01-02T03:04:05Z' },
      status: {
        import: {
          metadata: { name: 's', generation: 1, annotations: { [CHECK]: '2026-01-02T03:04:05Z' } },
          spec: {
            tags: [
              {
                name: 'mine',
                from: { kind: 'DockerImage', name: 'quay.io/x/y:1' },
                generation: 1,
                importPolicy: { scheduled: true, importMode: 'Legacy' },
                referencePolicy: { type: 'Source' },
              },
            ],
          },
          status: { tags: [{ tag: 'mine', items: [{ image: digest, dockerImageReference: `quay.io/x/y@${digest}`, generation: 1 }] }] },
        },
        images: [{ status: { status: 'Success', metadata: {} }, tag: '1', image: { metadata: { name: digest } } }],
      },
    });
    expect(answer.status.import).not.toHaveProperty('kind');
    expect(stores.storedImages.get(digest)).toMatchObject({ dockerImageMetadata: { Config: { Env: ['A=b'] } } });
    expect(stores.commits).toMatchObject([{ actor: 'me', cause: 'import', now: NOW }]);
  });

  it('answers 201 with a failed image beside a good one, and marks the tag', async () => {
    registry.pushImage('quay.io/x/y:1');
    registry.fail('quay.io/private', 'ERR_REGISTRY_UNAUTHORIZED');
    const { status } = await post(isi({ images: [image('quay.io/private/z:bad'), image('quay.io/x/y:1')] }));
    expect(status.images).toMatchObject([
      {
        status: { status: 'Failure', code: 401, message: 'you may not have access to the container image "quay.io/private/z:bad"' },
        tag: 'bad',
      },
      { status: { status: 'Success' }, tag: '1' },
    ]);
    expect(status.images?.[0]).not.toHaveProperty('image');
    expect(stream().tags.get('bad')).toMatchObject({
      conditions: [{ reason: 'Unauthorized', generation: 1 }],
      spec: { generation: 1 },
      items: [],
    });
  });

  it('writes nothing the second time: same revision, same annotation', async () => {
    registry.pushImage('quay.io/x/y:1');
    const body = isi({ images: [image('quay.io/x/y:1'), image('quay.io/x/y:gone')] });
    const first = await post(body);
    const second = await post(body);
    expect(stores.commits).toHaveLength(1);
    expect(second.status.import).toEqual(first.status.import);
  });

  it('looks at images without a tag, and keeps nothing of them but a new stream', async () => {
    const digest = registry.pushImage('quay.io/x/y:latest');
    const { status } = await post(isi({ images: [image('quay.io/x/y'), image(`quay.io/x/y@${digest}`)] }));
    expect(status.images?.map(({ tag, image: found }) => [tag, found?.metadata.name])).toEqual([
      ['latest', digest],
      [undefined, digest],
    ]);
    expect(stores.storedImages.size).toBe(0);
    expect(status.import).toMatchObject({ spec: {}, metadata: { annotations: { [CHECK]: expect.any(String) as string } } });
  });

  it('imports a repository; images of the same request win on the same tag', async () => {
    registry.pushImage('quay.io/x/y:1.0');
    registry.pushImage('quay.io/x/y:latest');
    const other = registry.pushImage('quay.io/other/z:1');
    const images = [image('quay.io/other/z:1', { to: { name: 'latest' } })];
    const { status } = await post(isi({ images, repository: image('quay.io/x/y', { referencePolicy: { type: 'Local' } }) }));
    expect(status.repository).toMatchObject({ status: { status: 'Success' }, images: [{ tag: 'latest' }, { tag: '1.0' }] });
    expect(status.repository).not.toHaveProperty('additionalTags');
    expect(stream().tags.get('1.0')?.spec).toMatchObject({ from: { name: 'quay.io/x/y:1.0' }, referencePolicy: { type: 'Local' } });
    expect(stream().tags.get('latest')?.items[0]?.image).toBe(other);
  });

  it('keeps the failed tags of a repository out of the spec', async () => {
    registry.pushImage('quay.io/x/y:1.0');
    registry.fail('GET quay.io/x/y:1.0', 'ERR_REGISTRY_DENIED');
    const { status } = await post(isi({ repository: image('quay.io/x/y') }));
    expect(status.repository?.status).toMatchObject({ reason: 'ImportFailed' });
    expect(stream().tags.get('1.0')).toMatchObject({ spec: null, conditions: [{ status: 'False' }] });
  });

  it('answers images whose registry is silent as 504 as well, however early it was given up', async () => {
    registry.pushImage('quay.io/x/y:1');
    registry.fail('hanging.io', 'ERR_REGISTRY_TIMEOUT');
    const status = (await post(isi({ images: [image('quay.io/x/y:1'), image('hanging.io/x/y:2')], repository: image('hanging.io/x/y') })))
      .status;
    const timeout = (name: string) => ({
      code: 504,
      reason: 'Timeout',
      message: `Timeout: the import of "${name}" did not finish in time`,
    });
    expect(status.images).toMatchObject([{ status: { status: 'Success' } }, { status: timeout('hanging.io/x/y:2'), tag: '2' }]);
    expect(status.repository).toEqual({ status: expect.objectContaining(timeout('hanging.io/x/y')) as unknown });
    expect(stream().tags.get('2')).toMatchObject({ spec: { from: { name: 'hanging.io/x/y:2' }, generation: 1 }, conditions: [] });
  });

  it('answers images that take too long as 504 and leaves their tags to the background', async () => {
    registry.pushImage('quay.io/x/y:1');
    registry.hang('slow.io');
    const { status } = await post(isi({ images: [image('quay.io/x/y:1'), image('slow.io/x/y:2')] }), { timeLimit: 40 });
    expect(status.images).toMatchObject([{ status: { status: 'Success' } }, { status: { code: 504, reason: 'Timeout' }, tag: '2' }]);
    expect(stream().tags.get('2')).toMatchObject({ spec: { from: { name: 'slow.io/x/y:2' }, generation: 1 }, items: [], conditions: [] });
  });

  it('keeps indexes and their children, and shows them', async () => {
    const { index, children } = registry.pushIndex('quay.io/x/y:1', ['linux/amd64', 'linux/arm64']);
    const { status } = await post(isi({ images: [image('quay.io/x/y:1', { importPolicy: { importMode: 'PreserveOriginal' } })] }));
    expect(status.images?.[0]).toMatchObject({
      image: { metadata: { name: index }, dockerImageManifests: [{ architecture: 'amd64' }, { architecture: 'arm64' }] },
      manifests: Object.values(children).map((name) => ({ metadata: { name } })),
    });
    expect(stores.commits[0]?.children?.map(({ digest }) => digest)).toEqual(Object.values(children));
    expect(stores.storedImages.size).toBe(3);
  });

  it('chooses the platform the existing tag prefers', async () => {
    const { children } = registry.pushIndex('quay.io/x/y:1', ['linux/amd64', 'linux/arm64']);
    const annotations = { 'importer.image.openshift.io/prefer-arch': 'arm64' };
    stores.put(streamOf('s', tagOf('1', 'quay.io/x/y:1', {}, { annotations })));
    const { status } = await post(isi({ images: [image('quay.io/x/y:1')] }));
    expect(status.images?.[0]?.image?.metadata.name).toBe(children['linux/arm64']);
  });

  it('shows an image that cannot be stored as failed', async () => {
    const digest = registry.pushImage('quay.io/x/y:1');
    stores.tooLarge.add(digest);
    const { status } = await post(isi({ images: [image('quay.io/x/y:1')], repository: image('quay.io/x/y') }));
    expect(status.images?.[0]).toMatchObject({ status: { code: 500 } });
    expect(status.repository?.status).toMatchObject({ reason: 'ImportFailed' });
    expect(stream().tags.get('1')?.conditions).toHaveLength(1);
  });
});

describe('POST imagestreamimports that stores nothing', () => {
  it('import: false only fetches; manifests on request', async () => {
    registry.pushImage('quay.io/x/y:1');
    const images = [image('quay.io/x/y:1', { includeManifest: true }), image('quay.io/x/y:1')];
    const { status } = await post(isi({ import: false, images }));
    expect(status.import).toBeUndefined();
    expect(status.images?.[0]?.image).toHaveProperty('dockerImageManifest');
    expect(status.images?.[1]?.image).not.toHaveProperty('dockerImageManifest');
    expect(status.images?.[1]?.image).not.toHaveProperty('dockerImageConfig');
    expect([stores.stored.size, stores.storedImages.size]).toEqual([0, 0]);
  });

  it('dryRun answers as if', async () => {
    const digest = registry.pushImage('quay.io/x/y:1');
    const { status } = await post(isi({ images: [image('quay.io/x/y:1')] }), { dryRun: true });
    expect(status.import?.status.tags?.[0]?.items?.[0]?.image).toBe(digest);
    expect([stores.stored.size, stores.storedImages.size]).toEqual([0, 0]);
  });
});

describe('POST imagestreamimports that is refused', () => {
  it.each([
    ['nothing to import', isi({}), 'spec.images'],
    ['no name', isi({ images: [image('mysql')] }, {}), 'metadata.name'],
    ['another kind of source', isi({ images: [{ from: { kind: 'ImageStreamTag', name: 'a:b' } }] }), 'spec.images[0].from.kind'],
    ['an empty target', isi({ images: [image('mysql', { to: { name: '' } })] }), 'spec.images[0].to.name'],
    ['a repository with a tag', isi({ repository: image('mysql:5') }), 'spec.repository.from.name'],
    [
      'a mode there is not',
      isi({ images: [image('mysql', { importPolicy: { importMode: 'x' } })] }),
      'spec.images[0].importPolicy.importMode',
    ],
  ])('422 for %s', async (_, body, field) => {
    const status = await refusal(body);
    expect(status).toMatchObject({ code: 422, details: { kind: 'ImageStreamImport' } });
    expect(status.details?.causes?.map((cause) => cause.field)).toContain(field);
    expect(registry.log).toEqual([]);
  });

  it.each([
    ['images that are no list', { ...isi({}), spec: { images: 'mysql' } }],
    ['a name that is a number', isi({ images: [] }, { name: 7 })],
    ['a body that is a list', []],
  ])('400 for %s', async (_, body) => {
    expect(await refusal(body)).toMatchObject({ code: 400, reason: 'BadRequest' });
  });

  it('404 in a namespace there is not, and for a resourceVersion of a stream there is not', async () => {
    registry.pushImage('quay.io/x/y:1');
    const images = [image('quay.io/x/y:1')];
    expect(await refusal(isi({ images }), { namespace: 'other' })).toMatchObject({ code: 404, details: { kind: 'namespaces' } });
    expect(await refusal(isi({ images }, { name: 's', resourceVersion: '7' }))).toMatchObject({
      code: 404,
      details: { kind: 'imagestreamimports', name: 's' },
    });
  });

  it('409 for an old resourceVersion, before anything is fetched', async () => {
    stores.put(streamOf('s'));
    const status = await refusal(isi({ images: [image('quay.io/x/y:1')] }, { name: 's', resourceVersion: '1' }));
    expect(status).toMatchObject({ code: 409, message: expect.stringContaining('the image stream was updated from "1" to "7"') as string });
    expect(registry.log).toEqual([]);
  });

  it('takes the current resourceVersion, and a uid is no precondition', async () => {
    registry.pushImage('quay.io/x/y:1');
    stores.put(streamOf('s'));
    await post(isi({ images: [image('quay.io/x/y:1')] }, { name: 's', resourceVersion: '7', uid: 'another' }));
    expect(stream().tags.get('1')?.items).toHaveLength(1);
  });

  it('409 when the tag was pointed elsewhere while its image was fetched; other changes do no harm', async () => {
    registry.pushImage('quay.io/x/y:1');
    stores.put(streamOf('s'));
    stores.beforeCommit = (attempt) => {
      if (attempt === 1) stores.put({ ...streamOf('s', withImage(tagOf('2', 'a/b:1'), 'sha256:x', 'a/b@sha256:x')), revision: 8 });
    };
    await post(isi({ images: [image('quay.io/x/y:1')] }));
    expect([...stream().tags.keys()].sort()).toEqual(['1', '2']);
    stores.beforeCommit = (attempt) => {
      if (attempt === 3) stores.put({ ...stream(), revision: 100, tags: new Map([['1', tagOf('1', 'quay.io/elsewhere:1')]]) });
    };
    registry.pushImage('quay.io/x/y:1', { version: 2 });
    expect(await refusal(isi({ images: [image('quay.io/x/y:1')] }))).toMatchObject({ code: 409, details: { kind: 'imagestreamimports' } });
  });
});
