/** imagestreamimports: what is fetched, and how failures are told (openshift-semantics.md §6.2, §6.3). */
import { type Case, expectText, get, ok, post } from '../case.ts';
import { INSECURE, PRESERVE, at, to, doImport, SUCCESS, V1, V1_REFERENCE, failure, conditionOf } from '../import-request.ts';
import { SCHEMA1_DIGEST, sizeOf } from '../manifests.ts';
import { digest, docker } from '../objects.ts';
import { APP, LOCKED, MULTI, NOWHERE, PRIVATE, REGISTRY } from '../registry.ts';

const IMPORT = 'apiserver/importer/importer_test.go TestImport';
const LISTS = 'apiserver/importer/importer_manifestlist_test.go';
const CHECK = 'openshift.io/image.dockerRepositoryCheck';

export const IMPORT_FETCHED: readonly Case[] = [
  {
    name: 'import by tag and by digest: the image is named by its digest and referred to by it',
    upstream: `${IMPORT}/successfull import by tag and digest, successful import by tag`,
    steps: [
      doImport(
        { images: [at('team/app:v1'), at(`team/app@${V1}`)] },
        {
          status: {
            images: [
              {
                ...SUCCESS,
                tag: 'v1',
                image: {
                  metadata: { name: V1 },
                  dockerImageReference: V1_REFERENCE,
                  dockerImageMetadata: { Id: APP.config.digest, Size: sizeOf(APP) },
                },
              },
              { ...SUCCESS, image: { metadata: { name: V1 }, dockerImageReference: V1_REFERENCE } },
            ],
          },
        },
        ['status.images[1].tag', 'status.images[0].image.dockerImageManifest'],
      ),
    ],
  },
  {
    name: 'a signed schema 1 manifest is named by what was signed',
    upstream: 'apiserver/importer/importer_test.go TestSchema1ToImage; TestImport/successfull import by tag and digest',
    steps: [
      doImport(
        { images: [at('team/old:v1', to('t'))] },
        { status: { images: [{ ...SUCCESS, image: { metadata: { name: SCHEMA1_DIGEST }, dockerImageMetadata: { Size: 570 } } }] } },
      ),
    ],
  },
  {
    name: 'what fails is told per image, in a 201',
    upstream: `${IMPORT}/missing tag, digest, and invalid image reference`,
    steps: [
      doImport(
        {
          images: [
            at('team/app:nosuch', to('a')),
            at(`team/app@${digest('e')}`, to('b')),
            at('team/failing:v1', to('c')),
            at('team/denied:v1', to('d')),
            docker('*'),
          ],
        },
        {
          status: {
            images: [
              { ...failure(404, 'NotFound', `dockerimage.image.openshift.io "${REGISTRY.host}/team/app:nosuch" not found`), tag: 'nosuch' },
              failure(404, 'NotFound', expectText(digest('e'))),
              failure(500, 'InternalError', expectText(`Internal error occurred: ${REGISTRY.host}/team/failing:v1: `)),
              failure(500, 'InternalError', expectText(`${REGISTRY.host}/team/denied:v1: `)),
              failure(500, 'InternalError', 'Internal error occurred: unable to parse docker reference *: invalid reference format'),
            ],
          },
        },
      ),
    ],
  },
  {
    name: 'a repository that needs a login is told as such',
    upstream: 'apiserver/importer/importer.go formatRepositoryError (UNAUTHORIZED)',
    steps: [
      doImport(
        { images: [docker(`${PRIVATE.host}/team/locked:v1`, { ...INSECURE, ...to('t') })] },
        {
          status: {
            images: [failure(401, 'Unauthorized', `you may not have access to the container image "${PRIVATE.host}/team/locked:v1"`)],
            import: { status: { tags: [{ tag: 't', items: null, conditions: [conditionOf('Unauthorized', 1)] }] } },
          },
        },
      ),
    ],
  },
  {
    name: 'a pull secret of the namespace logs in',
    upstream: 'apiserver/importer/client.go; imagestreamimport/rest.go Create (secrets)',
    given: [
      post('/api/v1/namespaces/default/secrets', {
        kind: 'Secret',
        apiVersion: 'v1',
        metadata: { name: 'pull' },
        type: 'kubernetes.io/dockerconfigjson',
        data: {
          '.dockerconfigjson': Buffer.from(
            JSON.stringify({ auths: { [PRIVATE.host]: { username: 'puller', password: 'secret' } } }),
          ).toString('base64'),
        },
      }),
    ],
    steps: [
      doImport(
        { images: [docker(`${PRIVATE.host}/team/locked:v1`, { ...INSECURE, ...to('t') })] },
        { status: { images: [{ ...SUCCESS, image: { metadata: { name: LOCKED.manifest.digest } } }] } },
      ),
    ],
  },
  {
    name: 'a registry that cannot be reached fails the image',
    upstream: `${IMPORT}/insecure import policy`,
    steps: [
      doImport(
        { images: [docker(`${NOWHERE}/x:y`, INSECURE)] },
        { status: { images: [failure(500, 'InternalError', expectText(`Internal error occurred: ${NOWHERE}/x:y: `))] } },
      ),
    ],
  },
  {
    name: 'a repository is imported tag by tag in the order of versions',
    upstream: `${IMPORT}/import repository with additional tags; importer.go (tag order)`,
    steps: [
      doImport(
        { repository: at('team/tags') },
        {
          status: {
            repository: {
              status: { status: 'Success' },
              images: ['latest', '3.1', '1.9', '2.0.1', '3', 'abc', 'other', 'v1', 'v2'].map((name) => ({ ...SUCCESS, tag: name })),
            },
          },
        },
        ['status.repository.additionalTags'],
      ),
    ],
  },
  {
    name: 'tags of a repository beyond the first fifty are named only',
    upstream: `${IMPORT}/import repository with additional tags (maxImagesBulkImportedPerRepository)`,
    steps: [
      doImport({ repository: at('team/many') }, { status: { repository: { additionalTags: ['t50', 't51'] } } }, [
        'status.repository.images[50]',
      ]),
    ],
  },
  {
    name: 'a repository that is not there fails as a whole; the stream is made all the same',
    upstream: `${IMPORT}/failed repository import`,
    steps: [
      doImport(
        { repository: at('team/nosuch') },
        { status: { repository: { status: { status: 'Failure', code: 404, reason: 'NotFound' } } } },
        ['status.repository.images', 'status.repository.additionalTags'],
      ),
      get('imagestreams/s', ok({ metadata: { annotations: { [CHECK]: expectText('T') } } })),
    ],
  },
  {
    name: 'a list is imported as the image of one platform',
    upstream: `${LISTS} TestImportManifestListSingleManifest/testTagImportModelSingleManifest, testDigestImportModelSingleManifest, …EmptyString…`,
    steps: [
      doImport(
        {
          images: [
            at('team/multi:latest'),
            at(`team/multi@${MULTI.digest}`),
            at('team/multi:latest', { importPolicy: { insecure: true, importMode: '' } }),
          ],
        },
        { status: { images: [0, 1, 2].map(() => ({ ...SUCCESS, image: { metadata: { name: MULTI.images[0]?.manifest.digest } } })) } },
        ['status.images[0].manifests'],
      ),
    ],
  },
  {
    name: 'a list is imported as it is, with its images',
    upstream: `${LISTS} TestImportManifestList/ImportByTag, ImportByDigest; TestManifestListToImageConversion`,
    steps: [
      doImport(
        { images: [at('team/multi:latest', { ...PRESERVE, ...to('t') }), at(`team/multi@${MULTI.digest}`, PRESERVE)] },
        {
          status: {
            images: [0, 1].map(() => ({
              ...SUCCESS,
              image: {
                metadata: { name: MULTI.digest },
                dockerImageManifests: MULTI.images.map(({ manifest, platform }) => ({
                  digest: manifest.digest,
                  mediaType: manifest.mediaType,
                  ...platform,
                })),
                dockerImageMetadata: { Id: MULTI.digest },
              },
              manifests: MULTI.images.map(({ manifest }) => ({ metadata: { name: manifest.digest } })),
            })),
          },
        },
        ['status.images[0].image.dockerImageManifest'],
      ),
      get(
        `imagestreamimages/s@${MULTI.images[1]?.manifest.digest}`,
        ok({ image: { metadata: { name: MULTI.images[1]?.manifest.digest } } }),
      ),
      get(`imagestreams/s/layers`, ok({ images: { [MULTI.digest]: { manifests: MULTI.images.map(({ manifest }) => manifest.digest) } } })),
    ],
  },
  {
    name: 'a list of a repository is imported as it is, with its images',
    upstream: `${LISTS} TestImportManifestList/ImportRepository`,
    steps: [
      doImport(
        { repository: at('team/multi', PRESERVE) },
        {
          status: {
            repository: { images: [{ ...SUCCESS, tag: 'latest', image: { metadata: { name: MULTI.digest } }, manifests: [{}, {}] }] },
          },
        },
      ),
    ],
  },
  {
    name: 'the same digest in two modes is two images',
    upstream: `${LISTS} TestImportManifestList/ImportTwoImagesBySameDigest`,
    steps: [
      doImport(
        { images: [at(`team/multi@${MULTI.digest}`, PRESERVE), at(`team/multi@${MULTI.digest}`)] },
        {
          status: {
            images: [{ image: { metadata: { name: MULTI.digest } } }, { image: { metadata: { name: MULTI.images[0]?.manifest.digest } } }],
          },
        },
      ),
    ],
  },
  {
    name: 'a list of which an image or a config is missing fails',
    upstream: `${LISTS} TestImportManifestListFail/missingManifestErrorByDigest, missingConfigBlobErrorByDigest`,
    steps: [
      doImport(
        { images: [at('team/broken:index', PRESERVE), at('team/broken:config')] },
        { status: { images: [{ status: { status: 'Failure' } }, { status: { status: 'Failure' } }] } },
      ),
    ],
  },
];
