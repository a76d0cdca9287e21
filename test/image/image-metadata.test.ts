import { describe, expect, it } from 'vitest';
import { describeManifest } from '../../functions/image/image-metadata.ts';
import { MEDIA_TYPE } from '../../functions/image/manifest.ts';

const NOW = '2026-01-02T03:04:05Z';
const digest = (char: string) => `sha256:${char.repeat(64)}`;
const bytes = (document: unknown) => new TextEncoder().encode(JSON.stringify(document));
const layer = (char: string, size: number) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digest(char), size });

const config = {
  created: '2024-01-01T02:30:15.987654321+02:00',
  author: 'someone',
  architecture: 'amd64',
  os: 'linux',
  docker_version: '24.0',
  container_config: { Hostname: 'builder' },
  config: {
    User: '1001',
    Env: ['A=b', 7],
    Cmd: ['python3'],
    Entrypoint: null,
    ExposedPorts: { '8080/tcp': {} },
    Volumes: {},
    Labels: { name: 'x', broken: 1 },
    Tty: false,
    Memory: -5,
    WorkingDir: '/app',
    Unknown: 'dropped',
  },
  rootfs: { type: 'layers' },
};

function manifest(layers: readonly unknown[], more: object = {}) {
  return bytes({ schemaVersion: 2, mediaType: MEDIA_TYPE.manifest, config: { digest: digest('c'), size: 7 }, layers, ...more });
}

function describeImage(content: Uint8Array, blob?: Uint8Array) {
  const result = describeManifest({ digest: digest('f'), mediaType: '', manifest: content, config: blob, now: NOW });
  if (!result.ok) throw new Error(result.message);
  return result.fields;
}

describe('describeManifest', () => {
  it('writes the config in the docker10 form: capitalised, empty fields left out', () => {
    const blob = bytes(config);
    expect(describeImage(manifest([layer('1', 10)]), blob)).toEqual({
      dockerImageMetadata: {
        kind: 'DockerImage',
        apiVersion: 'image.openshift.io/1.0',
        Id: digest('c'),
        Created: '2024-01-01T00:30:15Z',
        ContainerConfig: { Hostname: 'builder' },
        DockerVersion: '24.0',
        Author: 'someone',
        Config: {
          User: '1001',
          WorkingDir: '/app',
          Env: ['A=b'],
          Cmd: ['python3'],
          ExposedPorts: { '8080/tcp': {} },
          Labels: { name: 'x' },
        },
        Architecture: 'amd64',
        Size: blob.length + 10,
      },
      dockerImageMetadataVersion: '1.0',
      dockerImageManifestMediaType: MEDIA_TYPE.manifest,
      dockerImageLayers: [{ name: digest('1'), size: 10, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }],
      annotations: { 'image.openshift.io/dockerLayersOrder': 'ascending' },
    });
  });

  it('counts a layer once, and the config not as a layer', () => {
    const blob = bytes({});
    const fields = describeImage(manifest([layer('1', 10), layer('2', 5), layer('1', 10), layer('c', 99)]), blob);
    expect(fields.dockerImageMetadata.Size).toBe(blob.length + 15);
    expect(fields.dockerImageLayers).toHaveLength(4);
  });

  it('prints what every client decodes even for an empty config', () => {
    const { dockerImageMetadata } = describeImage(manifest([]), bytes({ config: {} }));
    expect(dockerImageMetadata).toMatchObject({ Created: null, ContainerConfig: {}, Config: {} });
  });

  it('keeps labels that look like JavaScript internals as data', () => {
    const blob = new TextEncoder().encode('{"config":{"Labels":{"__proto__":"x","constructor":"y"}}}');
    const labels = describeImage(manifest([]), blob).dockerImageMetadata.Config?.Labels;
    expect(Object.entries(labels as object)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  it('describes an index by its name and its manifests', () => {
    const entry = { mediaType: MEDIA_TYPE.manifest, digest: digest('a'), size: 5, platform: { architecture: 'amd64', os: 'linux' } };
    expect(describeImage(bytes({ mediaType: MEDIA_TYPE.index, manifests: [entry] }))).toEqual({
      dockerImageMetadata: {
        kind: 'DockerImage',
        apiVersion: 'image.openshift.io/1.0',
        Id: digest('f'),
        Created: NOW,
        ContainerConfig: {},
      },
      dockerImageMetadataVersion: '1.0',
      dockerImageManifestMediaType: MEDIA_TYPE.index,
      dockerImageManifests: [{ digest: digest('a'), mediaType: MEDIA_TYPE.manifest, manifestSize: 5, architecture: 'amd64', os: 'linux' }],
      annotations: {},
    });
  });

  it('describes schema 1 by its newest layer', () => {
    const schema1 = {
      schemaVersion: 1,
      fsLayers: [{ blobSum: digest('2') }, { blobSum: digest('1') }],
      history: [
        { v1Compatibility: JSON.stringify({ id: 'abc', parent: 'def', architecture: 'amd64', Size: 20, config: { Cmd: ['sh'] } }) },
        { v1Compatibility: '{"Size":10}' },
      ],
    };
    const { dockerImageMetadata, dockerImageManifestMediaType } = describeImage(bytes(schema1));
    expect(dockerImageMetadata).toMatchObject({ Id: 'abc', Parent: 'def', Architecture: 'amd64', Size: 30, Config: { Cmd: ['sh'] } });
    expect(dockerImageManifestMediaType).toBe(MEDIA_TYPE.schema1);
  });

  it.each([
    ['a missing config', undefined, 'the image config is missing'],
    ['a config that is no object', bytes('text'), 'not a JSON object'],
  ])('refuses an image with %s', (_, blob, message) => {
    const result = describeManifest({ digest: digest('f'), mediaType: '', manifest: manifest([]), config: blob, now: NOW });
    expect(result.ok ? '' : result.message).toContain(message);
  });

  it('describes an artifact without its config', () => {
    const content = manifest([layer('1', 10)], { config: { mediaType: 'application/vnd.example', digest: digest('c') } });
    expect(describeImage(content)).toMatchObject({ dockerImageMetadata: { Id: digest('c') }, dockerImageLayers: [{ name: digest('1') }] });
  });
});
