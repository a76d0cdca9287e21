/** imagetags: every verb (openshift-semantics.md §4.2). */
import { bad, type Case, created, del, edit, get, invalid, ok, patch, post, put, refused, required } from '../case.ts';
import { addImage, addStream, digest, docker, event, history, itag, reference, tagOf } from '../objects.ts';

const REST = 'apiserver/registry/imagetag/rest_test.go';
const VALIDATION = 'apis/image/validation/validation_test.go TestValidateITUpdate';
const KINDS = "valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'";
const ONLY_SPEC = 'may not update fields other than spec';
const PATH = 'imagetags/test:tag';
const METADATA = { labels: { label: 'to' }, annotations: { test: 'other' } };
const ANNOTATED = { annotations: { color: 'blue', size: 'large' } };
const NEWEST = { created: '2015-03-24T09:38:00Z', dockerImageReference: 'test', image: '10', generation: 1 };

const stored = (spec: boolean, status: boolean) => [
  addStream('test', spec ? { latest: docker('a/b:c', ANNOTATED) } : {}, METADATA),
  ...(status ? [history('test', { latest: [NEWEST] })] : []),
];
const image10 = addImage('10', { dockerImageReference: 'foo/bar/baz', dockerImageManifest: '{}' });
const shown = { metadata: { name: 'test:latest', namespace: 'default', ...METADATA } };
const SPEC = {
  name: 'latest',
  from: { kind: 'DockerImage', name: 'a/b:c' },
  ...ANNOTATED,
  importPolicy: { importMode: 'Legacy' },
  referencePolicy: { type: 'Source' },
};
const STATUS = { tag: 'latest', items: [NEWEST] };

const READ: readonly Case[] = [
  {
    name: 'an image tag shows the metadata of its stream, spec, history and image',
    upstream: `${REST} TestGetImageTag/happy path`,
    given: [image10, ...stored(true, true)],
    steps: [
      get('imagestreams/test'),
      get(
        'imagetags/test:latest',
        ok(
          ({ metadata }: { metadata: { uid: string; generation: number; resourceVersion: string; creationTimestamp: string } }) => ({
            kind: 'ImageTag',
            metadata: { ...shown.metadata, ...pick(metadata) },
            spec: SPEC,
            status: STATUS,
            image: { metadata: { name: '10' }, dockerImageReference: 'test', dockerImageMetadataVersion: '1.0' },
          }),
          ['image.dockerImageManifest'],
        ),
      ),
    ],
  },
  {
    name: 'an image tag whose image is gone shows none',
    upstream: `${REST} TestGetImageTag/no image`,
    given: stored(true, true),
    steps: [get('imagetags/test:latest', ok({ ...shown, spec: SPEC, status: STATUS, image: null }))],
  },
  {
    name: 'an image tag that was only pushed has no spec',
    upstream: `${REST} TestGetImageTag/no spec`,
    given: [image10, ...stored(false, true)],
    steps: [get('imagetags/test:latest', ok({ ...shown, spec: null, status: STATUS, image: { metadata: { name: '10' } } }))],
  },
  {
    name: 'an image tag that points nowhere yet has no status',
    upstream: `${REST} TestGetImageTag/no status`,
    given: stored(true, false),
    steps: [get('imagetags/test:latest', ok({ ...shown, spec: SPEC, status: null, image: null }))],
  },
  {
    name: 'an image tag of a stream that is not there is 404 and named by the stream',
    upstream: `${REST} TestGetImageTag/missing repo`,
    steps: [get('imagetags/test:latest', refused(404, 'NotFound', { kind: 'imagetags', name: 'test' }))],
  },
  {
    name: 'an image tag that has neither spec nor status is 404',
    upstream: 'apiserver/registry/imagetag/rest.go newITag',
    given: stored(true, true),
    steps: [get('imagetags/test:nosuch', refused(404, 'NotFound', { kind: 'imagetags', name: 'test:nosuch' }))],
  },
  {
    name: 'the reference of an image tag is the one of its event',
    upstream: `${REST} TestGetImageTagDIR`,
    given: [
      addImage('10', { dockerImageReference: 'foo/bar/baz:different' }),
      addStream('test'),
      history('test', { latest: [{ ...NEWEST, dockerImageReference: 'foo/bar/baz:latest' }] }),
    ],
    steps: [get('imagetags/test:latest', ok({ image: { dockerImageReference: 'foo/bar/baz:latest' } }))],
  },
  {
    name: 'the list of image tags shows spec and history, but no images',
    upstream: `${REST} TestListImageTag/happy path, no image`,
    given: [image10, ...stored(true, true)],
    steps: [get('imagetags', ok({ kind: 'ImageTagList', items: [{ ...shown, spec: SPEC, status: STATUS, image: null }] }))],
  },
  {
    name: 'the list of image tags holds pushed tags, ordered by name',
    upstream: `${REST} TestListImageTag/no spec`,
    given: [addStream('test', {}, METADATA), history('test', { other: [event('b')], latest: [NEWEST] })],
    steps: [get('imagetags', ok({ items: [{ ...shown, spec: null, status: STATUS }, { metadata: { name: 'test:other' } }] }))],
  },
  {
    name: 'the list of image tags holds tags that point nowhere yet',
    upstream: `${REST} TestListImageTag/no status`,
    given: stored(true, false),
    steps: [get('imagetags', ok({ items: [{ ...shown, spec: SPEC, status: null }] }))],
  },
  {
    name: 'the list of image tags of nothing is empty',
    upstream: `${REST} TestListImageTag/no repo`,
    steps: [get('imagetags', ok({ items: [] }))],
  },
  {
    name: 'the name of an image tag has a tag',
    upstream: 'apiserver/registry/imagetag/rest.go nameAndTag',
    steps: [get('imagetags/test', { code: 400, body: { message: 'ImageTags must be retrieved with <name>:<tag>' } })],
  },
];

