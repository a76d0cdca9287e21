/** imagestreammappings (openshift-semantics.md §5). */
import { bad, type Case, created, edit, get, invalid, ok, post, refused, required } from '../case.ts';
import {
  addImage,
  addStream,
  digest,
  docker,
  event,
  history,
  image,
  mapping,
  push,
  reference,
  stream,
  tagOf,
  withTags,
} from '../objects.ts';

const REST = 'apiserver/registry/imagestreammapping/rest_test.go';
const VALIDATION = 'apis/image/validation/validation_test.go TestValidateImageStreamMappingNotOK';
const MANAGED = { annotations: { 'openshift.io/image.managed': 'true' } };
const CONFIG = {
  dockerImageMetadata: {
    kind: 'DockerImage',
    apiVersion: 'image.openshift.io/1.0',
    Config: { Cmd: ['ls', '/'], Env: ['a=1'], ExposedPorts: { '1234/tcp': {} }, Memory: 1234, CpuShares: 99, WorkingDir: '/workingDir' },
  },
  dockerImageMetadataVersion: '1.0',
};
const DONE = created({ kind: 'Status', status: 'Success' });
const SOMEREPO = mapping('somerepo', 'latest', 'a', CONFIG, MANAGED);
const without = (body: object, ...fields: string[]) =>
  Object.fromEntries(Object.entries(body).filter(([field]) => !fields.includes(field)));
const changed = (name: string, over: object) => ({ ...mapping(name, 'latest', 'a'), ...over });
const refuse = (name: string, ...causes: Parameters<typeof invalid>[2]) => invalid('ImageStreamMapping', name, causes);
type Stored = { readonly metadata: { readonly resourceVersion: string } };

