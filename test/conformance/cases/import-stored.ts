/** imagestreamimports: what an import does to the stream (openshift-semantics.md §6.4). */
import { type Case, edit, expectText, get, ok, patch, post, refused } from '../case.ts';
import { PRESERVE, isi, at, to, doImport, importing, SUCCESS, V1, V1_REFERENCE, V2, tag, conditionOf } from '../import-request.ts';
import { addImage, addStream, digest, event, history, tagOf } from '../objects.ts';
import { APP, MULTI, REGISTRY } from '../registry.ts';

const SUCCESSFUL = 'apiserver/registry/imagestreamimport/rest_test.go TestImportSuccessful';
const CHECK = 'openshift.io/image.dockerRepositoryCheck';

const old = (letter: string) => event(letter);
const stored = (...items: readonly object[]) => [addStream('s', { t: at('team/app:v1') }), history('s', { t: items })];
const pull = at('team/app:v1', to('t'));

export const IMPORT_STORED: readonly Case[] = [
  {
    name: 'an import creates stream, tag and image, and answers the stream',
    upstream: 'apiserver/registry/imagestreamimport/rest_test.go TestCreateImages/successfulImport',
    steps: [
      doImport(
        { images: [pull] },
        {
          kind: 'ImageStreamImport',
          status: {
            import: {
              metadata: { name: 's', generation: 1, annotations: { [CHECK]: expectText('Z') } },
              spec: {
                tags: [
                  {
                    name: 't',
                    from: { kind: 'DockerImage', name: `${REGISTRY.host}/team/app:v1` },
                    generation: 1,
                    importPolicy: { insecure: true },
                    referencePolicy: { type: 'Source' },
                  },
                ],
              },
              ...tag({ image: V1, dockerImageReference: V1_REFERENCE, generation: 1 }),
            },
          },
        },
      ),
      get(`images/${V1}`, ok({ dockerImageReference: V1_REFERENCE }, ['dockerImageManifest'])),
      get('imagestreamtags/s:t', ok({ image: { metadata: { name: V1 } } })),
    ],
  },
  {
    name: 'an import that differs in image and reference goes on top, under the next generation',
    upstream: `${SUCCESSFUL}/reference differs, image differs`,
    given: stored(old('a')),
    steps: [
      importing(pull),
      get(
        'imagestreams/s',
        ok({
          metadata: { generation: 2 },
          spec: { tags: [{ generation: 2 }] },
          ...tag({ image: V1, dockerImageReference: V1_REFERENCE, generation: 2 }, { image: digest('a') }),
        }),
      ),
    ],
  },
  {
    name: 'the reference policy of a tag that is there stays, a new tag takes the one of the import',
    upstream: `${SUCCESSFUL}/empty status`,
    given: stored(),
    steps: [
      importing(
        at('team/app:v1', { ...to('t'), referencePolicy: { type: 'Local' } }),
        at('team/app:v2', { ...to('u'), referencePolicy: { type: 'Local' } }),
      ),
      get(
        'imagestreams/s',
        ok({
          spec: {
            tags: [
              { name: 't', referencePolicy: { type: 'Source' }, generation: 2 },
              { name: 'u', referencePolicy: { type: 'Local' } },
            ],
          },
          status: { tags: [{ items: [{ image: V1 }] }, { items: [{ image: V2 }] }] },
        }),
      ),
    ],
  },
  {
    name: 'a spec that is ahead is met: the event is renumbered and keeps its time',
    upstream: `${SUCCESSFUL}/only generation differ`,
    given: [
      ...stored({ ...old('a'), image: V1, dockerImageReference: V1_REFERENCE }),
      edit('imagestreams/s', (current) => ({ ...current, spec: { ...current.spec, tags: [{ ...current.spec.tags[0], generation: 0 }] } })),
    ],
    steps: [
      importing(pull),
      get(
        'imagestreams/s',
        ok({
          metadata: { generation: 3 },
          spec: { tags: [{ generation: 3 }] },
          ...tag({ image: V1, generation: 3, created: '2015-03-24T09:38:00Z' }),
        }),
      ),
    ],
  },
  {
    name: 'an import that finds nothing new writes nothing',
    upstream: 'apiserver/registry/imagestreamimport/rest.go importSuccessful (no change)',
    given: [importing(pull)],
    steps: [
      get('imagestreams/s'),
      doImport({ images: [pull] }),
      edit('imagestreams/s', (current) => current, ok({ metadata: { generation: 1 }, ...tag({ image: V1, generation: 1 }) })),
    ],
  },
  {
    name: 'an import that stores nothing answers what it found, with manifests when asked',
    upstream: 'apiserver/registry/imagestreamimport/rest.go Create (import: false)',
    steps: [
      doImport(
        { import: false, images: [at('team/app:v1', { includeManifest: true }), at('team/app:v1')] },
        { status: { images: [{ ...SUCCESS, image: { dockerImageManifest: Buffer.from(APP.manifest.bytes).toString() } }, SUCCESS] } },
        ['status.import', 'status.images[1].image.dockerImageManifest'],
      ),
      get('imagestreams/s', refused(404, 'NotFound')),
      get(`images/${V1}`, refused(404, 'NotFound')),
    ],
  },
  {
    name: 'an image that was known before stays as it was stored',
    upstream:
      'apiserver/registry/imagestreamimport/rest_test.go TestImportSuccessfulWithSubmanifests/ManifestListExists, SubmanifestExists, FirstImport',
    given: [
      addImage(MULTI.digest, { dockerImageReference: 'first/come' }),
      addImage(MULTI.images[0]?.manifest.digest ?? '', { dockerImageReference: 'first/come' }),
    ],
    steps: [
      doImport(
        { images: [at('team/multi:latest', { ...PRESERVE, ...to('t') })] },
        { status: { import: tag({ image: MULTI.digest, dockerImageReference: `${REGISTRY.host}/team/multi@${MULTI.digest}` }) } },
      ),
      get(`images/${MULTI.digest}`, ok({ dockerImageReference: 'first/come' })),
      get(`images/${MULTI.images[1]?.manifest.digest}`, ok()),
    ],
  },
  {
    name: 'a failed import leaves a condition and the history',
    upstream: 'apiserver/registry/imagestreamimport/rest_test.go TestCreateImages/failedImport',
    given: stored(old('a')),
    steps: [
      doImport(
        { images: [at('team/app:nosuch', to('t'))] },
        {
          status: {
            import: {
              metadata: { generation: 2 },
              spec: { tags: [{ generation: 2 }] },
              status: { tags: [{ items: [{ image: digest('a') }], conditions: [conditionOf('NotFound', 2)] }] },
            },
          },
        },
      ),
      doImport(
        { images: [at('team/app:nosuch', to('t'))] },
        { status: { import: { metadata: { generation: 2 }, status: { tags: [{ conditions: [conditionOf('NotFound', 2)] }] } } } },
      ),
      doImport({ images: [pull] }, { status: { import: { metadata: { generation: 3 }, ...tag({ image: V1, generation: 3 }, {}) } } }, [
        'status.import.status.tags[0].conditions',
      ]),
    ],
  },
  {
    name: 'an image that names no tag is told, but neither stored nor tagged',
    upstream: 'apiserver/registry/imagestreamimport/rest.go createImages (to is nil)',
    steps: [
      doImport(
        { images: [at(`team/app@${V1}`)] },
        { status: { images: [SUCCESS], import: { metadata: { annotations: { [CHECK]: expectText('Z') } } } } },
        ['status.import.spec.tags'],
      ),
      get(`images/${V1}`, refused(404, 'NotFound')),
    ],
  },
  {
    name: 'the tag that is typed is the tag that is made',
    upstream: 'apis/image/v1/defaults.go SetDefaults_ImageImportSpec',
    steps: [
      doImport(
        { images: [at('team/app:v1')] },
        { spec: { images: [{ to: { name: 'v1' } }] }, status: { import: { spec: { tags: [{ name: 'v1' }] } } } },
      ),
    ],
  },
  {
    name: 'an import takes a tag over from another source, and keeps what else the tag says',
    upstream: 'apiserver/registry/imagestreamimport/rest.go importSuccessful (specTag)',
    given: [addStream('other'), history('other', { x: [old('a')] }), addStream('s', { t: tagOf('other:x', { annotations: { a: 'b' } }) })],
    steps: [
      importing(pull),
      get(
        'imagestreams/s',
        ok({
          spec: { tags: [{ from: { kind: 'DockerImage', name: `${REGISTRY.host}/team/app:v1` }, annotations: { a: 'b' } }] },
          ...tag({ image: V1 }, { image: digest('a') }),
        }),
      ),
    ],
  },
  {
    name: 'followers of an imported tag move along',
    upstream: 'apiserver/registry/imagestream/strategy.go InternalStrategy (updateChangedTrackingTags)',
    given: [addStream('s', { t: at('team/app:v1'), latest: tagOf('t') })],
    steps: [
      importing(pull),
      get(
        'imagestreams/s',
        ok({
          status: {
            tags: [
              { tag: 'latest', items: [{ image: V1, generation: 2 }] },
              { tag: 't', items: [{ image: V1 }] },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'an import keeps the resourceVersion it was told to expect',
    upstream: 'apiserver/registry/imagestreamimport/rest.go Create (resourceVersion)',
    given: [addStream('s')],
    steps: [
      patch('imagestreams/s', { metadata: { labels: { a: 'b' } } }),
      post('imagestreamimports', isi('s', { images: [pull] }, { resourceVersion: '1' }), refused(409, 'Conflict')),
      importing(pull),
    ],
  },
];
