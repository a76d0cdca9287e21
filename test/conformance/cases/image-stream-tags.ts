/** imagestreamtags: GET, LIST, POST (openshift-semantics.md §4.1, §4.4). */
import { bad, type Case, created, get, invalid, ok, post, refused } from '../case.ts';
import { addImage, addStream, digest, docker, event, history, istag, reference, tagOf } from '../objects.ts';

const REST = 'apiserver/registry/imagestreamtag/rest_test.go';
const CREATED = '2015-03-24T09:38:00Z';
const notFound = (name: string) => refused(404, 'NotFound', { kind: 'imagestreamtags', name });
const ANNOTATED = { annotations: { color: 'blue', size: 'large' } };

const READ: readonly Case[] = [
  {
    name: 'a tag shows its image, with the annotations of the spec tag on both and the time of its event',
    upstream: `${REST} TestGetImageStreamTag/happy path`,
    given: [
      addImage('10', { dockerImageReference: 'foo/bar/baz' }),
      addStream('test', { latest: docker('a/b:c', ANNOTATED) }, { labels: { l: '1' } }),
      history('test', { latest: [{ created: CREATED, dockerImageReference: 'test', image: '10', generation: 1 }] }),
    ],
    steps: [
      get('imagestreams/test'),
      get(
        'imagestreamtags/test:latest',
        ok((previous: { metadata: { uid: string; resourceVersion: string } }) => ({
          kind: 'ImageStreamTag',
          metadata: {
            namespace: 'default',
            name: 'test:latest',
            creationTimestamp: CREATED,
            labels: { l: '1' },
            uid: previous.metadata.uid,
            resourceVersion: previous.metadata.resourceVersion,
            ...ANNOTATED,
          },
          generation: 1,
          lookupPolicy: { local: false },
          tag: { name: 'latest', from: { name: 'a/b:c' } },
          image: { metadata: { name: '10', ...ANNOTATED }, dockerImageReference: 'test' },
        })),
      ),
    ],
  },
  {
    name: 'a reference tag is not found',
    upstream: `${REST} TestGetImageStreamTag/image = ''`,
    given: [addStream('test', { latest: docker('x/y:z', { reference: true }) })],
    steps: [get('imagestreamtags/test:latest', notFound('test:latest'))],
  },
  {
    name: 'a tag whose image is gone is not found, and named by the image',
    upstream: `${REST} TestGetImageStreamTag/missing image`,
    given: [addStream('test'), history('test', { latest: [event('a')] })],
    steps: [get('imagestreamtags/test:latest', notFound(digest('a')))],
  },
  {
    name: 'a tag of a stream that is not there is not found, and named by the stream',
    upstream: `${REST} TestGetImageStreamTag/missing repo`,
    steps: [get('imagestreamtags/test:latest', notFound('test'))],
  },
  {
    name: 'a tag that is not there is not found',
    upstream: `${REST} TestGetImageStreamTag/missing tag`,
    given: [addImage(digest('a')), addStream('test'), history('test', { other: [event('a')] })],
    steps: [get('imagestreamtags/test:latest', notFound('test:latest'))],
  },
  {
    name: 'the reference is the one of the event, not of the image',
    upstream: `${REST} TestGetImageStreamTagDIR`,
    given: [
      addImage('10', { dockerImageReference: 'foo/bar/baz:different' }),
      addStream('test'),
      history('test', { latest: [{ created: CREATED, dockerImageReference: 'foo/bar/baz:latest', image: '10' }] }),
    ],
    steps: [get('imagestreamtags/test:latest', ok({ tag: null, image: { dockerImageReference: 'foo/bar/baz:latest' } }))],
  },
  ...['test', 'test:', ':latest', 'test:a:b', 'test:a@b'].map((name): Case => ({
    name: `${name} is no name of a tag`,
    upstream: 'apiserver/registry/imagestreamtag/rest.go nameAndTag',
    given: [addStream('test')],
    steps: [
      get(`imagestreamtags/${name}`, {
        code: 400,
        body: { reason: 'BadRequest', message: 'ImageStreamTags must be retrieved with <name>:<tag>' },
      }),
    ],
  })),
  {
    name: 'the list holds every tag that has an image, with no more of it than name and reference',
    upstream: 'apiserver/registry/imagestreamtag/rest.go List',
    given: [
      addImage(digest('a')),
      addStream('b', { ref: docker('x/y:z', { reference: true }), due: docker('x/y:w') }),
      history('b', { pushed: [event('a')], gone: [event('b')] }),
      addStream('a', {}, { labels: { app: 'shop' } }),
      history('a', { v1: [event('c')] }),
    ],
    steps: [
      get(
        'imagestreamtags',
        ok({
          kind: 'ImageStreamTagList',
          items: [
            {
              metadata: { name: 'a:v1', labels: { app: 'shop' } },
              image: { metadata: { name: digest('c') }, dockerImageReference: reference('c') },
            },
            { metadata: { name: 'b:gone' } },
            { metadata: { name: 'b:pushed' } },
          ],
        }),
      ),
      get('imagestreamtags?labelSelector=app%3Dshop', ok({ items: [{ metadata: { name: 'a:v1' } }] })),
    ],
  },
  {
    name: 'a local reference policy shows the integrated registry',
    upstream: 'apiserver/internal/imageutil/helpers_test.go TestResolveLatestTaggedImage (local policy, status reference and image id)',
    hosts: { internal: 'test.server' },
    given: [
      addImage(digest('a')),
      addStream('s', {
        l: docker('x/y', { referencePolicy: { type: 'Local' } }),
        r: docker('x/y', { referencePolicy: { type: 'Source' } }),
      }),
      history('s', { l: [event('a')], r: [event('a')] }),
    ],
    steps: [
      get('imagestreamtags/s:l', ok({ image: { dockerImageReference: `test.server/default/s@${digest('a')}` } })),
      get('imagestreamtags/s:r', ok({ image: { dockerImageReference: reference('a') } })),
    ],
  },
  {
    name: 'a local reference policy without a registry changes nothing',
    upstream: 'apiserver/internal/imageutil/helpers_test.go TestResolveLatestTaggedImage (local policy, no reference set)',
    given: [
      addImage(digest('a')),
      addStream('s', { l: docker('x/y', { referencePolicy: { type: 'Local' } }) }),
      history('s', { l: [event('a')] }),
    ],
    steps: [get('imagestreamtags/s:l', ok({ image: { dockerImageReference: reference('a') } }))],
  },
];