const PUSHED: readonly Case[] = [
  {
    name: 'another namespace than the one of the request is 400',
    upstream: `${REST} TestCreateConflictingNamespace`,
    given: [addStream('somerepo')],
    steps: [
      post(
        'imagestreammappings',
        { ...SOMEREPO, metadata: { name: 'somerepo', namespace: 'some-value' } },
        { code: 400, body: { message: 'the namespace of the provided object does not match the namespace sent on the request' } },
      ),
    ],
  },
  {
    name: 'a stream that is not there is 404, and nothing is stored',
    upstream: `${REST} TestCreateImageStreamNotFoundWithName`,
    steps: [
      post('imagestreammappings', SOMEREPO, refused(404, 'NotFound', { kind: 'imagestreammappings', name: 'somerepo' })),
      get(`images/${digest('a')}`, refused(404, 'NotFound')),
    ],
  },
  {
    name: 'the image is stored and put under the tag',
    upstream: `${REST} TestCreateSuccessWithName`,
    given: [addStream('somerepo')],
    steps: [
      post('imagestreammappings', SOMEREPO, DONE),
      get(`images/${digest('a')}`, ok({ dockerImageReference: reference('a'), ...CONFIG })),
      get(
        'imagestreams/somerepo',
        ok({ status: { tags: [{ tag: 'latest', items: [{ image: digest('a'), dockerImageReference: reference('a'), generation: 1 }] }] } }),
      ),
    ],
  },
  {
    name: 'an image that was known before stays as it was, and is tagged with the reference of the request',
    upstream: `${REST} TestAddExistingImageWithNewTag`,
    hosts: { internal: 'localhost:5000' },
    given: [
      addStream('somerepo', {}, {}, { dockerImageRepository: 'localhost:5000/default/somerepo' }),
      history('somerepo', {
        existingtag: [event('a', { dockerImageReference: reference('a', 'localhost:5000/somens/somerepo'), image: '' })],
      }),
      addImage(digest('a'), { dockerImageReference: reference('a', 'localhost:5000/somens/somerepo'), ...CONFIG }),
    ],
    steps: [
      post(
        'imagestreammappings',
        mapping('somerepo', 'latest', 'a', { dockerImageReference: reference('a', 'elsewhere.example.com/x') }),
        DONE,
      ),
      get(`images/${digest('a')}`, ok({ dockerImageReference: reference('a', 'localhost:5000/somens/somerepo'), ...CONFIG })),
      get(
        'imagestreams/somerepo',
        ok({
          status: {
            tags: [
              { tag: 'existingtag' },
              { tag: 'latest', items: [{ image: digest('a'), dockerImageReference: reference('a', 'elsewhere.example.com/x') }] },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'a managed image that was known before is served from this stream',
    upstream: `${REST} TestAddExistingImageOverridingDockerImageReference`,
    hosts: { internal: 'localhost:5000' },
    given: [
      addStream('newrepo'),
      addImage(digest('a'), { dockerImageReference: reference('a', 'localhost:5000/someproject/somerepo'), ...CONFIG }, MANAGED),
    ],
    steps: [
      post(
        'imagestreammappings',
        mapping('newrepo', 'latest', 'a', { dockerImageReference: reference('a', 'localhost:5000/someproject/somerepo') }, MANAGED),
        DONE,
      ),
      get(
        'imagestreams/newrepo',
        ok({
          status: { tags: [{ items: [{ image: digest('a'), dockerImageReference: reference('a', 'localhost:5000/default/newrepo') }] }] },
        }),
      ),
      get(`images/${digest('a')}`, ok({ dockerImageReference: reference('a', 'localhost:5000/someproject/somerepo') })),
    ],
  },
  {
    name: 'a managed image that is new keeps its reference',
    upstream: 'apiserver/registry/imagestreammapping/rest.go Create (imageCreateErr)',
    hosts: { internal: 'localhost:5000' },
    given: [addStream('s')],
    steps: [
      post('imagestreammappings', mapping('s', 'latest', 'a', {}, MANAGED), DONE),
      get('imagestreams/s', ok({ status: { tags: [{ items: [{ dockerImageReference: reference('a') }] }] } })),
    ],
  },
  {
    name: 'tags that track the pushed one move, others do not',
    upstream: `${REST} TestTrackingTags`,
    given: [
      addStream('stream', { tracking: tagOf('2.0'), tracking2: tagOf('2.0') }),
      history('stream', { tracking: [event('b')], nontracking: [event('c')], '2.0': [event('b')] }),
    ],
    steps: [
      post('imagestreammappings', mapping('stream', '2.0', 'a'), DONE),
      get(
        'imagestreams/stream',
        ok({
          status: {
            tags: [
              { tag: '2.0', items: [{ image: digest('a') }, { image: digest('b') }] },
              { tag: 'nontracking', items: [{ image: digest('c') }] },
              { tag: 'tracking', items: [{ image: digest('a'), dockerImageReference: reference('a') }, { image: digest('b') }] },
              { tag: 'tracking2', items: [{ image: digest('a'), dockerImageReference: reference('a') }] },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'the same mapping again writes nothing',
    upstream: 'apiserver/registry/imagestreammapping/rest.go Create (nothing actually changed)',
    given: [addStream('s'), push('s', 'latest', 'a')],
    steps: [
      get('imagestreams/s'),
      { ...get('imagestreams/s'), method: 'GET', expect: ok(({ metadata }: Stored) => ({ metadata })) },
      push('s', 'latest', 'a'),
      edit(
        'imagestreams/s',
        (current) => current,
        ok(({ metadata }: Stored) => ({ metadata, status: { tags: [{ items: [{ image: digest('a') }] }] } })),
      ),
    ],
  },
  {
    name: 'a mapping leaves spec and generation alone; its event has the generation of the stream',
    upstream: 'apiserver/registry/imagestreammapping/rest.go Create (UpdateImageStreamStatus)',
    given: [addStream('s', { latest: docker('x') }), edit('imagestreams/s', withTags({ latest: docker('y') }))],
    steps: [
      post('imagestreammappings', mapping('s', 'latest', 'a'), DONE),
      get(
        'imagestreams/s',
        ok({
          metadata: { generation: 2 },
          spec: { tags: [{ generation: 2, from: { name: 'y' } }] },
          status: { tags: [{ items: [{ generation: 2 }] }] },
        }),
      ),
    ],
  },
  {
    name: 'a reference that is left out is the one of the integrated registry',
    upstream: 'apiserver/registry/imagestreammapping/strategy.go PrepareForCreate',
    hosts: { internal: 'registry:5000' },
    given: [addStream('s')],
    steps: [
      post('imagestreammappings', mapping('s', 'latest', 'a', { dockerImageReference: '' }), DONE),
      get('imagestreams/s', ok({ status: { tags: [{ items: [{ dockerImageReference: reference('a', 'registry:5000/default/s') }] }] } })),
    ],
  },
  {
    name: 'signatures do not come with a mapping',
    upstream: 'apiserver/registry/imagestreammapping/strategy.go PrepareForCreate',
    given: [addStream('s')],
    steps: [
      post('imagestreammappings', mapping('s', 'latest', 'a', { signatures: [{ metadata: { name: 'x' } }] }), DONE),
      get(`images/${digest('a')}`, ok({}, ['signatures'])),
    ],
  },
];

const REFUSED: readonly Case[] = [
  {
    name: 'a mapping of no stream is refused',
    upstream: `${REST} TestAddExistingImageAndTag; ${VALIDATION}/missing DockerImageRepository, missing Name`,
    steps: [
      post(
        'imagestreammappings',
        changed('', { metadata: {} }),
        refuse('', required('metadata.name', 'name or generateName is required'), required('name'), required('dockerImageRepository')),
      ),
    ],
  },
  {
    name: 'a mapping without tag is refused',
    upstream: `${VALIDATION}/missing Tag`,
    given: [addStream('s')],
    steps: [post('imagestreammappings', changed('s', { tag: '' }), refuse('s', required('tag')))],
  },
  {
    name: 'a mapping of an image without name and digest is refused',
    upstream: `${VALIDATION}/missing image name`,
    given: [addStream('s')],
    steps: [
      post(
        'imagestreammappings',
        changed('s', { image: { dockerImageReference: 'openshift/ruby-19-centos' } }),
        refuse('s', required('image.metadata.name', 'name or generateName is required')),
      ),
    ],
  },
  {
    name: 'a mapping of an image without reference is refused',
    upstream: 'apis/image/validation/validation.go validateImage, by way of ValidateImageStreamMapping',
    given: [addStream('s')],
    steps: [
      post(
        'imagestreammappings',
        changed('s', { image: without(image(digest('a')), 'dockerImageReference') }),
        refuse('s', required('image.dockerImageReference')),
      ),
      post(
        'imagestreammappings',
        mapping('s', 'latest', 'a', { dockerImageReference: 'a:b:c' }),
        refuse('s', bad('image.dockerImageReference', '"a:b:c"', 'invalid reference format')),
      ),
    ],
  },
  {
    name: 'the documents example names its image by the digest of the reference',
    upstream: 'openshift-docs image-streams: the printed mapping (§12: refused upstream)',
    given: [post('imagestreams', stream('s'))],
    steps: [
      post(
        'imagestreammappings',
        changed('s', {
          image: { dockerImageReference: reference('a'), dockerImageMetadata: { kind: 'DockerImage', apiVersion: '1.0', Size: 7 } },
        }),
        DONE,
      ),
      get(`images/${digest('a')}`, ok({ dockerImageMetadata: { apiVersion: 'image.openshift.io/1.0', Size: 7 } })),
    ],
  },
];

export const MAPPINGS: readonly Case[] = [...PUSHED, ...REFUSED];