function pick({ uid, generation, resourceVersion, creationTimestamp }: Readonly<Record<string, unknown>>): object {
  return { uid, generation, resourceVersion, creationTimestamp };
}

const EXISTING = { labels: { a: 'b' }, annotations: { blue: 'green' } };
const BAZ = docker('foo/bar/baz');
const refuse = (...causes: Parameters<typeof invalid>[2]) => invalid('ImageTag', 'test:tag', causes);
const misnamed = (name: string) => bad('spec.name', JSON.stringify(name), 'must match image tag name');
const noSpec = required('spec', 'spec is a required field during creation');

const CREATE: readonly Case[] = [
  {
    name: 'POST adds the tag and shows the metadata of the stream',
    upstream: `${REST} TestCreateImageTag/valid itag`,
    given: [addStream('test', {}, EXISTING)],
    steps: [
      post(
        'imagetags',
        itag('test:tag', BAZ),
        created({
          metadata: { name: 'test:tag', generation: 2, ...EXISTING },
          spec: { name: 'tag', generation: 2, ...BAZ, importPolicy: { importMode: 'Legacy' } },
          status: null,
          image: null,
        }),
      ),
    ],
  },
  {
    name: 'POST of another spec name is refused',
    upstream: `${REST} TestCreateImageTag/mismatched itag name`,
    given: [addStream('test')],
    steps: [post('imagetags', itag('test:tag', { name: 'other', ...BAZ }), refuse(misnamed('other')))],
  },
  {
    name: 'POST of a bad spec is refused',
    upstream: `${REST} TestCreateImageTag/invalid spec`,
    given: [addStream('test')],
    steps: [
      post(
        'imagetags',
        itag('test:tag', { referencePolicy: { type: 'X' } }),
        refuse(bad('spec.referencePolicy.type', '"X"', 'valid values are "Source", "Local"')),
      ),
    ],
  },
  {
    name: 'POST without spec is refused',
    upstream: `${REST} TestCreateImageTag/nil spec`,
    given: [addStream('test')],
    steps: [post('imagetags', itag('test:tag', null), refuse(noSpec))],
  },
  {
    name: 'POST creates the stream',
    upstream: `${REST} TestCreateImageTag/valid spec with new image stream`,
    steps: [
      post(
        'imagetags',
        itag('test:tag', { name: 'tag', ...BAZ }),
        created({ metadata: { name: 'test:tag', generation: 1 }, spec: { name: 'tag', generation: 1 } }, ['metadata.labels']),
      ),
      get('imagestreams/test', ok({ spec: { tags: [{ name: 'tag' }] } })),
    ],
  },
  {
    name: 'POST of a spec tag that exists is 409',
    upstream: 'apiserver/registry/imagetag/rest.go Create',
    given: [addStream('test', { tag: BAZ })],
    steps: [post('imagetags', itag('test:tag', BAZ), refused(409, 'AlreadyExists', { kind: 'imagetags', name: 'test:tag' }))],
  },
];

