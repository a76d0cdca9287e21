/** imagestreamimages, imagestreams/layers and imagestreams/secrets (openshift-semantics.md §4.3, §4.6, §4.7). */
import { type Case, get, ok, post, refused } from '../case.ts';
import { DOCKER, LIST, LIST_CHILDREN, LIST_FIELDS, MANIFEST_TYPES, pushedFields, SCHEMA1 } from '../manifests.ts';
import { addImage, addStream, digest, event, history, reference, tagOf } from '../objects.ts';

const ISIMAGE = 'apiserver/registry/imagestreamimage/rest_test.go TestGet';
const LAYERS = 'apiserver/registry/imagestream/etcd/etcd_test.go TestGetLayersOK';
const SECRETS = 'apiserver/registry/imagesecret/rest_test.go TestGetSecrets';
const PARTIAL = `sha256:ff46b782${'0'.repeat(56)}`;

const given = [addImage(digest('a')), addStream('repo'), history('repo', { latest: [event('c'), event('b'), event('a')] })];
const named = (name: string) => ({ kind: 'ImageStreamImage', metadata: { name, namespace: 'default' } });

const IMAGES: readonly Case[] = [
  ...['repo', 'repo@', '@id', 'repo@id@x'].map((name): Case => ({
    name: `${name} is no name of an image of a stream`,
    upstream: `${ISIMAGE}/missing parts; image stream image names`,
    steps: [get(`imagestreamimages/${name}`, { code: 400, body: { message: 'ImageStreamImages must be retrieved with <name>@<id>' } })],
  })),
  {
    name: 'an image of a stream that is not there is 404',
    upstream: `${ISIMAGE}/missing repo`,
    steps: [get('imagestreamimages/repo@id', refused(404, 'NotFound', { kind: 'imagestreamimages', name: 'repo' }))],
  },
  {
    name: 'an image that the stream does not have is 404 and names the singular',
    upstream: `${ISIMAGE}/nil tags, image not found`,
    given: [addImage(digest('f')), ...given],
    steps: [
      get(`imagestreamimages/repo@${digest('f')}`, refused(404, 'NotFound', { kind: 'imagestreamimage', name: `repo@${digest('f')}` })),
    ],
  },
  {
    name: 'an image that is gone is 404 and named by its digest',
    upstream: `${ISIMAGE}/missing image`,
    given,
    steps: [get(`imagestreamimages/repo@${digest('b')}`, refused(404, 'NotFound', { kind: 'imagestreamimages', name: digest('b') }))],
  },
  {
    name: 'an image is found wherever it is in a history, with what its manifest tells but without the manifest',
    upstream: `${ISIMAGE}/happy path`,
    given: [
      addImage('id', { dockerImageManifest: SCHEMA1 }),
      addStream('repo'),
      history('repo', {
        latest: [
          { ...event('a'), image: 'anotherid' },
          { ...event('b'), image: 'anotherid2' },
          { ...event('c'), image: 'id' },
        ],
      }),
    ],
    steps: [
      get(
        'imagestreamimages/repo@id',
        ok(
          {
            ...named('repo@id'),
            image: { metadata: { name: 'id' }, dockerImageMetadata: { Id: 'f'.repeat(64), Config: { Hostname: 'h' } } },
          },
          ['image.dockerImageManifest', 'metadata.uid', 'metadata.resourceVersion'],
        ),
      ),
    ],
  },
  {
    name: 'the annotations are those of the stream',
    upstream: `${ISIMAGE}/uses annotations from image stream`,
    given: [
      addImage(digest('a')),
      addStream('repo', {}, { annotations: { test: '123', 'another-test': 'abc' } }),
      history('repo', { latest: [event('a')] }),
    ],
    steps: [get(`imagestreamimages/repo@${digest('a')}`, ok({ metadata: { annotations: { test: '123', 'another-test': 'abc' } } }))],
  },
  {
    name: 'an image is found by the beginning of its digest, and named as it was asked for',
    upstream: `${ISIMAGE}/matches partial sha`,
    given: [addImage(PARTIAL), addStream('repo'), history('repo', { latest: [event('a'), { ...event('b'), image: PARTIAL }] })],
    steps: [
      get('imagestreamimages/repo@sha256:ff46b782', ok({ ...named('repo@sha256:ff46b782'), image: { metadata: { name: PARTIAL } } })),
      get('imagestreamimages/repo@ff46b782', ok({ ...named('repo@ff46b782'), image: { metadata: { name: PARTIAL } } })),
    ],
  },
  {
    name: 'the reference is the images own',
    upstream: 'apiserver/registry/imagestreamimage/rest.go Get',
    given: [
      addImage(digest('a'), { dockerImageReference: reference('a', 'other.example.com/x') }),
      addStream('repo'),
      history('repo', { latest: [event('a')] }),
    ],
    steps: [get(`imagestreamimages/repo@${digest('a')}`, ok({ image: { dockerImageReference: reference('a', 'other.example.com/x') } }))],
  },
];

