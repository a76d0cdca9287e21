/** images: what a manifest tells, what an update may change (openshift-semantics.md §4.5). */
import { bad, type Case, created, del, edit, get, invalid, ok, patch, post, refused } from '../case.ts';
import {
  DOCKER,
  layersOf,
  LIST,
  LIST_CHILDREN,
  LIST_FIELDS,
  MANIFEST_TYPES,
  OCI,
  OTHER,
  pushedFields,
  SCHEMA1,
  SCHEMA1_DIGEST,
  SCHEMA1_LAYERS,
  SIGNED_SCHEMA1,
  sizeOf,
} from '../manifests.ts';
import { addImage, digest, image } from '../objects.ts';

const STORE = 'apiserver/registry/image/etcd/etcd_test.go';
const FILL = 'apiserver/internal/imageutil/helpers_test.go TestImageWithMetadata';
const ORDER = 'image.openshift.io/dockerLayersOrder';
const ASCENDING = { annotations: { [ORDER]: 'ascending' } };
const NAME = DOCKER.manifest.digest;
const LAYERS = [
  { name: digest('1'), size: 1, mediaType: MANIFEST_TYPES.docker.layer },
  { name: digest('2'), size: 2, mediaType: MANIFEST_TYPES.docker.layer },
];

const STORED: readonly Case[] = [
  {
    name: 'an image without manifest is stored as it is',
    upstream: `${STORE} TestCreateSetsMetadata (no manifest), TestCreate, TestGet`,
    steps: [
      post(
        'images',
        image('foo', { dockerImageReference: 'openshift/ruby-19-centos' }),
        created({ kind: 'Image', metadata: { name: 'foo' }, dockerImageReference: 'openshift/ruby-19-centos' }, ['dockerImageManifest']),
      ),
      get(
        'images/foo',
        ok((previous: unknown) => previous),
      ),
      get('images', ok({ kind: 'ImageList', items: [{ metadata: { name: 'foo' } }] })),
    ],
  },
  {
    name: 'layers of an image without manifest keep their order',
    upstream: 'apiserver/internal/imageutil/helpers.go InternalImageWithMetadata (no manifest)',
    steps: [
      post(
        'images',
        image(NAME, { dockerImageLayers: LAYERS, dockerImageManifestMediaType: MANIFEST_TYPES.docker.manifest }),
        created({ dockerImageLayers: LAYERS }),
      ),
      get(`images/${NAME}`, ok({ dockerImageLayers: LAYERS })),
    ],
  },
  {
    name: 'a schema 1 manifest tells layers, oldest first, their sizes and the image',
    upstream: `${STORE} TestCreateSetsMetadata; ${FILL}/happy path`,
    steps: [
      post(
        'images',
        image('foo', { dockerImageManifest: SCHEMA1 }),
        created({
          metadata: ASCENDING,
          dockerImageManifestMediaType: MANIFEST_TYPES.schema1,
          dockerImageLayers: SCHEMA1_LAYERS.map((layer) => ({
            ...layer,
            mediaType: 'application/vnd.docker.container.image.rootfs.diff+x-gtar',
          })),
          dockerImageMetadata: {
            kind: 'DockerImage',
            apiVersion: 'image.openshift.io/1.0',
            Id: 'f'.repeat(64),
            Parent: 'e'.repeat(64),
            Created: '2015-12-30T22:29:13Z',
            DockerVersion: '1.9.1',
            Architecture: 'amd64',
            Config: { Hostname: 'h', Cmd: ['/etcd'] },
            Size: 570,
          },
          dockerImageMetadataVersion: '1.0',
        }),
      ),
    ],
  },
  {
    name: 'a schema 2 manifest with its config tells layers and image; the id is the digest of the config',
    upstream: `${FILL}/valid metadata size`,
    steps: [
      post(
        'images',
        image(NAME, pushedFields(DOCKER)),
        created({
          metadata: ASCENDING,
          dockerImageLayers: layersOf(DOCKER),
          dockerImageMetadata: {
            Id: DOCKER.config.digest,
            Created: '2026-01-01T00:00:00Z',
            Architecture: 'amd64',
            Size: sizeOf(DOCKER),
            Config: { Env: ['A=b'], ExposedPorts: { '80/tcp': {} } },
          },
        }),
      ),
    ],
  },
  {
    name: 'an OCI manifest with its config tells the same',
    upstream: `${FILL} (schemaVersion 2, OCI media type)`,
    steps: [
      post(
        'images',
        image(OCI.manifest.digest, pushedFields(OCI)),
        created({
          dockerImageManifestMediaType: MANIFEST_TYPES.oci.manifest,
          dockerImageLayers: layersOf(OCI),
          dockerImageMetadata: { Id: OCI.config.digest, Size: sizeOf(OCI) },
        }),
      ),
    ],
  },
  {
    name: 'a schema 2 manifest without its config tells the layers only',
    upstream: 'apiserver/internal/imageutil/helpers.go InternalImageWithMetadata (dockerImageConfig must not be empty)',
    steps: [
      post(
        'images',
        image(NAME, { ...pushedFields(DOCKER), dockerImageConfig: '' }),
        created(
          { metadata: ASCENDING, dockerImageManifestMediaType: MANIFEST_TYPES.docker.manifest, dockerImageLayers: layersOf(DOCKER) },
          ['dockerImageMetadata.Size', 'dockerImageMetadata.Config'],
        ),
      ),
    ],
  },
  {
    name: 'a manifest list tells its images',
    upstream:
      'apiserver/registry/image/strategy_test.go TestStrategyPrepareForCreateDockerImageManifests; internal/imageutil/helpers_test.go TestImageWithMetadataWithManifestList',
    steps: [
      post(
        'images',
        image(LIST.digest, LIST_FIELDS),
        created(
          {
            dockerImageMetadata: { Id: LIST.digest },
            dockerImageManifests: LIST_CHILDREN.map(({ manifest, platform }) => ({
              digest: manifest.digest,
              mediaType: manifest.mediaType,
              manifestSize: manifest.size,
              ...platform,
            })),
          },
          ['dockerImageLayers'],
        ),
      ),
    ],
  },
  ...[
    ['error unmarshalling manifest data', '{ no {{{ json here!!!'],
    ['no history', '{"name": "library/ubuntu", "tag": "latest"}'],
    ['error unmarshalling v1 compat', '{"schemaVersion": 1, "history": ["v1Compatibility": "{ not valid {{ json" }'],
  ].map(([test = '', dockerImageManifest]): Case => ({
    name: `a manifest that cannot be read is no reason to refuse the image: ${test}`,
    upstream: `${FILL}/${test}; apiserver/registry/image/strategy.go PrepareForCreate`,
    steps: [post('images', image('foo', { dockerImageManifest }), created({ dockerImageManifest }, ['dockerImageLayers']))],
  })),
  {
    name: 'layers that came newest first are turned round, once',
    upstream: 'apiserver/internal/imageutil/helpers.go reorderImageLayers',
    steps: [
      post(
        'images',
        image(NAME, { ...pushedFields(DOCKER), dockerImageLayers: layersOf(DOCKER).toReversed(), dockerImageMetadata: { Size: 7 } }),
        created({ metadata: ASCENDING, dockerImageLayers: layersOf(DOCKER), dockerImageMetadata: { Size: 7 } }),
      ),
      edit(
        `images/${NAME}`,
        (current) => ({ ...current, metadata: { ...current.metadata, labels: { a: 'b' } } }),
        ok({ dockerImageLayers: layersOf(DOCKER) }),
      ),
    ],
  },
  {
    name: 'a registry that keeps the manifest has it left out',
    upstream: 'apiserver/registry/image/strategy.go PrepareForCreate (manifestBlobStored)',
    steps: [
      post(
        'images',
        image(NAME, pushedFields(DOCKER), { annotations: { 'image.openshift.io/manifestBlobStored': 'true' } }),
        created({ dockerImageLayers: layersOf(DOCKER), dockerImageMetadata: { Id: DOCKER.config.digest } }, [
          'dockerImageManifest',
          'dockerImageConfig',
        ]),
      ),
    ],
  },
  {
    name: 'an image that exists is 409',
    upstream: `${STORE} TestCreate`,
    given: [addImage('foo')],
    steps: [post('images', image('foo'), refused(409, 'AlreadyExists', { kind: 'images', name: 'foo' }))],
  },
  {
    name: 'DELETE of an image answers what it was; a second one is 404',
    upstream: `${STORE} TestDelete`,
    given: [addImage('foo')],
    steps: [
      get('images/foo'),
      del(
        'images/foo',
        ok(({ metadata }: { metadata: { uid: string } }) => ({
          status: 'Success',
          details: { name: 'foo', kind: 'images', uid: metadata.uid },
        })),
      ),
      del('images/foo', refused(404, 'NotFound', { kind: 'images', name: 'foo' })),
    ],
  },
];