const pushed = { dockerImageReference: 'initial/image:1', image: 'sha256:0000000001', created: '2015-03-24T09:38:00Z', generation: 2 };
const TAG_STATUS = { tag: 'tag', items: [pushed] };
const onlyStatus = [addStream('test', {}, EXISTING), history('test', { tag: [pushed] })];
const onlySpec = [addStream('test', { tag: BAZ }, EXISTING)];
const whole = (spec: object | null, status: object | null = null) => ({ ...itag('test:tag', spec, EXISTING), status });

const UPDATE: readonly Case[] = [
  {
    name: 'PUT of a pushed tag adds the spec and answers 201',
    upstream: `${REST} TestUpdateImageTag/valid itag`,
    given: onlyStatus,
    steps: [
      put(
        PATH,
        whole({ name: 'tag', ...BAZ }, TAG_STATUS),
        created({ metadata: { generation: 2, ...EXISTING }, spec: { name: 'tag', generation: 2 }, status: TAG_STATUS }),
      ),
    ],
  },
  {
    name: 'PUT may not change the status',
    upstream: `${REST} TestUpdateImageTag/requires status to be unchanged`,
    given: onlyStatus,
    steps: [
      put(
        PATH,
        whole({ name: 'tag', ...BAZ }, { tag: 'tag', items: [{ ...pushed, generation: 1 }] }),
        refuse(bad('status', '""', ONLY_SPEC)),
      ),
      put(PATH, whole({ name: 'tag', ...BAZ }, null), refuse(bad('status', '""', ONLY_SPEC))),
    ],
  },
  {
    name: 'PUT of the same is no change',
    upstream: `${REST} TestUpdateImageTag/no-op update`,
    given: onlySpec,
    steps: [
      get(PATH),
      put(
        PATH,
        whole({ name: 'tag', ...BAZ }),
        ok(({ metadata }: { metadata: object }) => ({ metadata, spec: { name: 'tag', generation: 1 } })),
      ),
    ],
  },
  {
    name: 'PUT changes the annotations of the spec tag',
    upstream: `${REST} TestUpdateImageTag/tag annotation update`,
    given: onlySpec,
    steps: [
      put(
        PATH,
        whole({ name: 'tag', ...BAZ, annotations: { a: 'c' } }),
        ok({ metadata: { generation: 2, ...EXISTING }, spec: { generation: 1, annotations: { a: 'c' } } }),
      ),
    ],
  },
  {
    name: 'PUT may not rename the spec tag',
    upstream: `${REST} TestUpdateImageTag/tag name update fails; ${VALIDATION}/mismatchedSpecName`,
    given: onlySpec,
    steps: [put(PATH, whole({ name: 'other', ...BAZ }), refuse(misnamed('other')))],
  },
  {
    name: 'PUT has to send labels and annotations back',
    upstream: `${REST} TestUpdateImageTag/attempted metadata update; ${VALIDATION}/changedAnnotations, changedLabel`,
    given: onlySpec,
    steps: [
      put(PATH, itag('test:tag', { name: 'tag', ...BAZ }), refuse(bad('metadata', '""', ONLY_SPEC))),
      put(PATH, itag('test:tag', { name: 'tag', ...BAZ }, { ...EXISTING, labels: { a: 'c' } }), refuse(bad('metadata', '""', ONLY_SPEC))),
      put(PATH, itag('test:tag', { name: 'tag', ...BAZ }, { ...EXISTING, annotations: {} }), refuse(bad('metadata', '""', ONLY_SPEC))),
    ],
  },
  {
    name: 'PUT needs the name of the spec tag, and metadata as it is',
    upstream: `${REST} TestUpdateImageTag/mismatched itag name, empty itag name`,
    given: onlySpec,
    steps: [
      put(PATH, itag('test:tag', { name: 'other', ...BAZ }), refuse(misnamed('other'), bad('metadata', '""', ONLY_SPEC))),
      put(PATH, whole({ name: '', ...BAZ }), refuse(misnamed(''))),
    ],
  },
  {
    name: 'PUT needs name and kind of the source',
    upstream: `${VALIDATION}/tagToNameRequired, tagToKindRequired`,
    given: onlySpec,
    steps: [
      put(PATH, whole({ name: 'tag', ...docker('') }), refuse(required('spec.from.name'))),
      put(PATH, whole({ name: 'tag', from: { kind: '', name: 'x' } }), refuse(required('spec.from.kind', KINDS))),
    ],
  },
  {
    name: 'PUT of a bad spec is refused',
    upstream: `${REST} TestUpdateImageTag/invalid spec`,
    given: onlySpec,
    steps: [
      put(
        PATH,
        whole({ name: 'tag', referencePolicy: { type: 'X' } }),
        refuse(bad('spec.referencePolicy.type', '"X"', 'valid values are "Source", "Local"')),
      ),
    ],
  },
  {
    name: 'PUT without spec needs the metadata too, and then removes the spec tag',
    upstream: `${REST} TestUpdateImageTag/nil spec`,
    given: [...onlySpec, history('test', { tag: [pushed] })],
    steps: [
      put(PATH, itag('test:tag', null), { code: 422, body: { details: { kind: 'ImageTag', name: 'test:tag' } } }),
      put(PATH, whole(null, TAG_STATUS), ok({ spec: null, status: TAG_STATUS })),
      get('imagestreams/test', ok({ metadata: { generation: 2 } }, ['spec.tags'])),
    ],
  },
  {
    name: 'PUT creates the stream, which needs a spec',
    upstream: `${REST} TestUpdateImageTag/valid spec with new image stream`,
    steps: [
      put(PATH, itag('test:tag', null), refuse(noSpec)),
      put(PATH, itag('test:tag', { name: 'tag', ...BAZ }), created({ metadata: { generation: 1 }, spec: { name: 'tag', generation: 1 } })),
    ],
  },
  {
    name: 'PUT with a stale resourceVersion is 409, with one of no stream 404',
    upstream: 'apiserver/registry/imagetag/rest.go Update',
    given: onlySpec,
    steps: [
      edit(
        PATH,
        (current) => ({ ...current, metadata: { ...current.metadata, resourceVersion: '1' } }),
        refused(409, 'Conflict', { kind: 'imagetags', name: 'test:tag' }),
      ),
      put(
        'imagetags/nosuch:tag',
        itag('nosuch:tag', { name: 'tag', ...BAZ }, { resourceVersion: '1' }),
        refused(404, 'NotFound', { kind: 'imagetags', name: 'nosuch:tag' }),
      ),
    ],
  },
  {
    name: 'PATCH changes the source',
    upstream: 'apiserver/registry/imagetag/rest.go Update',
    given: onlySpec,
    steps: [
      patch(
        PATH,
        { spec: { from: { name: 'foo/bar/qux' } } },
        ok({ spec: { from: { kind: 'DockerImage', name: 'foo/bar/qux' }, generation: 2 } }),
      ),
    ],
  },
];

