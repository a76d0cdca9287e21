/** What every resource gets from Kubernetes' API machinery: patches, selectors, paging, options of writes. */
import { type Case, created, del, expectText, get, ok, patch, post, put, refused } from '../case.ts';
import { addImage, addStream, API, digest, docker, history, event, stream } from '../objects.ts';

const STRATEGIC = 'k8s.io/apimachinery/pkg/util/strategicpatch/patch.go';
const HANDLERS = 'k8s.io/apiserver/pkg/endpoints/handlers';
const STORE = 'k8s.io/apiserver/pkg/registry/generic/registry/store.go';
const PATH = 'imagestreams/s';
const two = [addStream('s', { a: docker('x/a'), b: docker('x/b') }, { labels: { one: '1', two: '2' } })];

const strategic = (body: object, ...expect: Parameters<typeof ok>) =>
  patch(PATH, body, ok(...expect), 'application/strategic-merge-patch+json');
const json = (operations: readonly object[], expect: ReturnType<typeof ok>) =>
  patch(PATH, JSON.stringify(operations), expect, 'application/json-patch+json');

const PATCHES: readonly Case[] = [
  {
    name: 'a merge patch replaces lists and removes what is null',
    upstream: `${HANDLERS}/patch.go jsonPatcher (RFC 7396)`,
    given: two,
    steps: [
      patch(
        PATH,
        { metadata: { labels: { one: null, three: '3' } }, spec: { tags: [{ name: 'c', ...docker('x/c') }] } },
        ok({ metadata: { labels: { two: '2', three: '3' } }, spec: { tags: [{ name: 'c' }] } }, ['metadata.labels.one']),
      ),
    ],
  },
  {
    name: 'a JSON patch tests, replaces, adds and removes',
    upstream: `${HANDLERS}/patch.go jsonPatcher (RFC 6902)`,
    given: two,
    steps: [
      json(
        [
          { op: 'test', path: '/metadata/labels/one', value: '1' },
          { op: 'replace', path: '/spec/tags/1/from/name', value: 'x/c' },
          { op: 'add', path: '/metadata/labels/new', value: 'n' },
          { op: 'remove', path: '/metadata/labels/two' },
        ],
        ok(
          { metadata: { labels: { one: '1', new: 'n' } }, spec: { tags: [{ generation: 1 }, { generation: 2, from: { name: 'x/c' } }] } },
          ['metadata.labels.two'],
        ),
      ),
    ],
  },
  {
    name: 'a JSON patch whose test fails is 422, one that cannot be read 400',
    upstream: `${HANDLERS}/patch.go applyJSPatch`,
    given: two,
    steps: [
      json([{ op: 'test', path: '/metadata/labels/one', value: '9' }], refused(422, 'Invalid')),
      patch(PATH, '{', refused(400, 'BadRequest'), 'application/json-patch+json'),
    ],
  },
  {
    name: 'a strategic patch merges spec tags by name, and removes one by name',
    upstream: `${STRATEGIC} mergeSlice (openshift/api image/v1: patchMergeKey name)`,
    given: two,
    steps: [
      strategic(
        {
          spec: {
            tags: [
              { name: 'b', from: { name: 'x/new' } },
              { name: 'a', $patch: 'delete' },
              { name: 'c', ...docker('x/c') },
            ],
            '$setElementOrder/tags': [{ name: 'b' }, { name: 'c' }],
          },
        },
        {
          spec: {
            tags: [
              { name: 'b', from: { kind: 'DockerImage', name: 'x/new' }, generation: 2 },
              { name: 'c', generation: 2 },
            ],
          },
        },
      ),
    ],
  },
  {
    name: 'a strategic patch merges maps and removes what is null',
    upstream: `${STRATEGIC} mergeMap`,
    given: two,
    steps: [strategic({ metadata: { labels: { one: null, two: '3' } } }, { metadata: { labels: { two: '3' } } }, ['metadata.labels.one'])],
  },
  {
    name: 'a strategic patch replaces a map',
    upstream: `${STRATEGIC} handleDirectiveInMergeMap ($patch: replace)`,
    given: two,
    steps: [
      strategic({ metadata: { labels: { $patch: 'replace', three: '3' } } }, { metadata: { labels: { three: '3' } } }, [
        'metadata.labels.one',
        'metadata.labels.$patch',
      ]),
    ],
  },
  {
    name: 'a strategic patch deletes a map',
    upstream: `${STRATEGIC} handleDirectiveInMergeMap ($patch: delete)`,
    given: two,
    steps: [strategic({ metadata: { labels: { $patch: 'delete' } } }, {}, ['metadata.labels'])],
  },
  {
    name: 'a strategic patch keeps only the keys it names',
    upstream: `${STRATEGIC} handleDirectiveMarker ($retainKeys)`,
    given: [addStream('s', {}, {}, { dockerImageRepository: 'x/y', lookupPolicy: { local: true } })],
    steps: [
      strategic({ spec: { $retainKeys: ['lookupPolicy'], lookupPolicy: { local: true } } }, { spec: { lookupPolicy: { local: true } } }, [
        'spec.dockerImageRepository',
      ]),
    ],
  },
  {
    name: 'a strategic patch deletes from and orders lists of plain values',
    upstream: `${STRATEGIC} ($deleteFromPrimitiveList, $setElementOrder)`,
    given: [addStream('s', {}, { finalizers: ['example.com/a', 'example.com/b'] })],
    steps: [
      patch(
        PATH,
        { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a'], '$setElementOrder/finalizers': ['example.com/b'] } },
        { code: 200 },
        'application/strategic-merge-patch+json',
      ),
    ],
  },
  {
    name: 'a patch of an unknown type is 415',
    upstream: `${HANDLERS}/patch.go PatchResource (supported media types)`,
    given: two,
    steps: [patch(PATH, {}, refused(415, 'UnsupportedMediaType'), 'application/xml')],
  },
];

const LISTS: readonly Case[] = [
  {
    name: 'labels select by equality, set and presence',
    upstream: 'k8s.io/apimachinery/pkg/labels/selector_test.go TestSelectorParse, TestSetMatches',
    given: [addStream('a', {}, { labels: { app: 'x', tier: 'web' } }), addStream('b', {}, { labels: { app: 'y' } }), addStream('c')],
    steps: (
      [
        ['app=x', 'a'],
        ['app!=x', 'b', 'c'],
        ['app in (x,y)', 'a', 'b'],
        ['app notin (x)', 'b', 'c'],
        ['tier', 'a'],
        ['!app', 'c'],
        ['app=x,tier=web', 'a'],
      ] as const
    ).map(([selector, ...names]) =>
      get(`imagestreams?labelSelector=${encodeURIComponent(selector)}`, ok({ items: names.map((name) => ({ metadata: { name } })) })),
    ),
  },
  {
    name: 'fields select by name, namespace and repository, and by nothing else',
    upstream: 'apiserver/registry/imagestream/strategy.go SelectableFields',
    given: [addStream('a', {}, {}, { dockerImageRepository: 'x/y' }), addStream('b')],
    steps: [
      get('imagestreams?fieldSelector=metadata.name%3Da', ok({ items: [{ metadata: { name: 'a' } }] })),
      get('imagestreams?fieldSelector=metadata.namespace%3Ddefault,metadata.name!%3Da', ok({ items: [{ metadata: { name: 'b' } }] })),
      get('imagestreams?fieldSelector=spec.dockerImageRepository%3Dx/y', ok({ items: [{ metadata: { name: 'a' } }] })),
      get('imagestreams?fieldSelector=status.dockerImageRepository%3Dx/y', ok({ items: [{ metadata: { name: 'a' } }] })),
      get('imagestreams?fieldSelector=spec.nosuch%3Dx', refused(400, 'BadRequest')),
      get('imagestreams?labelSelector=a%3D%3D%3D', refused(400, 'BadRequest')),
    ],
  },
  {
    name: 'a list is paged by limit and continue',
    upstream: `${STORE} ListPredicate; k8s.io/apiserver/pkg/storage/etcd3/store_test.go TestListContinuation`,
    given: ['a', 'b', 'c'].map((name) => addStream(name)),
    steps: [
      get(
        'imagestreams?limit=2',
        ok({ metadata: { continue: expectText('') }, items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }] }),
      ),
      get('imagestreams?limit=2&continue=nonsense', { code: 410, body: { reason: 'Expired' } }),
      get('imagestreams?limit=3', ok({ items: [{}, {}, {}] }, ['metadata.continue'])),
    ],
  },
  {
    name: 'streams of all namespaces are listed together',
    upstream: `${STORE} ListPredicate`,
    given: [
      post('/api/v1/namespaces', { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'other' } }),
      post('namespaces/other/imagestreams', stream('x')),
      addStream('a'),
    ],
    steps: [
      get(
        '/apis/image.openshift.io/v1/imagestreams',
        ok({ items: [{ metadata: { namespace: 'default', name: 'a' } }, { metadata: { namespace: 'other', name: 'x' } }] }),
      ),
    ],
  },
  {
    name: 'images are selected by name and label',
    upstream: 'apiserver/registry/image/etcd/etcd_test.go TestWatch, TestList (matching labels and fields)',
    given: [addImage('foo', {}, { labels: { foo: 'bar' } }), addImage('bar')],
    steps: [
      get('images?labelSelector=foo%3Dbar', ok({ items: [{ metadata: { name: 'foo' } }] })),
      get('images?labelSelector=foo%3Dbaz', ok({ items: [] })),
      get('images?fieldSelector=metadata.name%3Dbar', ok({ items: [{ metadata: { name: 'bar' } }] })),
    ],
  },
  {
    name: 'a list of metadata only holds metadata only',
    upstream: `${HANDLERS}/response.go asPartialObjectMetadataList`,
    given: [addStream('a', { t: docker('x') })],
    steps: [
      get(
        'imagestreams',
        ok({ kind: 'PartialObjectMetadataList', items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'a' } }] }, ['items[0].spec']),
        { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
      ),
    ],
  },
];

