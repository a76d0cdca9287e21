import { describe, expect, it } from 'vitest';
import { MEDIA_TYPE } from '../../functions/image/manifest.ts';
import { describeStoredImage } from '../../functions/image/stored-image.ts';
import type { Image } from '../../functions/image/types.ts';

const NOW = '2026-01-02T03:04:05Z';
const ORDER = 'image.openshift.io/dockerLayersOrder';
const digest = (char: string) => `sha256:${char.repeat(64)}`;
const layer = (char: string) => ({ name: digest(char), size: 1, mediaType: 'x' });

const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: MEDIA_TYPE.schema2,
  config: { digest: digest('c'), size: 2 },
  layers: [{ digest: digest('1'), size: 10, mediaType: 'x' }],
});
const posted: Image = { metadata: { name: digest('f') }, dockerImageManifest: manifest, dockerImageConfig: '{"architecture":"arm64"}' };

describe('describeStoredImage', () => {
  it('fills layers, metadata and media type from the manifest', () => {
    expect(describeStoredImage(posted, NOW)).toMatchObject({
      metadata: { annotations: { [ORDER]: 'ascending' } },
      dockerImageLayers: [{ name: digest('1') }],
      dockerImageMetadata: { Id: digest('c'), Architecture: 'arm64' },
      dockerImageManifestMediaType: MEDIA_TYPE.schema2,
      dockerImageMetadataVersion: '1.0',
    });
  });

  it('keeps what it cannot describe as it is, but for the metadata every image has', () => {
    const metadata = { kind: 'DockerImage', apiVersion: 'image.openshift.io/1.0', Id: '', Created: null, ContainerConfig: {} };
    const broken = { ...posted, dockerImageManifest: 'no json' };
    const always = { dockerImageMetadata: metadata, dockerImageMetadataVersion: '1.0' };
    expect(describeStoredImage(broken, NOW)).toEqual({ ...broken, ...always });
    expect(describeStoredImage({ metadata: {} }, NOW)).toEqual({ metadata: {}, ...always });
  });

  it('keeps given metadata, lifting the apiVersion of old clusters', () => {
    const given = {
      metadata: {},
      dockerImageMetadata: { kind: 'DockerImage', apiVersion: '1.0', Id: 'x', Config: { Env: ['A=b'] } },
    } as const;
    expect(describeStoredImage(given, NOW).dockerImageMetadata).toMatchObject({
      apiVersion: 'image.openshift.io/1.0',
      Id: 'x',
      Config: { Env: ['A=b'] },
    });
  });

  it('keeps of given metadata what docker10 has a field for', () => {
    const sent = {
      kind: 'DockerImage',
      apiVersion: '1.0',
      Id: 'x',
      Other: 1,
      Comment: '',
      Size: 0,
      Config: { Env: [], Foo: 'a', User: 'u' },
    } as const;
    expect(describeStoredImage({ metadata: {}, dockerImageMetadata: sent }, NOW).dockerImageMetadata).toEqual({
      kind: 'DockerImage',
      apiVersion: 'image.openshift.io/1.0',
      Id: 'x',
      Created: null,
      ContainerConfig: {},
      Config: { User: 'u' },
    });
  });

  it('leaves the order of layers alone when nothing tells it, or no manifest came', () => {
    const image = { metadata: {}, dockerImageLayers: [layer('1'), layer('2')] };
    expect(describeStoredImage({ ...image, dockerImageManifest: manifest }, NOW)).toMatchObject(image);
    const described = describeStoredImage({ ...image, dockerImageManifestMediaType: MEDIA_TYPE.schema2 }, NOW);
    expect(described).toMatchObject({ ...image, metadata: {} });
    expect(described.metadata).toEqual({});
  });

  it('takes layers and media type from the manifest when the config is missing', () => {
    const { dockerImageConfig: _config, ...without } = posted;
    expect(describeStoredImage(without, NOW)).toMatchObject({
      metadata: { annotations: { [ORDER]: 'ascending' } },
      dockerImageLayers: [{ name: digest('1') }],
      dockerImageMetadata: { Id: '' },
      dockerImageManifestMediaType: MEDIA_TYPE.schema2,
    });
  });

  it('lists the images of an index only when the media type says that it is one', () => {
    const entry = { mediaType: MEDIA_TYPE.manifest, digest: digest('a'), size: 5, platform: { architecture: 'amd64', os: 'linux' } };
    const index: Image = {
      metadata: { name: digest('f') },
      dockerImageManifest: JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests: [entry] }),
    };
    const called = describeStoredImage({ ...index, dockerImageManifestMediaType: MEDIA_TYPE.index }, NOW);
    expect(called).toMatchObject({
      dockerImageManifests: [{ digest: digest('a') }],
      dockerImageMetadata: { Id: digest('f'), Created: NOW },
    });
    expect(called.metadata).toEqual({ name: digest('f') });
    const uncalled = describeStoredImage(index, NOW);
    expect(uncalled.dockerImageMetadata).toEqual(called.dockerImageMetadata);
    expect(uncalled).not.toHaveProperty('dockerImageManifests');
    expect(uncalled).not.toHaveProperty('dockerImageManifestMediaType');
  });

  it('leaves out what is empty', () => {
    const sent: Image = {
      metadata: { name: 'a', labels: {}, annotations: null },
      dockerImageManifest: '',
      dockerImageConfig: '',
      dockerImageLayers: [],
      dockerImageManifests: [{ digest: digest('a'), mediaType: 'a/b', manifestSize: 0, architecture: 'x', os: 'y', variant: '' }],
    };
    const { dockerImageMetadata: _metadata, dockerImageMetadataVersion: _version, ...rest } = describeStoredImage(sent, NOW);
    expect(rest).toEqual({
      metadata: { name: 'a' },
      dockerImageManifests: [{ digest: digest('a'), mediaType: 'a/b', manifestSize: 0, architecture: 'x', os: 'y' }],
    });
  });

  it.each([
    ['newest first for schema 2 of old clients', undefined, MEDIA_TYPE.schema2, ['2', '1']],
    ['oldest first for schema 1', undefined, MEDIA_TYPE.schema1, ['1', '2']],
    ['as the annotation says', 'ascending', MEDIA_TYPE.schema2, ['1', '2']],
    ['reversed when marked descending', 'descending', MEDIA_TYPE.schema1, ['2', '1']],
  ])('takes layers %s', (_, order, mediaType, expected) => {
    const annotations = order === undefined ? null : { [ORDER]: order };
    const image = {
      metadata: { annotations },
      dockerImageManifest: manifest,
      dockerImageLayers: [layer('1'), layer('2')],
      dockerImageManifestMediaType: mediaType,
      dockerImageMetadata: { kind: 'DockerImage', apiVersion: '', Size: 3 },
    } as const;
    const described = describeStoredImage(image, NOW);
    expect(described.dockerImageLayers?.map(({ name }) => name)).toEqual(expected.map(digest));
    expect(described.metadata.annotations).toEqual({ [ORDER]: 'ascending' });
  });

  it('drops manifest and config when the registry serves them', () => {
    const annotations = { 'image.openshift.io/manifestBlobStored': 'true' };
    const described = describeStoredImage({ ...posted, metadata: { ...posted.metadata, annotations } }, NOW);
    expect(described).toMatchObject({ dockerImageMetadata: { Id: digest('c') } });
    expect(described).not.toHaveProperty('dockerImageManifest');
    expect(described).not.toHaveProperty('dockerImageConfig');
    expect(described.metadata.annotations).toEqual({ 'image.openshift.io/manifestBlobStored': 'true', [ORDER]: 'ascending' });
  });
});