const DELETE: readonly Case[] = [
  {
    name: 'DELETE of an image tag of no stream is 404',
    upstream: `${REST} TestDeleteImageTag/repo not found`,
    steps: [del('imagetags/test:latest', refused(404, 'NotFound', { kind: 'imagetags', name: 'test' }))],
  },
  {
    name: 'DELETE of an image tag that is not there is 404',
    upstream: `${REST} TestDeleteImageTag/nil tag map, missing tag`,
    given: [addStream('test', { other: tagOf('test:foo') })],
    steps: [del('imagetags/test:latest', refused(404, 'NotFound', { kind: 'imagetags', name: 'test:latest' }))],
  },
  {
    name: 'DELETE of an image tag removes spec and history',
    upstream: `${REST} TestDeleteImageTag/happy path`,
    given: [
      addStream('test', { another: tagOf('test:foo'), latest: tagOf('test:bar') }),
      history('test', { another: [event('a')], latest: [event('a')], bar: [event('a')] }),
    ],
    steps: [
      del('imagetags/test:latest', ok({ kind: 'Status', status: 'Success' })),
      get(
        'imagestreams/test',
        ok({
          metadata: { generation: 2 },
          spec: { tags: [{ name: 'another' }] },
          status: { tags: [{ tag: 'another' }, { tag: 'bar', items: [{ dockerImageReference: reference('a'), image: digest('a') }] }] },
        }),
      ),
    ],
  },
];

export const IMAGE_TAGS: readonly Case[] = [...READ, ...CREATE, ...UPDATE, ...DELETE];
