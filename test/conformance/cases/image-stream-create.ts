/** POST imagestreams: defaults, generations, repositories, validation (openshift-semantics.md §2.1, §2.2, §9). */
import { bad, type Case, created, expectContaining, expectText, get, invalid, ok, post, refused, required } from '../case.ts';
import { addStream, API, docker, event, imageOf, stream, tagOf } from '../objects.ts';

const STORE = 'apiserver/registry/imagestream/etcd/etcd_test.go';
const STRATEGY = 'apiserver/registry/imagestream/strategy_test.go';
const VALIDATION = 'apis/image/validation/validation_test.go TestValidateImageStream';

const NAME_RULE = 'must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"';
const LONG_NAME = 'b'.repeat(255 - 'default/'.length);
const UNSCHEDULABLE = 'only tags pointing to Docker repositories may be scheduled for background import';
const scheduled = { importPolicy: { scheduled: true } };

const PLAIN: readonly Case[] = [
  {
    name: 'a stream is created with generation 1 and an empty status, and read back as it was answered',
    upstream: `${STORE} TestCreate, TestGetImageStreamOK`,
    steps: [
      post(
        'imagestreams',
        stream('foo'),
        created(
          {
            kind: 'ImageStream',
            apiVersion: API,
            metadata: { name: 'foo', namespace: 'default', generation: 1 },
            spec: { lookupPolicy: { local: false } },
            status: { dockerImageRepository: '' },
          },
          ['spec.tags', 'status.tags'],
        ),
      ),
      get(
        'imagestreams/foo',
        ok((previous: unknown) => previous),
      ),
    ],
  },
  {
    name: 'an unknown stream is 404 and names the resource',
    upstream: `${STORE} TestGetImageStreamError`,
    steps: [get('imagestreams/image1', refused(404, 'NotFound', { group: 'image.openshift.io', kind: 'imagestreams', name: 'image1' }))],
  },
  {
    name: 'streams are listed by name',
    upstream: `${STORE} TestList`,
    given: [addStream('b'), addStream('a')],
    steps: [get('imagestreams', ok({ kind: 'ImageStreamList', items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }] }))],
  },
  {
    name: 'a stream that exists is 409',
    upstream: 'apiserver/registry/imagestream/etcd/etcd.go Create',
    given: [addStream('foo')],
    steps: [post('imagestreams', stream('foo'), refused(409, 'AlreadyExists', { kind: 'imagestreams', name: 'foo' }))],
  },
  {
    name: 'a resourceVersion in a new stream is a plain 500',
    upstream: 'k8s.io/apiserver/pkg/storage/etcd3/store.go Create',
    steps: [
      post('imagestreams', stream('foo', {}, { resourceVersion: '1' }), {
        code: 500,
        body: { status: 'Failure', message: 'resourceVersion should not be set on objects to be created' },
        lacks: ['reason'],
      }),
    ],
  },
  {
    name: 'a namespace that is not the one of the request is 400',
    upstream: 'k8s.io/apiserver/pkg/registry/rest/create.go EnsureObjectNamespaceMatchesRequestNamespace',
    steps: [post('imagestreams', stream('foo', {}, { namespace: 'other' }), refused(400, 'BadRequest'))],
  },
  {
    name: 'generations and status of a new stream are the servers, whatever was sent',
    upstream: 'apiserver/registry/imagestream/strategy.go PrepareForCreate',
    steps: [
      post(
        'imagestreams',
        {
          ...stream('foo', { latest: docker('abc', { generation: 7 }), zero: docker('abc', { generation: 0 }) }, { generation: 9 }),
          status: { dockerImageRepository: 'x/y', tags: [{ tag: 'old', items: [event('a')] }] },
        },
        created(
          {
            metadata: { generation: 1 },
            spec: {
              tags: [
                { name: 'latest', generation: 1 },
                { name: 'zero', generation: 1 },
              ],
            },
            status: { dockerImageRepository: '' },
          },
          ['status.tags'],
        ),
      ),
    ],
  },
  {
    name: 'policies of a spec tag are defaulted, and annotations printed as null',
    upstream: 'apis/image/v1/conversion_test.go TestImageStreamStatusConversionPreservesTags; apis/image/v1/defaults.go',
    steps: [
      post(
        'imagestreams',
        stream('foo', { latest: docker('abc') }),
        created({
          spec: {
            tags: [
              {
                name: 'latest',
                annotations: null,
                from: { kind: 'DockerImage', name: 'abc' },
                importPolicy: { importMode: 'Legacy' },
                referencePolicy: { type: 'Source' },
              },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'spec tags are a map: of two with one name the last wins, and they come back sorted',
    upstream: 'apis/image/v1/conversion_test.go; apis/image/v1/conversion.go Convert_v1_TagReferenceArray_to_api_TagReferenceMap',
    steps: [
      post(
        'imagestreams',
        {
          ...stream('foo'),
          spec: {
            tags: [
              { name: 'b', ...docker('one') },
              { name: 'a', ...docker('two') },
              { name: 'b', ...docker('three') },
            ],
          },
        },
        created({
          spec: {
            tags: [
              { name: 'a', from: { name: 'two' } },
              { name: 'b', from: { name: 'three' } },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'without a registry the status names the repository of the spec',
    upstream: `${STRATEGY} TestDockerImageRepository/DockerImageRepository set on stream`,
    steps: [
      post(
        'imagestreams',
        stream('somerepo', {}, {}, { dockerImageRepository: 'a/b' }),
        created({ status: { dockerImageRepository: 'a/b' } }, ['status.publicDockerImageRepository']),
      ),
    ],
  },
  {
    name: 'an integrated registry takes precedence over the repository of the spec',
    upstream: `${STRATEGY} TestDockerImageRepository/DockerImageRepository set on stream with default registry, default namespace`,
    hosts: { internal: 'registry:5000' },
    steps: [
      post(
        'imagestreams',
        stream('somerepo', {}, {}, { dockerImageRepository: 'a/b' }),
        created({ status: { dockerImageRepository: 'registry:5000/default/somerepo' } }),
      ),
    ],
  },
  {
    name: 'a public host names the public repository',
    upstream: `${STRATEGY} TestPublicDockerImageRepository/public registry is set`,
    hosts: { external: 'registry-default.external.url' },
    steps: [
      post(
        'imagestreams',
        stream('somerepo'),
        created({ status: { publicDockerImageRepository: 'registry-default.external.url/default/somerepo' } }),
      ),
    ],
  },
];

/** One refused stream, by the metadata and spec that are wrong. */
function refuse(test: string, name: string, body: object, ...causes: Parameters<typeof invalid>[2]): Case {
  return {
    name: `a stream is refused: ${test}`,
    upstream: `${VALIDATION}/${test}`,
    steps: [post('imagestreams', body, invalid('ImageStream', name, causes)), get('imagestreams', ok({ items: [] }))],
  };
}

function accept(test: string, body: object): Case {
  return { name: `a stream is accepted: ${test}`, upstream: `${VALIDATION}/${test}`, steps: [post('imagestreams', body, created())] };
}

const REFUSED: readonly Case[] = [
  refuse('missing name', '', stream(''), required('metadata.name', 'name or generateName is required')),
  refuse('no slash in Name', 'foo/bar', stream('foo/bar'), bad('metadata.name', '"foo/bar"', "may not contain '/'")),
  refuse('no percent in Name', 'foo%%bar', stream('foo%%bar'), bad('metadata.name', '"foo%%bar"', "may not contain '%'")),
  refuse('other invalid name', 'foo bar', stream('foo bar'), bad('metadata.name', '"foo bar"', NAME_RULE)),
  refuse(
    'invalid dockerImageRepository',
    'foo',
    stream('foo', {}, {}, { dockerImageRepository: 'a-|///bbb' }),
    bad('spec.dockerImageRepository', '"a-|///bbb"', 'invalid reference format'),
  ),
  refuse(
    'invalid dockerImageRepository with tag',
    'foo',
    stream('foo', {}, {}, { dockerImageRepository: 'a/b:tag' }),
    bad('spec.dockerImageRepository', '"a/b:tag"', 'the repository name may not contain a tag'),
  ),
  refuse(
    'invalid dockerImageRepository with ID',
    'foo',
    stream('foo', {}, {}, { dockerImageRepository: 'a/b@sha256:something' }),
    bad('spec.dockerImageRepository', '"a/b@sha256:something"', 'invalid reference format'),
  ),
  refuse(
    'referencePolicy.type must be valid',
    'foo',
    stream('foo', { tag: docker('abc', { referencePolicy: { type: 'Other' } }) }),
    bad('spec.tags[tag].referencePolicy.type', '"Other"', 'valid values are "Source", "Local"'),
  ),
  refuse(
    "ImageStreamTags can't be scheduled",
    'foo',
    stream('foo', { tag: docker('abc', scheduled), other: tagOf('foo:tag', scheduled) }),
    bad('spec.tags[other].importPolicy.scheduled', 'true', UNSCHEDULABLE),
  ),
  refuse(
    "image IDs can't be scheduled",
    'foo',
    stream('foo', { badid: docker('abc@badid', scheduled) }),
    bad('spec.tags[badid].from.name', '"abc@badid"', 'invalid reference format'),
  ),
  {
    name: "a stream is refused: ImageStreamImages can't be scheduled",
    upstream: `${VALIDATION}/ImageStreamImages can't be scheduled`,
    given: [addStream('other')],
    steps: [
      post('imagestreams', stream('foo', { otherimage: imageOf('other@latest', scheduled) }), {
        code: 422,
        body: { reason: 'Invalid', message: expectText(UNSCHEDULABLE), details: { kind: 'ImageStream', name: 'foo' } },
      }),
    ],
  },
  refuse(
    'max name and namespace length exceeded',
    `x${LONG_NAME}`,
    stream(`x${LONG_NAME}`),
    bad('metadata.name', `"x${LONG_NAME}"`, "'namespace/name' cannot be longer than 255 characters"),
  ),
  refuse(
    'invalid importMode',
    'foo',
    stream('foo', { tag: docker('abc', { importPolicy: { importMode: 'Invalid' } }) }),
    bad('spec.tags[tag].importPolicy.importMode', '"Invalid"', "invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'"),
  ),
  {
    name: 'a source of unknown kind needs another kind',
    upstream: 'apis/image/validation/validation.go ValidateImageStreamTagReference',
    steps: [
      post('imagestreams', stream('foo', { tag: { from: { kind: 'Other', name: 'x' } } }), {
        code: 422,
        body: {
          details: {
            kind: 'ImageStream',
            causes: expectContaining(
              required('spec.tags[tag].from.kind', "valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'"),
            ),
          },
        },
      }),
    ],
  },
  {
    name: 'a source needs a name',
    upstream: 'apis/image/validation/validation.go ValidateImageStreamTagReference',
    steps: [
      post('imagestreams', stream('foo', { tag: docker('') }), {
        code: 422,
        body: { details: { kind: 'ImageStream', causes: expectContaining(required('spec.tags[tag].from.name')) } },
      }),
    ],
  },
  {
    name: 'all that is wrong is told at once',
    upstream: 'apis/image/validation/validation.go ValidateImageStreamWithWhitelister',
    steps: [
      post(
        'imagestreams',
        stream('Foo', { tag: docker('a:b:c', { referencePolicy: { type: 'X' } }) }, {}, { dockerImageRepository: 'a/b:c' }),
        {
          code: 422,
          body: {
            message: expectText('ImageStream.image.openshift.io "Foo" is invalid: ['),
            details: {
              causes: [
                { field: 'metadata.name' },
                { field: 'spec.dockerImageRepository' },
                { field: 'spec.tags[tag].from.name' },
                { field: 'spec.tags[tag].referencePolicy.type' },
              ],
            },
          },
        },
      ),
    ],
  },
];

const ACCEPTED: readonly Case[] = [
  accept('valid', stream('foo', { tag: docker('abc'), other: tagOf('foo:latest') })),
  accept('shortest name components', stream('g')),
  accept('all possible characters used', stream('abcdefghijklmnopqrstuvwxyz-1234567890.dot_underscore-dash')),
  accept('max name and namespace length met', stream(LONG_NAME)),
  accept('valid importMode', stream('foo', { tag: docker('abc', { importPolicy: { importMode: 'PreserveOriginal' } }) })),
  accept('tag names are not validated', stream('foo', { 'a/b c': docker('abc'), '': docker('abc'), 'UPPER#1': docker('abc') })),
];

export const IMAGE_STREAM_CREATE: readonly Case[] = [...PLAIN, ...REFUSED, ...ACCEPTED];
