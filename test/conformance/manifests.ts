/** Manifests of the five forms, small but true, with the digests and sizes an Image takes from them. */
import { buildImage, buildIndex, type Content, digestOf, MEDIA_TYPES } from '../support/oci-image.ts';

const text = ({ bytes }: Content): string => Buffer.from(bytes).toString();

export const DOCKER = buildImage({ format: 'docker', seed: 'docker', layers: 3, config: { Env: ['A=b'], ExposedPorts: { '80/tcp': {} } } });
export const OCI = buildImage({ format: 'oci', seed: 'oci' });
export const OTHER = buildImage({ format: 'docker', seed: 'other' });
const ARM = buildImage({ format: 'docker', seed: 'docker', platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } });
export const LIST = buildIndex([DOCKER, ARM], 'docker');
export const LIST_CHILDREN = [DOCKER, ARM];

/** Manifest and config of an image, as a registry that was pushed to sends them. */
export function pushedFields(image: typeof DOCKER): object {
  return {
    dockerImageManifestMediaType: image.manifest.mediaType,
    dockerImageManifest: text(image.manifest),
    dockerImageConfig: text(image.config),
  };
}

export const LIST_FIELDS = { dockerImageManifestMediaType: LIST.mediaType, dockerImageManifest: text(LIST) };

/** What an Image says of the layers of a manifest: oldest first. */
export const layersOf = ({ layers }: typeof DOCKER): readonly object[] =>
  layers.map((layer) => ({ name: layer.digest, size: layer.size, mediaType: layer.mediaType }));
export const sizeOf = ({ config, layers }: typeof DOCKER): number => config.size + layers.reduce((sum, { size }) => sum + size, 0);

const blob = (letter: string): string => `sha256:${letter.repeat(64)}`;
const v1 = (fields: object): object => ({ v1Compatibility: JSON.stringify(fields) });

/** Newest layer first, as schema 1 has them; two of the four layers are the same blob. */
export const SCHEMA1_LAYERS = [
  { name: blob('1'), size: 500 },
  { name: blob('2'), size: 70 },
  { name: blob('3'), size: 0 },
  { name: blob('3'), size: 0 },
];
const SCHEMA1_BODY = `${JSON.stringify(
  {
    schemaVersion: 1,
    name: 'coreos/etcd',
    tag: 'latest',
    architecture: 'amd64',
    fsLayers: [blob('3'), blob('3'), blob('2'), blob('1')].map((blobSum) => ({ blobSum })),
    history: [
      v1({
        id: 'f'.repeat(64),
        parent: 'e'.repeat(64),
        created: '2015-12-30T22:29:13.967754365Z',
        architecture: 'amd64',
        config: { Hostname: 'h', Cmd: ['/etcd'] },
        docker_version: '1.9.1',
      }),
      v1({ id: 'e'.repeat(64) }),
      v1({ id: 'd'.repeat(64), Size: 70 }),
      v1({ id: 'c'.repeat(64), Size: 500 }),
    ],
  },
  null,
  3,
).slice(0, -2)}`;
/** What is signed, and hence what the digest is of. */
export const SCHEMA1 = `${SCHEMA1_BODY}\n}`;
export const SCHEMA1_DIGEST = digestOf(Buffer.from(SCHEMA1));
const PROTECTED = Buffer.from(JSON.stringify({ formatLength: SCHEMA1_BODY.length, formatTail: Buffer.from('\n}').toString('base64url') }));
/** The same with a signature, which says where the signed text ended. */
export const SIGNED_SCHEMA1 = `${SCHEMA1_BODY},\n   "signatures": [{"header": {"alg": "ES256"}, "signature": "c2ln", "protected": "${PROTECTED.toString('base64url')}"}]\n}`;

export const MANIFEST_TYPES = { ...MEDIA_TYPES, schema1: 'application/vnd.docker.distribution.manifest.v1+json' } as const;
