import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEDIA_TYPE, parseManifest } from '../../functions/image/manifest.ts';

const digest = (char: string) => `sha256:${char.repeat(64)}`;
const bytes = (document: unknown) => new TextEncoder().encode(JSON.stringify(document));

const image = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPE.schema2,
  config: { mediaType: 'application/vnd.docker.container.image.v1+json', digest: digest('c'), size: 7 },
  layers: [
    { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', digest: digest('1'), size: 10 },
    { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', digest: digest('2'), size: 20 },
  ],
};

const index = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPE.index,
  manifests: [
    { mediaType: MEDIA_TYPE.manifest, digest: digest('a'), size: 5, platform: { architecture: 'arm', os: 'linux', variant: 'v7' } },
    { mediaType: MEDIA_TYPE.manifest, digest: digest('b'), size: 6 },
  ],
};

function read(document: unknown, mediaType = '') {
  return parseManifest(bytes(document), mediaType);
}

function refusal(document: unknown, mediaType = ''): string {
  const result = read(document, mediaType);
  return result.ok ? 'accepted' : result.message;
}

describe('parseManifest', () => {
  it('reads an image manifest with its layers as listed', () => {
    expect(read(image)).toEqual({
      ok: true,
      manifest: {
        kind: 'image',
        mediaType: MEDIA_TYPE.schema2,
        config: { digest: digest('c'), size: 7 },
        layers: [
          { name: digest('1'), size: 10, mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' },
          { name: digest('2'), size: 20, mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' },
        ],
        artifactType: null,
      },
    });
  });

  it('reads an index, platforms where they are given', () => {
    expect(read(index)).toEqual({
      ok: true,
      manifest: {
        kind: 'index',
        mediaType: MEDIA_TYPE.index,
        manifests: [
          { digest: digest('a'), mediaType: MEDIA_TYPE.manifest, manifestSize: 5, architecture: 'arm', os: 'linux', variant: 'v7' },
          { digest: digest('b'), mediaType: MEDIA_TYPE.manifest, manifestSize: 6, architecture: '', os: '' },
        ],
      },
    });
  });

  it('reads schema 1 oldest layer first, with sizes from the history', () => {
    const schema1 = {
      schemaVersion: 1,
      fsLayers: [{ blobSum: digest('2') }, { blobSum: digest('1') }],
      history: [{ v1Compatibility: '{"id":"new","Size":20}' }, { v1Compatibility: '{"id":"old"}' }],
    };
    const mediaType = 'application/vnd.docker.container.image.rootfs.diff+x-gtar';
    expect(read(schema1, MEDIA_TYPE.signedSchema1)).toEqual({
      ok: true,
      manifest: {
        kind: 'schema1',
        mediaType: MEDIA_TYPE.schema1,
        layers: [
          { name: digest('1'), size: 0, mediaType },
          { name: digest('2'), size: 20, mediaType },
        ],
        newest: { id: 'new', Size: 20 },
      },
    });
  });

  it.each([
    ['the document over the header', { ...image, mediaType: MEDIA_TYPE.manifest }, MEDIA_TYPE.schema2, MEDIA_TYPE.manifest],
    ['the header when the document is silent', { ...image, mediaType: undefined }, MEDIA_TYPE.manifest, MEDIA_TYPE.manifest],
    ['the header without its parameters', { ...image, mediaType: undefined }, `${MEDIA_TYPE.manifest}; charset=utf-8`, MEDIA_TYPE.manifest],
    ['the shape when both are silent', { ...image, mediaType: undefined }, '', MEDIA_TYPE.schema2],
    ['the shape for a vague header', { ...index, mediaType: undefined }, 'application/json', MEDIA_TYPE.index],
  ])('believes %s', (_, document, header, expected) => {
    const result = read(document, header);
    expect(result.ok && result.manifest.mediaType).toBe(expected);
  });

  it.each([
    ['application/vnd.cncf.helm.config.v1+json', undefined, 'application/vnd.cncf.helm.config.v1+json'],
    ['application/vnd.oci.empty.v1+json', 'application/vnd.example+type', 'application/vnd.example+type'],
    ['application/octet-stream', undefined, null],
  ])('tells artifacts with config %s from images', (mediaType, artifactType, expected) => {
    const result = read({ ...image, mediaType: MEDIA_TYPE.manifest, artifactType, config: { ...image.config, mediaType } });
    expect(result.ok && result.manifest.kind === 'image' && result.manifest.artifactType).toBe(expected);
  });

  it.each([
    ['an array', [], '', 'not a JSON object'],
    ['an image that is an index, too', { ...image, manifests: [] }, '', 'image and an index at once'],
    ['an index that is an image, too', { ...index, layers: [] }, '', 'image and an index at once'],
    ['an empty index', { ...index, manifests: [] }, '', 'no manifests in manifest list'],
    ['an index of nothing usable', { ...index, manifests: [{ digest: '../../etc' }] }, '', 'no manifests in manifest list'],
    ['an image without config', { ...image, config: null }, '', 'names no image config'],
    ['a layer without digest', { ...image, layers: [{ size: 1 }] }, '', 'layer without a valid digest'],
    ['too many layers', { ...image, layers: Array.from({ length: 1001 }, () => image.layers[0]) }, '', 'more than 1000 layers'],
    ['too many manifests', { ...index, manifests: Array.from({ length: 257 }, () => index.manifests[0]) }, '', 'more than 256 manifests'],
    ['another type', { mediaType: 'text/html' }, '', 'unsupported image manifest type: text/html'],
    ['schema 1 out of step', { schemaVersion: 1, fsLayers: [{ blobSum: digest('1') }], history: [] }, '', '0 history entries for 1 layers'],
    ['schema 1 without history', { schemaVersion: 1, fsLayers: [], history: [] }, '', 'no readable history'],
  ])('refuses %s', (_, document, header, reason) => {
    expect(refusal(document, header)).toContain(reason);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (content, mediaType) => {
        expect(typeof parseManifest(content, mediaType).ok).toBe('boolean');
      }),
    );
  });

  it('never throws, whatever the values of the fields it reads', () => {
    const fields = { mediaType: fc.constantFrom(...Object.values(MEDIA_TYPE), 7), config: fc.jsonValue(), layers: fc.jsonValue() };
    const more = { manifests: fc.jsonValue(), fsLayers: fc.jsonValue(), history: fc.jsonValue(), schemaVersion: fc.jsonValue() };
    fc.assert(
      fc.property(fc.record({ ...fields, ...more }, { requiredKeys: [] }), (document) => {
        expect(typeof read(document).ok).toBe('boolean');
      }),
    );
  });
});
