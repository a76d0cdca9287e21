import { expect, it } from 'vitest';
import { viewLayers } from '../../functions/image/layers-view.ts';
import { MEDIA_TYPE } from '../../functions/image/manifest.ts';
import type { StreamMember } from '../../functions/image/stream-state.ts';
import type { Image } from '../../functions/image/types.ts';
import { digest, stream } from './builders.ts';

const [A, B, C, INDEX, MISSING] = [digest('a'), digest('b'), digest('c'), digest('1'), digest('2')];
const [BASE, TOP, CONFIG] = [digest('d'), digest('e'), digest('f')];

function member(name: string, inHistory = true): StreamMember {
  return { digest: name, dockerImageReference: `quay.io/x@${name}`, inHistory };
}

function layered(name: string, mediaType: string, layers: readonly string[], id?: string): Image {
  return {
    metadata: { name },
    dockerImageManifestMediaType: mediaType,
    dockerImageLayers: layers.map((layer) => ({ name: layer, size: 10, mediaType: 'layer/type' })),
    dockerImageMetadata: { kind: 'DockerImage', apiVersion: 'x', Id: id },
  };
}

function view(members: readonly StreamMember[], images: readonly Image[]) {
  return viewLayers(stream(), members, new Map(images.map((image) => [image.metadata.name ?? '', image])));
}

it('lists every image of the stream with its blobs, itself one of them, sorted', () => {
  const { blobs, images, metadata, kind } = view(
    [member(B), member(A)],
    [layered(A, MEDIA_TYPE.schema2, [BASE, TOP], CONFIG), layered(B, MEDIA_TYPE.manifest, [BASE], C)],
  );
  expect([kind, metadata.name, metadata.uid]).toEqual(['ImageStreamLayers', 'app', 'uid-1']);
  expect(images).toEqual({
    [A]: { imageMissing: false, layers: [BASE, TOP], config: CONFIG },
    [B]: { imageMissing: false, layers: [BASE], config: C },
  });
  expect(blobs).toEqual({
    [A]: { size: null, mediaType: MEDIA_TYPE.schema2 },
    [B]: { size: null, mediaType: MEDIA_TYPE.manifest },
    [C]: { size: null, mediaType: 'application/vnd.oci.image.config.v1+json' },
    [BASE]: { size: 10, mediaType: 'layer/type' },
    [TOP]: { size: 10, mediaType: 'layer/type' },
    [CONFIG]: { size: null, mediaType: 'application/vnd.docker.container.image.v1+json' },
  });
  expect(Object.keys(images)).toEqual([A, B]);
  expect(Object.keys(blobs)).toEqual([A, B, C, BASE, TOP, CONFIG].sort());
});

it('takes an image without media type for schema 2, and a schema 1 image has no config', () => {
  expect(view([member(A)], [layered(A, '', [], CONFIG)]).images[A]).toEqual({ imageMissing: false, layers: null, config: null });
  expect(view([member(A)], [{ ...layered(A, '', [], CONFIG) }]).blobs[A]?.mediaType).toBe(MEDIA_TYPE.schema2);
  expect(view([member(A)], [layered(A, MEDIA_TYPE.schema1, [BASE], 'id')]).images[A]).toEqual({
    imageMissing: false,
    layers: [BASE],
    config: null,
  });
  expect(view([member(A)], [layered(A, MEDIA_TYPE.schema2, [BASE])]).images[A]).toEqual({
    imageMissing: false,
    layers: [BASE],
    config: null,
  });
});

it('says which images are gone', () => {
  expect(view([member(MISSING)], [])).toMatchObject({
    blobs: {},
    images: { [MISSING]: { imageMissing: true, layers: null, config: null } },
  });
});

it('follows an index to its images, stored or not, members or not', () => {
  const entry = { mediaType: MEDIA_TYPE.manifest, manifestSize: 1, architecture: 'amd64', os: 'linux' };
  const index: Image = {
    metadata: { name: INDEX },
    dockerImageManifestMediaType: MEDIA_TYPE.index,
    dockerImageManifests: [A, MISSING].map((name) => ({ ...entry, digest: name })),
  };
  const images = [index, layered(A, MEDIA_TYPE.manifest, [BASE], CONFIG)];
  for (const members of [[member(INDEX)], [member(INDEX), member(A, false), member(MISSING, false)]]) {
    expect(view(members, images).images).toEqual({
      [INDEX]: { imageMissing: false, layers: null, config: null, manifests: [A, MISSING] },
      [A]: { imageMissing: false, layers: [BASE], config: CONFIG },
      [MISSING]: { imageMissing: true, layers: null, config: null },
    });
  }
});

it('ends when an index names itself', () => {
  const loop: Image = {
    metadata: { name: INDEX },
    dockerImageManifests: [{ digest: INDEX, mediaType: '', manifestSize: 0, architecture: '', os: '' }],
  };
  expect(Object.keys(view([member(INDEX)], [loop]).images)).toEqual([INDEX]);
});
