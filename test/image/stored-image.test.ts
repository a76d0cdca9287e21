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

  it('leaves the order of layers alone when nothing tells it', () => {
    const image = { metadata: {}, dockerImageLayers: [layer('1'), layer('2')] };
    expect(describeStoredImage(image, NOW)).toMatchObject(image);
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
      dockerImageLayers: [layer('1'), layer('2')],
      dockerImageManifestMediaType: mediaType,
      dockerImageMetadata: { kind: 'DockerImage', apiVersion: '', Size: 3 },
    } as const;
    const described = describeStoredImage(image, NOW);
    expect(described.dockerImageLayers?.map(({ name }) => name)).toEqual(expected.map(digest));
    expect(described.metadata.annotations).toEqual({ [ORDER]: 'ascending' });
  });

  it('drops manifest and config when the registry serves them, and the mark of managed signatures always', () => {
    const annotations = { 'image.openshift.io/manifestBlobStored': 'true', 'image.openshift.io/managed-signature': 'x' };
    const described = describeStoredImage({ ...posted, metadata: { ...posted.metadata, annotations } }, NOW);
    expect(described).toMatchObject({ dockerImageMetadata: { Id: digest('c') } });
    expect(described).not.toHaveProperty('dockerImageManifest');
    expect(described).not.toHaveProperty('dockerImageConfig');
    expect(described.metadata.annotations).toEqual({ 'image.openshift.io/manifestBlobStored': 'true', [ORDER]: 'ascending' });
  });
});