const UPDATE: readonly Case[] = [
  {
    name: 'a manifest that is not the images is left out; reference and labels change',
    upstream: `${STORE} TestUpdateResetsMetadata (manifest changes are ignored)`,
    given: [
      addImage('foo', {
        dockerImageReference: 'openshift/ruby-19-centos-2',
        dockerImageLayers: [{ name: 'test', size: 10, mediaType: '' }],
        dockerImageMetadata: { Id: 'foo' },
      }),
    ],
    steps: [
      edit(
        'images/foo',
        (current) => ({
          ...current,
          metadata: { ...current.metadata, labels: { a: 'b' } },
          dockerImageReference: 'openshift/ruby-19-centos',
          dockerImageManifest: SCHEMA1,
          dockerImageLayers: [],
          dockerImageMetadata: { Id: 'bar' },
        }),
        ok(
          {
            metadata: { labels: { a: 'b' } },
            dockerImageReference: 'openshift/ruby-19-centos',
            dockerImageMetadata: { Id: 'foo' },
            dockerImageLayers: [{ name: 'test', size: 10 }],
          },
          ['dockerImageManifest', 'dockerImageMetadata.Size'],
        ),
      ),
    ],
  },
  {
    name: 'an empty manifest is taken, what it told before stays',
    upstream: `${STORE} TestUpdateResetsMetadata (existing manifest is preserved, and unpacked)`,
    given: [addImage('foo', { dockerImageReference: 'openshift/ruby-19-centos-2', dockerImageManifest: SCHEMA1 })],
    steps: [
      edit(
        'images/foo',
        ({ metadata }) => ({
          ...image('foo', { dockerImageReference: 'openshift/ruby-19-centos', dockerImageMetadata: { Id: 'foo' } }),
          metadata,
        }),
        ok(
          {
            dockerImageReference: 'openshift/ruby-19-centos',
            dockerImageMetadata: { Id: 'f'.repeat(64), Size: 570 },
            dockerImageLayers: SCHEMA1_LAYERS,
          },
          ['dockerImageManifest'],
        ),
      ),
    ],
  },
  {
    name: 'a manifest of the right digest replaces the stored one',
    upstream: `${STORE} TestUpdateResetsMetadata (old manifest is replaced because the new manifest matches the digest)`,
    given: [addImage(SCHEMA1_DIGEST, { dockerImageManifest: SCHEMA1 })],
    steps: [
      edit(
        `images/${SCHEMA1_DIGEST}`,
        (current) => ({ ...current, dockerImageManifest: SIGNED_SCHEMA1 }),
        ok({ dockerImageManifest: SIGNED_SCHEMA1, dockerImageMetadata: { Id: 'f'.repeat(64), Size: 570 } }),
      ),
    ],
  },
  {
    name: 'a manifest and a config of other digests are not taken',
    upstream: 'apiserver/internal/imageutil/helpers.go ManifestMatchesImage, ImageConfigMatchesImage',
    given: [addImage(NAME, pushedFields(DOCKER))],
    steps: [
      edit(
        `images/${NAME}`,
        (current) => ({ ...current, ...pushedFields(OTHER) }),
        ok({ ...pushedFields(DOCKER), dockerImageMetadata: { Id: DOCKER.config.digest } }),
      ),
    ],
  },
  {
    name: 'a bad reference is refused',
    upstream: `${STORE} TestUpdate (invalid updateFunc)`,
    given: [addImage('foo')],
    steps: [
      patch(
        'images/foo',
        { dockerImageReference: '\\' },
        invalid('Image', 'foo', [bad('dockerImageReference', '"\\\\"', 'invalid reference format')]),
      ),
    ],
  },
  {
    name: 'an image is written over with its resourceVersion only',
    upstream: 'apiserver/registry/image/strategy.go AllowUnconditionalUpdate',
    given: [addImage('foo')],
    steps: [
      { method: 'PUT', path: 'images/foo', body: image('foo'), expect: refused(422, 'Invalid') },
      {
        method: 'PUT',
        path: 'images/foo',
        body: image('foo', {}, { resourceVersion: '1' }),
        expect: refused(409, 'Conflict', { kind: 'images' }),
      },
      {
        method: 'PUT',
        path: 'images/bar',
        body: image('bar', {}, { resourceVersion: '1' }),
        expect: refused(404, 'NotFound', { kind: 'images', name: 'bar' }),
      },
    ],
  },
];

export const IMAGES: readonly Case[] = [...STORED, ...UPDATE];