const OPTIONS: readonly Case[] = [
  {
    name: 'dryRun answers what would be, and stores nothing',
    upstream: 'k8s.io/apiserver/pkg/registry/generic/registry/dryrun.go',
    given: [addStream('old')],
    steps: [
      post('imagestreams?dryRun=All', stream('s', { t: docker('x') }), created({ metadata: { generation: 1 } })),
      post('imagestreams?dryRun=All', stream('old'), refused(409, 'AlreadyExists')),
      patch('imagestreams/old?dryRun=All', { metadata: { labels: { a: 'b' } } }, ok({ metadata: { labels: { a: 'b' } } })),
      get('imagestreams', ok({ items: [{ metadata: { name: 'old' } }] })),
      get('imagestreams/old', ok({}, ['metadata.labels'])),
      post('imagestreams?dryRun=Some', stream('s'), { code: 422 }),
    ],
  },
  {
    name: 'unknown fields are refused, warned of, or passed over, as asked',
    upstream: `${HANDLERS}/fieldmanager; create.go (fieldValidation)`,
    steps: [
      post(
        'imagestreams?fieldValidation=Strict',
        { ...stream('s'), nosuch: 1 },
        { code: 400, body: { message: expectText('unknown field "nosuch"') } },
      ),
      post(
        'imagestreams?fieldValidation=Warn',
        { ...stream('s'), nosuch: 1 },
        { code: 201, headers: { warning: expectText('unknown field \\"nosuch\\"') } },
      ),
      post('imagestreams?fieldValidation=Ignore', { ...stream('t'), nosuch: 1 }, created({ metadata: { name: 't' } }, ['nosuch'])),
    ],
  },
  {
    name: 'a name is generated from a prefix that is a name itself',
    upstream: 'k8s.io/apiserver/pkg/storage/names/generate.go; apis/image/validation/validation.go ValidateImageStreamName',
    steps: [
      post('imagestreams', stream('', {}, { generateName: 'foo' }), created({ metadata: { name: expectText('foo') } })),
      post('imagestreams', stream('', {}, { generateName: 'foo-' }), {
        code: 422,
        body: { details: { causes: [{ field: 'metadata.generateName' }] } },
      }),
    ],
  },
  {
    name: 'another kind or version in the body is 400',
    upstream: `${HANDLERS}/create.go (decoded kind)`,
    steps: [
      post('imagestreams', { ...stream('s'), kind: 'ImageStreamTag' }, refused(400, 'BadRequest')),
      post('imagestreams', { ...stream('s'), apiVersion: 'image.openshift.io/v2' }, refused(400, 'BadRequest')),
      post('imagestreams', '{', refused(400, 'BadRequest')),
    ],
  },
  {
    name: 'a verb that a resource does not have is 405, an object that it cannot have 404',
    upstream: 'k8s.io/apiserver/pkg/endpoints/installer.go registerResourceHandlers',
    steps: [
      put('imagestreammappings/x', {}, { code: 404 }),
      get('imagestreamimages', { code: 404 }),
      del('imagestreamimages/x@y', { code: 405 }),
      get('imagestreamimports', { code: 405 }),
    ],
  },
  {
    name: 'a namespace that is not there takes nothing',
    upstream: 'k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go',
    steps: [
      post('namespaces/nosuch/imagestreams', stream('s'), refused(404, 'NotFound', { kind: 'namespaces', name: 'nosuch' })),
      get('namespaces/nosuch/imagestreams', ok({ items: [] })),
    ],
  },
  {
    name: 'DeleteOptions may come as body or not at all',
    upstream: `${HANDLERS}/delete.go DeleteResource`,
    given: [addStream('a'), addStream('b')],
    steps: [
      del('imagestreams/a', ok(), { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' }),
      del('imagestreams/b?propagationPolicy=Foreground', ok()),
      get('imagestreams', ok({ items: [] })),
    ],
  },
  {
    name: 'deletecollection of images by label',
    upstream: `${STORE} DeleteCollection`,
    given: [addImage(digest('a'), {}, { labels: { x: 'y' } }), addImage(digest('b')), addStream('s'), history('s', { t: [event('a')] })],
    steps: [
      del('images?labelSelector=x%3Dy', ok({ kind: 'ImageList', apiVersion: API })),
      get('images', ok({ items: [{ metadata: { name: digest('b') } }] })),
      get('imagestreams/s', ok({ status: { tags: [{ items: [{ image: digest('a') }] }] } })),
    ],
  },
];

export const API_MACHINERY: readonly Case[] = [...PATCHES, ...LISTS, ...OPTIONS];