const TARGET = [addStream('test')];
const VALID = istag('test:tag', { name: 'latest', ...docker('foo/bar/baz') });

const CREATE: readonly Case[] = [
  {
    name: 'a tag is created: its spec tag is named as the tag, the image of the body counts for nothing',
    upstream: `${REST} TestCreateImageStreamTag/valid istag`,
    given: TARGET,
    steps: [
      post(
        'imagestreamtags',
        { ...istag('test:tag', docker('foo/bar/baz')), image: { metadata: { name: '10' } } },
        created({ metadata: { name: 'test:tag' }, tag: { name: 'tag', generation: 2 }, image: { metadata: {} } }),
      ),
      get(
        'imagestreams/test',
        ok({ metadata: { generation: 2 }, spec: { tags: [{ name: 'tag', generation: 2, from: { name: 'foo/bar/baz' } }] } }),
      ),
    ],
  },
  {
    name: 'a tag with a bad policy is refused as an image stream tag',
    upstream: `${REST} TestCreateImageStreamTag/invalid tag`,
    given: TARGET,
    steps: [
      post(
        'imagestreamtags',
        istag('test:tag', { referencePolicy: { type: 'Other' } }),
        invalid('ImageStreamTag', 'test:tag', [bad('tag.referencePolicy.type', '"Other"', 'valid values are "Source", "Local"')]),
      ),
    ],
  },
  {
    name: 'a tag object without a tag touches the stream only',
    upstream: `${REST} TestCreateImageStreamTag/nil tag`,
    given: TARGET,
    steps: [post('imagestreamtags', istag('test:tag', null), created({ tag: null })), get('imagestreams/test', ok({}, ['spec.tags']))],
  },
  {
    name: 'creating a tag creates its stream',
    upstream: 'apiserver/registry/imagestreamtag/rest.go Create',
    steps: [
      post('imagestreamtags', VALID, created({ tag: { generation: 1 } })),
      get('imagestreams/test', ok({ metadata: { generation: 1 }, spec: { tags: [{ generation: 1 }] } })),
    ],
  },
  {
    name: 'a spec tag that exists is 409 and names the singular',
    upstream: 'apiserver/registry/imagestreamtag/rest.go Create',
    given: [addStream('test', { tag: docker('x') })],
    steps: [post('imagestreamtags', VALID, refused(409, 'AlreadyExists', { kind: 'imagestreamtag', name: 'test:tag' }))],
  },
  {
    name: 'a tag that was only pushed may be created',
    upstream: 'apiserver/registry/imagestreamtag/rest.go Create',
    given: [addImage(digest('a')), ...TARGET, history('test', { tag: [event('a')] })],
    steps: [
      post('imagestreamtags', VALID, created({ tag: { from: { name: 'foo/bar/baz' } }, image: { metadata: { name: digest('a') } } })),
    ],
  },
  {
    name: 'a name without a tag is a plain 500',
    upstream: 'apiserver/registry/imagestreamtag/rest.go Create',
    steps: [
      post('imagestreamtags', istag('test', docker('x')), {
        code: 500,
        body: { message: '"test" must be of the form <stream_name>:<tag>' },
        lacks: ['reason'],
      }),
    ],
  },
  {
    name: 'a name with a slash or a percent sign is refused',
    upstream: 'apis/image/validation/validation.go ValidateImageStreamTagWithWhitelister',
    steps: [
      post(
        'imagestreamtags',
        istag('test:a/b', docker('x')),
        invalid('ImageStreamTag', 'test:a/b', [bad('metadata.name', '"test:a/b"', "may not contain '/'")]),
      ),
      post(
        'imagestreamtags',
        istag('test:a%b', docker('x')),
        invalid('ImageStreamTag', 'test:a%b', [bad('metadata.name', '"test:a%b"', "may not contain '%'")]),
      ),
    ],
  },
  {
    name: 'annotations of tag and object have to be equal',
    upstream: 'apis/image/validation/validation.go ValidateImageStreamTagWithWhitelister',
    steps: [
      post(
        'imagestreamtags',
        istag('test:tag', docker('x', { annotations: { one: 'three' } }), { annotations: { one: 'two' } }),
        invalid('ImageStreamTag', 'test:tag', [
          bad('tag.annotations', '"<map>"', 'tag annotations must not be provided or must be equal to the object meta annotations'),
        ]),
      ),
    ],
  },
  {
    name: 'a source that is not there is refused as the stream it would be written to',
    upstream: 'apiserver/registry/imagestream/strategy.go validateTagsAndLimits, by way of imagestreamtag/rest.go Create',
    steps: [
      post('imagestreamtags', istag('test:tag', tagOf('nosuch:latest')), {
        code: 422,
        body: {
          details: { kind: 'ImageStream', name: 'test', causes: [{ field: 'spec.tags[tag].from.name', reason: 'FieldValueNotFound' }] },
        },
      }),
    ],
  },
];

export const IMAGE_STREAM_TAGS: readonly Case[] = [...READ, ...CREATE];
