/** imagestreamtags: PUT, PATCH, DELETE (openshift-semantics.md §4.1). */
import { bad, type Case, created, del, edit, type Expectation, get, invalid, ok, patch, put, refused, required } from '../case.ts';
import { addImage, addStream, digest, docker, event, history, imageOf, istag, tagOf, withTags } from '../objects.ts';

const REST = 'apiserver/registry/imagestreamtag/rest_test.go';
const VALIDATION = 'apis/image/validation/validation_test.go TestValidateISTUpdate';
const KINDS = "valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'";
const PATH = 'imagestreamtags/test:tag';
const VALID = istag('test:tag', { name: 'latest', ...docker('foo/bar/baz') });
const INVALID = istag('test:tag', { referencePolicy: { type: 'Other' } });
const UNLIKE = invalid('ImageStreamTag', 'foo:bar', [bad('metadata', '""', 'may not update fields other than metadata.annotations')]);

const badPolicy = invalid('ImageStreamTag', 'test:tag', [bad('tag.referencePolicy.type', '"Other"', 'valid values are "Source", "Local"')]);
const nothingToKeep: Expectation = {
  code: 400,
  body: { reason: 'BadRequest', message: 'imagestreamtag tag is not a spec tag in imagestream default/test, cannot be updated' },
};

