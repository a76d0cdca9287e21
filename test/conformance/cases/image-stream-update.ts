/** imagestreams and imagestreams/status: PUT, PATCH, DELETE, deletecollection (openshift-semantics.md §2.3, §2.4). */
import { bad, type Case, created, del, edit, get, invalid, ok, patch, post, put, refused } from '../case.ts';
import { addStream, digest, docker, event, history, reference, stream, tagOf, withSpec, withTags } from '../objects.ts';

const STRATEGY = 'apiserver/registry/imagestream/strategy.go';
const PATH = 'imagestreams/s';
const STALE = 'the object has been modified; please apply your changes to the latest version and try again';

type Stored = { readonly metadata: { readonly resourceVersion: string; readonly generation: number }; readonly status: object };

const SPEC: readonly Case[] = [
  {
    name: 'PUT raises the generation when the spec differs, and numbers what is new in it',
    upstream: `${STRATEGY} prepareForUpdate, ensureSpecTagGenerationsAreSet`,
    given: [addStream('s', { one: docker('a/b') })],
    steps: [
      edit(
        PATH,
        withTags({ one: docker('a/b'), two: docker('a/c', { generation: 9 }) }),
        ok({
          metadata: { generation: 2 },
          spec: {
            tags: [
              { name: 'one', generation: 1 },
              { name: 'two', generation: 2 },
            ],
          },
        }),
      ),
      edit(
        PATH,
        withTags({ one: docker('a/d'), two: docker('a/c') }),
        ok({ metadata: { generation: 3 }, spec: { tags: [{ generation: 3 }, { generation: 2 }] } }),
      ),
    ],
  },
  {
    name: 'PUT of labels and annotations leaves the generation alone',
    upstream: `${STRATEGY} prepareForUpdate`,
    given: [addStream('s')],
    steps: [
      edit(
        PATH,
        (current) => ({ ...current, metadata: { ...current.metadata, labels: { a: 'b' }, annotations: { c: 'd' } } }),
        ok({ metadata: { generation: 1, labels: { a: 'b' }, annotations: { c: 'd' } } }),
      ),
    ],
  },
  {
    name: 'PUT of lookupPolicy raises the generation',
    upstream: `${STRATEGY} prepareForUpdate`,
    given: [addStream('s', { t: docker('x') })],
    steps: [
      edit(
        PATH,
        withSpec({ lookupPolicy: { local: true } }),
        ok({ metadata: { generation: 2 }, spec: { lookupPolicy: { local: true }, tags: [{ generation: 1 }] } }),
      ),
    ],
  },
  {
    name: 'PUT of the same writes nothing: resourceVersion stays',
    upstream: 'k8s.io/apiserver/pkg/storage/etcd3/store.go GuaranteedUpdate (no change)',
    given: [addStream('s', { t: docker('x') }), history('s', { t: [event('a')] })],
    steps: [
      edit(
        PATH,
        (current) => current,
        ok(({ metadata }: Stored) => ({ metadata })),
      ),
    ],
  },
  {
    name: 'PUT ignores the generation and the status of the body',
    upstream: `${STRATEGY} PrepareForUpdate (resetStatus)`,
    given: [addStream('s'), history('s', { t: [event('a')] })],
    steps: [
      edit(
        PATH,
        (current) => ({ ...current, metadata: { ...current.metadata, generation: 99 }, status: { tags: [] } }),
        ok(({ status }: Stored) => ({ metadata: { generation: 1 }, status })),
      ),
    ],
  },
  {
    name: 'PUT without a tag keeps its history, and without history nothing',
    upstream: `${STRATEGY} prepareForUpdate, collapseEmptyStatusTags`,
    given: [addStream('s', { kept: docker('a'), gone: docker('b') }), history('s', { kept: [event('a')] })],
    steps: [
      edit(
        PATH,
        withTags({}),
        ok({ metadata: { generation: 2 }, status: { tags: [{ tag: 'kept', items: [{ image: digest('a') }] }] } }, ['spec.tags']),
      ),
    ],
  },
  {
    name: 'PUT without a resourceVersion is refused by the registry, which names the resource',
    upstream: 'k8s.io/apiserver/pkg/registry/generic/registry/store.go Update (AllowUnconditionalUpdate)',
    given: [addStream('s')],
    steps: [
      put(PATH, stream('s'), invalid('imagestreams', 's', [bad('metadata.resourceVersion', '0', 'must be specified for an update')])),
    ],
  },
  {
    name: 'PUT with a stale resourceVersion is 409',
    upstream: 'k8s.io/apiserver/pkg/registry/generic/registry/store.go Update (OptimisticLockErrorMsg)',
    given: [addStream('s')],
    steps: [
      put(PATH, stream('s', {}, { resourceVersion: '1' }), {
        code: 409,
        body: {
          reason: 'Conflict',
          message: `Operation cannot be fulfilled on imagestreams.image.openshift.io "s": ${STALE}`,
          details: { kind: 'imagestreams', name: 's' },
        },
      }),
    ],
  },
  {
    name: 'PUT with another uid is 409',
    upstream: 'k8s.io/apiserver/pkg/storage/interfaces.go Preconditions.Check',
    given: [addStream('s')],
    steps: [
      edit(
        PATH,
        (current) => ({ ...current, metadata: { ...current.metadata, uid: 'other' } }),
        refused(409, 'Conflict', { kind: 'imagestreams', name: 's' }),
      ),
    ],
  },
  {
    name: 'PUT of a stream that is not there is 404',
    upstream: `${STRATEGY} AllowCreateOnUpdate`,
    steps: [put(PATH, stream('s', {}, { resourceVersion: '1' }), refused(404, 'NotFound', { kind: 'imagestreams', name: 's' }))],
  },
  {
    name: 'PUT under another name is 400',
    upstream: 'k8s.io/apiserver/pkg/endpoints/handlers/rest.go checkName',
    given: [addStream('s')],
    steps: [put(PATH, stream('other', {}, { resourceVersion: '1' }), refused(400, 'BadRequest'))],
  },
  {
    name: 'PATCH needs no resourceVersion, but honours one',
    upstream: 'k8s.io/apiserver/pkg/endpoints/handlers/patch.go patchResource',
    given: [addStream('s')],
    steps: [
      patch(PATH, { metadata: { labels: { a: 'b' } } }, ok({ metadata: { labels: { a: 'b' } } })),
      patch(PATH, { metadata: { resourceVersion: '1', labels: { a: 'c' } } }, refused(409, 'Conflict')),
    ],
  },
  {
    name: 'PATCH of a stream that is not there is 404',
    upstream: 'k8s.io/apiserver/pkg/endpoints/handlers/patch.go patchResource',
    steps: [patch(PATH, { metadata: { labels: { a: 'b' } } }, refused(404, 'NotFound', { kind: 'imagestreams', name: 's' }))],
  },
  {
    name: 'a follower moves with a reference tag changed in the same stream',
    upstream: 'apiserver/registry/imagestream/strategy_test.go TestTagsChanged/tag changes and referenced tag should react',
    given: [addStream('s', { v: docker('x/y:1', { reference: true }), latest: tagOf('v') })],
    steps: [
      edit(
        PATH,
        withTags({ v: docker('x/y:2', { reference: true }), latest: tagOf('v') }),
        ok({
          status: {
            tags: [
              { tag: 'latest', items: [{ dockerImageReference: 'x/y:2' }] },
              { tag: 'v', items: [{ dockerImageReference: 'x/y:2' }] },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'a refused PUT changes nothing',
    upstream: 'apis/image/validation/validation_test.go TestValidateImageStream, by way of ValidateImageStreamUpdate',
    given: [addStream('s')],
    steps: [
      edit(
        PATH,
        withTags({ t: docker('a:b:c') }),
        invalid('ImageStream', 's', [bad('spec.tags[t].from.name', '"a:b:c"', 'invalid reference format')]),
      ),
      get(PATH, ok({ metadata: { generation: 1 } }, ['spec.tags'])),
    ],
  },
];

const withStatus =
  (...tags: readonly object[]) =>
  (current: { readonly status: object }) => ({ ...current, status: { ...current.status, tags } });
const unnumbered = (letter: string) => event(letter, { generation: 0 });

const STATUS: readonly Case[] = [
  {
    name: 'a status without generations takes the streams where nothing was known',
    upstream: `${STRATEGY} updateObservedGenerationForStatusUpdate`,
    given: [addStream('s', { t: docker('x') }), edit(PATH, withTags({ t: docker('x'), u: docker('y') }))],
    steps: [
      edit(
        `${PATH}/status`,
        withStatus({ tag: 't', items: [unnumbered('a')] }, { tag: 'w', items: [unnumbered('b')] }),
        ok({
          metadata: { generation: 2 },
          status: {
            tags: [
              { tag: 't', items: [{ generation: 2 }] },
              { tag: 'w', items: [{ generation: 2 }] },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'a status that moves a tag takes the generation of the spec tag',
    upstream: `${STRATEGY} updateObservedGenerationForStatusUpdate (tagEventChanged)`,
    given: [
      addStream('s', { t: docker('x') }),
      history('s', { t: [event('a')], w: [event('a')] }),
      edit(PATH, withTags({ t: docker('x'), u: docker('y') })),
    ],
    steps: [
      edit(
        `${PATH}/status`,
        withStatus({ tag: 't', items: [unnumbered('b')] }, { tag: 'w', items: [unnumbered('b')] }),
        ok({
          status: {
            tags: [
              { tag: 't', items: [{ generation: 1 }] },
              { tag: 'w', items: [{ generation: 2 }] },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'a status write leaves spec tags and generation, but not labels and lookupPolicy',
    upstream: `${STRATEGY} StatusStrategy.PrepareForUpdate`,
    given: [addStream('s', { t: docker('x') })],
    steps: [
      edit(
        `${PATH}/status`,
        (current) => ({
          ...current,
          metadata: { ...current.metadata, generation: 7, labels: { a: 'b' } },
          spec: { lookupPolicy: { local: true }, dockerImageRepository: 'x/y', tags: [] },
        }),
        ok({ metadata: { generation: 1, labels: { a: 'b' } }, spec: { lookupPolicy: { local: true }, tags: [{ name: 't' }] } }, [
          'spec.dockerImageRepository',
        ]),
      ),
    ],
  },
  {
    name: 'a status write parses references that are new',
    upstream: 'apis/image/validation/validation.go ValidateImageStreamStatusUpdateWithWhitelister',
    given: [addStream('s')],
    steps: [
      edit(
        `${PATH}/status`,
        withStatus({ tag: 't', items: [event('a', { dockerImageReference: 'a:b:c' })] }),
        invalid('ImageStream', 's', [bad('status.tags[t].items[0].dockerImageReference', '"a:b:c"', 'invalid reference format')]),
      ),
    ],
  },
  {
    name: 'a status write without resourceVersion is refused, a stale one 409',
    upstream: 'k8s.io/apiserver/pkg/registry/generic/registry/store.go Update',
    given: [addStream('s')],
    steps: [
      put(`${PATH}/status`, stream('s'), refused(422, 'Invalid', { kind: 'imagestreams' })),
      put(`${PATH}/status`, stream('s', {}, { resourceVersion: '1' }), refused(409, 'Conflict', { kind: 'imagestreams' })),
    ],
  },
  {
    name: 'a status write may shorten a history, as pruning does',
    upstream: `${STRATEGY} StatusStrategy.ValidateUpdate`,
    given: [addStream('s'), history('s', { t: [event('c'), event('b'), event('a')] })],
    steps: [
      edit(`${PATH}/status`, withStatus({ tag: 't', items: [event('c')] }), ok()),
      get(PATH, ok({ status: { tags: [{ items: [{ dockerImageReference: reference('c') }] }] } })),
    ],
  },
  {
    name: 'a tag with a condition only prints no items',
    upstream: 'apis/image/v1/conversion_test.go TestImageStreamStatusConversionPreservesTags',
    given: [addStream('s')],
    steps: [
      edit(
        `${PATH}/status`,
        withStatus({ tag: 't', items: null, conditions: [{ type: 'ImportSuccess', status: 'False', generation: 1, reason: 'NotFound' }] }),
        ok({ status: { tags: [{ tag: 't', items: null, conditions: [{ type: 'ImportSuccess', status: 'False' }] }] } }),
      ),
    ],
  },
  {
    name: 'PATCH of the status changes the status',
    upstream: 'apiserver/registry/imagestream/etcd/etcd.go StatusREST.Update',
    given: [addStream('s'), history('s', { t: [event('a')] })],
    steps: [patch(`${PATH}/status`, { status: { tags: [] } }, ok({}, ['status.tags']))],
  },
];

const DELETED: readonly Case[] = [
  {
    name: 'DELETE answers what was deleted, and nothing of it comes back',
    upstream: 'k8s.io/apiserver/pkg/registry/generic/registry/store.go finalizeDelete',
    given: [addStream('s', { t: docker('x') }), history('s', { t: [event('a')] })],
    steps: [
      get(PATH),
      del(
        PATH,
        ok(({ metadata }: { metadata: { uid: string } }) => ({
          kind: 'Status',
          status: 'Success',
          details: { name: 's', group: 'image.openshift.io', kind: 'imagestreams', uid: metadata.uid },
        })),
      ),
      get(PATH, refused(404, 'NotFound')),
      post('imagestreams', stream('s'), created({ metadata: { generation: 1 } }, ['spec.tags', 'status.tags'])),
    ],
  },
  {
    name: 'DELETE of a stream that is not there is 404',
    upstream: 'k8s.io/apiserver/pkg/registry/generic/registry/store.go Delete',
    steps: [del(PATH, refused(404, 'NotFound', { kind: 'imagestreams', name: 's' }))],
  },
  {
    name: 'DELETE honours uid and resourceVersion',
    upstream: 'k8s.io/apiserver/pkg/storage/interfaces.go Preconditions.Check',
    given: [addStream('s')],
    steps: [
      del(PATH, refused(409, 'Conflict'), { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'other' } }),
      del(PATH, refused(409, 'Conflict'), { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { resourceVersion: '1' } }),
      del(PATH, ok()),
    ],
  },
  {
    name: 'DELETE with dryRun deletes nothing',
    upstream: 'k8s.io/apiserver/pkg/registry/generic/registry/dryrun.go Delete',
    given: [addStream('s')],
    steps: [del(`${PATH}?dryRun=All`, ok()), get(PATH, ok())],
  },
  {
    name: 'deletecollection deletes what the selector matches',
    upstream: 'k8s.io/apiserver/pkg/registry/generic/registry/store.go DeleteCollection',
    given: [addStream('a', {}, { labels: { app: 'x' } }), addStream('b', {}, { labels: { app: 'x' } }), addStream('c')],
    steps: [
      del(
        'imagestreams?labelSelector=app%3Dx',
        ok({ kind: 'ImageStreamList', items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }] }),
      ),
      get('imagestreams', ok({ items: [{ metadata: { name: 'c' } }] })),
    ],
  },
];

export const IMAGE_STREAM_UPDATE: readonly Case[] = [...SPEC, ...STATUS, ...DELETED];