const [amd64 = DOCKER] = LIST_CHILDREN;

const BLOBS: readonly Case[] = [
  {
    name: 'layers of a list go down to the images it lists',
    upstream: LAYERS,
    given: [
      addImage(LIST.digest, LIST_FIELDS),
      addImage(amd64.manifest.digest, pushedFields(amd64)),
      addStream('s'),
      history('s', { latest: [event('a', { image: LIST.digest, dockerImageReference: `test/image@${LIST.digest}` })] }),
    ],
    steps: [
      get(
        'imagestreams/s/layers',
        ok({
          kind: 'ImageStreamLayers',
          metadata: { name: 's', namespace: 'default' },
          blobs: {
            [LIST.digest]: { size: null, mediaType: LIST.mediaType },
            [amd64.manifest.digest]: { size: null, mediaType: amd64.manifest.mediaType },
            [amd64.config.digest]: { size: null, mediaType: MANIFEST_TYPES.docker.config },
            ...Object.fromEntries(amd64.layers.map(({ digest: name, size, mediaType }) => [name, { size, mediaType }])),
          },
          images: {
            [LIST.digest]: { manifests: LIST_CHILDREN.map(({ manifest }) => manifest.digest) },
            [amd64.manifest.digest]: { layers: amd64.layers.map((layer) => layer.digest), config: amd64.config.digest },
            [LIST_CHILDREN[1]?.manifest.digest ?? '']: { imageMissing: true },
          },
        }),
      ),
    ],
  },
  {
    name: 'the images of a list belong to every stream that it is pushed or tagged to',
    upstream: `${LAYERS}; apiserver/registry/imagestreamimage/rest.go Get (sub-manifests)`,
    given: [
      addImage(amd64.manifest.digest, pushedFields(amd64)),
      addStream('pushed'),
      post('imagestreammappings', {
        metadata: { name: 'pushed' },
        tag: 'latest',
        image: { metadata: { name: LIST.digest }, dockerImageReference: `test/image@${LIST.digest}`, ...LIST_FIELDS },
      }),
      addStream('tagged', { latest: tagOf('pushed:latest') }),
    ],
    steps: ['pushed', 'tagged'].flatMap((stream) => [
      get(`imagestreams/${stream}/layers`, ok({ images: { [amd64.manifest.digest]: { config: amd64.config.digest } } })),
      get(`imagestreamimages/${stream}@${amd64.manifest.digest}`, ok({ image: { metadata: { name: amd64.manifest.digest } } })),
    ]),
  },
  {
    name: 'layers of an empty stream are empty',
    upstream: 'apis/image/validation/validation_test.go TestValidateImageStreamLayers/empty',
    given: [addStream('s')],
    steps: [get('imagestreams/s/layers', ok({ blobs: {}, images: {} }))],
  },
  {
    name: 'an image of the history that is gone is told missing',
    upstream: 'apiserver/registry/imagestream/etcd/etcd.go LayersREST.Get',
    given: [addStream('s'), history('s', { latest: [event('a')] })],
    steps: [get('imagestreams/s/layers', ok({ images: { [digest('a')]: { imageMissing: true } } }))],
  },
  {
    name: 'layers of a stream that is not there are 404',
    upstream: 'apiserver/registry/imagestream/etcd/etcd.go LayersREST.Get',
    steps: [get('imagestreams/s/layers', refused(404, 'NotFound', { kind: 'imagestreams', name: 's' }))],
  },
];

const secret = (name: string, type: string, data: object, metadata: object = {}) =>
  post('/api/v1/namespaces/default/secrets', { kind: 'Secret', apiVersion: 'v1', metadata: { name, ...metadata }, type, data });
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64');
const DOCKERCFG = { '.dockercfg': base64({ 'registry.example.com': { auth: 'dTpw' } }) };
const CONFIGJSON = { '.dockerconfigjson': base64({ auths: {} }) };

const PULL_SECRETS: readonly Case[] = [
  {
    name: 'pull secrets of both types are listed, but none that asks to be left out',
    upstream: SECRETS,
    given: [
      addStream('s'),
      secret('secret-1', 'kubernetes.io/dockercfg', DOCKERCFG),
      secret('secret-2', 'kubernetes.io/dockercfg', DOCKERCFG, { annotations: { 'openshift.io/image.excludeSecret': 'true' } }),
      secret('secret-3', 'Opaque', { a: 'Yg==' }),
      secret('secret-5', 'kubernetes.io/dockerconfigjson', CONFIGJSON),
    ],
    steps: [
      get(
        'imagestreams/s/secrets',
        ok({
          kind: 'SecretList',
          items: [{ metadata: { name: 'secret-1' }, type: 'kubernetes.io/dockercfg', data: DOCKERCFG }, { metadata: { name: 'secret-5' } }],
        }),
      ),
      get('imagestreams/nosuch/secrets', ok({ items: [{}, {}] })),
    ],
  },
];

export const STREAM_IMAGES: readonly Case[] = [...IMAGES, ...BLOBS, ...PULL_SECRETS];