const UPDATE: readonly Case[] = [
  {
    name: 'PUT adds a tag to a stream and answers 201',
    upstream: `${REST} TestUpdateImageStreamTag/valid istag, TestUpdateRetryImageStreamTag/valid istag`,
    given: [addStream('test')],
    steps: [
      put(PATH, VALID, created({ metadata: { name: 'test:tag' }, tag: { name: 'tag', generation: 2, from: { name: 'foo/bar/baz' } } })),
      put(PATH, VALID, ok({ tag: { generation: 2 } })),
    ],
  },
  {
    name: 'PUT of an invalid tag is refused as an image stream tag',
    upstream: `${REST} TestUpdateImageStreamTag/invalid tag, TestUpdateRetryImageStreamTag/invalid tag`,
    given: [addStream('test')],
    steps: [put(PATH, INVALID, badPolicy)],
  },
  {
    name: 'PUT without a tag has nothing to keep where there is no spec tag',
    upstream: `${REST} TestUpdateImageStreamTag/nil tag, TestUpdateRetryImageStreamTag/nil tag`,
    given: [addStream('test')],
    steps: [put(PATH, istag('test:tag', null), nothingToKeep)],
  },
  {
    name: 'PUT creates the stream with the tag',
    upstream: `${REST} TestUpdateCreateImageStreamTag/valid istag, TestUpdateCreateRetryImageStreamTag/valid istag`,
    steps: [put(PATH, VALID, created({ tag: { generation: 1 } })), get('imagestreams/test', ok({ metadata: { generation: 1 } }))],
  },
  {
    name: 'PUT of an invalid tag creates no stream',
    upstream: `${REST} TestUpdateCreateImageStreamTag/invalid tag, TestUpdateCreateRetryImageStreamTag/invalid tag`,
    steps: [put(PATH, INVALID, badPolicy), get('imagestreams/test', refused(404, 'NotFound'))],
  },
  {
    name: 'PUT without a tag creates no stream',
    upstream: `${REST} TestUpdateCreateImageStreamTag/nil tag, TestUpdateCreateRetryImageStreamTag/nil tag`,
    steps: [put(PATH, istag('test:tag', null), nothingToKeep), get('imagestreams/test', refused(404, 'NotFound'))],
  },
  {
    name: 'PUT that creates the stream does not mind labels',
    upstream: 'apiserver/registry/imagestreamtag/rest.go update (create), strategy.go Validate',
    steps: [put(PATH, istag('test:tag', docker('x'), { labels: { a: 'b' } }), created())],
  },
  {
    name: 'PUT without resourceVersion writes over whatever there is',
    upstream: `${REST} TestUpdateImageStreamTag/valid istag conflict error, TestUpdateImageStreamTagMultipleConflicts`,
    given: [addStream('test', { tag: docker('old') }), edit('imagestreams/test', withTags({ tag: docker('newer'), other: docker('o') }))],
    steps: [put(PATH, VALID, ok({ tag: { from: { name: 'foo/bar/baz' }, generation: 3 } }))],
  },
  {
    name: 'PUT with a resourceVersion that is not the streams is 409',
    upstream: `${REST} TestUpdateRetryImageStreamTag/valid istag conflict error; imagestreamtag/rest.go update`,
    given: [addStream('test', { tag: docker('old') })],
    steps: [
      put(
        PATH,
        istag('test:tag', docker('x'), { resourceVersion: '1' }),
        refused(409, 'Conflict', { kind: 'imagestreamtags', name: 'test:tag' }),
      ),
    ],
  },
  {
    name: 'PUT with the resourceVersion of the stream passes',
    upstream: 'apiserver/registry/imagestreamtag/rest.go update',
    given: [addImage(digest('a')), addStream('test', { tag: docker('old') }), history('test', { tag: [event('a')] })],
    steps: [
      edit(
        PATH,
        (current) => ({ ...current, tag: { ...current.tag, from: { kind: 'DockerImage', name: 'new' } } }),
        ok({ tag: { from: { name: 'new' }, generation: 2 } }),
      ),
    ],
  },
  {
    name: 'PUT with a resourceVersion to a stream that is not there is 404 and names the tag',
    upstream: 'apiserver/registry/imagestreamtag/rest.go update',
    steps: [
      put(
        PATH,
        istag('test:tag', docker('x'), { resourceVersion: '1' }),
        refused(404, 'NotFound', { kind: 'imagestreamtags', name: 'test:tag' }),
      ),
    ],
  },
  {
    name: 'PUT replaces the annotations of the tag with those of the object, and keeps the tag it does not name',
    upstream: `${VALIDATION} (success); apiserver/registry/imagestreamtag/strategy.go PrepareForUpdate`,
    given: [addStream('foo', { bar: docker('some/other:system', { annotations: { one: 'two' } }) })],
    steps: [
      put(
        'imagestreamtags/foo:bar',
        istag('foo:bar', null, { annotations: { one: 'two', three: 'four' } }),
        ok({ tag: { from: { name: 'some/other:system' }, annotations: { one: 'two', three: 'four' } } }),
      ),
      put(
        'imagestreamtags/foo:bar',
        istag('foo:bar', docker('some/other:system', { annotations: { lost: '1' } }), { annotations: { kept: '1' } }),
        ok({ metadata: { annotations: { kept: '1' } }, tag: { annotations: { kept: '1' }, generation: 1 } }),
      ),
    ],
  },
  {
    name: 'PUT may not change labels',
    upstream: `${VALIDATION}/changedLabel`,
    given: [addStream('foo', { bar: docker('some/other:system') }, { labels: { l: '1' } })],
    steps: [
      put('imagestreamtags/foo:bar', istag('foo:bar', docker('x'), { labels: { a: 'b' } }), UNLIKE),
      put('imagestreamtags/foo:bar', istag('foo:bar', docker('x'), { labels: { l: '1' } }), ok()),
    ],
  },
  {
    name: 'PUT needs a name of the source',
    upstream: `${VALIDATION}/tagToNameRequired`,
    given: [addStream('foo', { bar: docker('some/other:system') })],
    steps: [
      put('imagestreamtags/foo:bar', istag('foo:bar', docker('')), invalid('ImageStreamTag', 'foo:bar', [required('tag.from.name')])),
    ],
  },
  {
    name: 'PUT needs a kind of the source',
    upstream: `${VALIDATION}/tagToKindRequired`,
    given: [addStream('foo', { bar: docker('some/other:system') })],
    steps: [
      put(
        'imagestreamtags/foo:bar',
        istag('foo:bar', { from: { kind: '', name: 'foo/bar:biz' } }),
        invalid('ImageStreamTag', 'foo:bar', [required('tag.from.kind', KINDS)]),
      ),
    ],
  },
  {
    name: 'PUT replaces the whole spec tag: what the body leaves out is gone',
    upstream: 'apiserver/registry/imagestreamtag/rest.go update (tagRef = *imageStreamTag.Tag)',
    given: [addStream('test', { tag: docker('a/b', { importPolicy: { scheduled: true, insecure: true }, reference: true }) })],
    steps: [
      put(
        PATH,
        istag('test:tag', docker('a/b')),
        ok({ tag: { importPolicy: { importMode: 'Legacy' } } }, ['tag.reference', 'tag.importPolicy.scheduled']),
      ),
    ],
  },
  {
    name: 'PUT of an older image is a new event on top',
    upstream: 'apiserver/internal/imageutil/helpers_test.go TestAddTagEventToImageStream/different ref, different image',
    given: [addImage(digest('a')), addImage(digest('b')), addStream('test'), history('test', { tag: [event('b'), event('a')] })],
    steps: [
      put(PATH, istag('test:tag', imageOf(`test@${digest('a')}`)), created({ image: { metadata: { name: digest('a') } }, generation: 2 })),
      get(
        'imagestreams/test',
        ok({ status: { tags: [{ items: [{ image: digest('a') }, { image: digest('b') }, { image: digest('a') }] }] } }),
      ),
    ],
  },
  {
    name: 'PUT takes the followers of the tag along, however long the chain',
    upstream: 'apiserver/internal/imageutil/helpers_test.go TestUpdateTrackingTags',
    given: [
      addImage(digest('a')),
      addStream('src'),
      history('src', { v: [event('a')] }),
      addStream('test', { tag: docker('x', { reference: true }), one: tagOf('tag'), two: tagOf('test:one') }),
    ],
    steps: [
      put(PATH, istag('test:tag', tagOf('src:v')), ok()),
      get(
        'imagestreams/test',
        ok({
          status: {
            tags: [
              { tag: 'one', items: [{ image: digest('a') }, {}] },
              { tag: 'tag' },
              { tag: 'two', items: [{ image: digest('a') }, {}] },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'PUT with dryRun answers what it would do and does nothing',
    upstream: 'apiserver/internal/imageutil/helpers.go UpdateOptionsToSupportedUpdateOptions',
    steps: [put(`${PATH}?dryRun=All`, VALID, created({ tag: { generation: 1 } })), get('imagestreams/test', refused(404, 'NotFound'))],
  },
  {
    name: 'PUT of a name that is not the one of the path is 400',
    upstream: 'k8s.io/apiserver/pkg/endpoints/handlers/rest.go checkName',
    given: [addStream('test')],
    steps: [put(PATH, istag('test:other', docker('x')), refused(400, 'BadRequest'))],
  },
  {
    name: 'PATCH creates the tag and its stream',
    upstream: 'apiserver/registry/imagestreamtag/rest.go update (synthetic old object)',
    steps: [patch(PATH, { tag: docker('a/b') }, created({ tag: { name: 'tag', from: { name: 'a/b' } } }))],
  },
  {
    name: 'PATCH changes one member of the tag',
    upstream: 'apiserver/registry/imagestreamtag/rest.go update',
    given: [addStream('test', { tag: docker('a/b', { importPolicy: { scheduled: true } }) })],
    steps: [
      patch(
        PATH,
        { tag: { from: { name: 'a/c' } } },
        ok({ tag: { from: { kind: 'DockerImage', name: 'a/c' }, importPolicy: { scheduled: true }, generation: 2 } }),
      ),
      patch(
        PATH,
        { metadata: { annotations: { a: 'b' } } },
        ok({ tag: { from: { name: 'a/c' }, annotations: { a: 'b' }, generation: 2 } }),
      ),
    ],
  },
];

const DELETE: readonly Case[] = [
  {
    name: 'DELETE of a tag of no stream is 404',
    upstream: `${REST} TestDeleteImageStreamTag/repo not found`,
    steps: [del('imagestreamtags/test:latest', refused(404, 'NotFound', { kind: 'imagestreamtags', name: 'test' }))],
  },
  {
    name: 'DELETE of a tag of an empty stream is 404',
    upstream: `${REST} TestDeleteImageStreamTag/nil tag map`,
    given: [addStream('test')],
    steps: [del('imagestreamtags/test:latest', refused(404, 'NotFound', { kind: 'imagestreamtags', name: 'test:latest' }))],
  },
  {
    name: 'DELETE of a tag that is not there is 404',
    upstream: `${REST} TestDeleteImageStreamTag/missing tag`,
    given: [addStream('test', { other: tagOf('test:foo') })],
    steps: [del('imagestreamtags/test:latest', refused(404, 'NotFound', { kind: 'imagestreamtags', name: 'test:latest' }))],
  },
  {
    name: 'DELETE removes spec tag and history, and leaves the others',
    upstream: `${REST} TestDeleteImageStreamTag/happy path`,
    given: [
      addStream('test', { another: tagOf('test:foo'), latest: tagOf('test:bar') }),
      history('test', { another: [event('a')], foo: [event('a')], latest: [event('a')], bar: [event('a')] }),
    ],
    steps: [
      del('imagestreamtags/test:latest', ok({ kind: 'Status', status: 'Success' }, ['details'])),
      get(
        'imagestreams/test',
        ok({
          metadata: { generation: 2 },
          spec: { tags: [{ name: 'another', from: { name: 'test:foo' }, generation: 1 }] },
          status: { tags: [{ tag: 'another' }, { tag: 'bar' }, { tag: 'foo' }] },
        }),
      ),
    ],
  },
  {
    name: 'DELETE of a tag that was only pushed leaves the generation alone',
    upstream: 'apiserver/registry/imagestreamtag/rest.go Delete',
    given: [addStream('test'), history('test', { pushed: [event('a')] })],
    steps: [del('imagestreamtags/test:pushed', ok()), get('imagestreams/test', ok({ metadata: { generation: 1 } }, ['status.tags']))],
  },
  {
    name: 'DELETE with another uid is 409',
    upstream: 'apiserver/registry/imagestreamtag/rest.go Delete (preconditions)',
    given: [addStream('test', { tag: docker('x') })],
    steps: [
      del(PATH, refused(409, 'Conflict', { kind: 'imagestreamtags', name: 'test:tag' }), {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        preconditions: { uid: 'other' },
      }),
      del(PATH, ok(), { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { resourceVersion: '1' } }),
    ],
  },
  {
    name: 'DELETE with dryRun leaves the tag',
    upstream: 'apiserver/internal/imageutil/helpers.go DeleteOptionsToSupportedUpdateOptions',
    given: [addStream('test', { tag: docker('x') })],
    steps: [del(`${PATH}?dryRun=All`, ok({ status: 'Success' })), get('imagestreams/test', ok({ spec: { tags: [{ name: 'tag' }] } }))],
  },
  ...(['imagestreamtags', 'imagetags'] as const).map((resource): Case => ({
    name: `${resource} cannot be watched`,
    upstream: 'k8s.io/apiserver/pkg/endpoints/handlers/get.go ListResource (no watcher)',
    steps: [get(`${resource}?watch=true`, refused(405, 'MethodNotAllowed'))],
  })),
];

export const IMAGE_STREAM_TAG_WRITES: readonly Case[] = [...UPDATE, ...DELETE];
