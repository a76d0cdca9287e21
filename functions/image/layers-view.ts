/** imagestreams/layers: every blob and image a reader of the stream may pull (openshift-semantics.md §4.6). Pure. */
import type { KubernetesObject, ObjectMeta } from '../kubernetes/types.ts';
import { MEDIA_TYPE } from './manifest.ts';
import { streamMetadata } from './stream-metadata.ts';
import type { StreamMember, StreamState } from './stream-state.ts';
import type { Digest, Image } from './types.ts';

export interface ImageLayerData {
  /** Bytes; null where the image does not tell. */
  readonly size: number | null;
  readonly mediaType: string;
}

export interface ImageBlobReferences {
  readonly imageMissing: boolean;
  /** Digests of blobs, oldest first; null when there are none. */
  readonly layers: readonly Digest[] | null;
  readonly config: Digest | null;
  /** Of an index: digests of its images. */
  readonly manifests?: readonly Digest[];
}

export interface ImageStreamLayers extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly blobs: Readonly<Record<Digest, ImageLayerData>>;
  readonly images: Readonly<Record<Digest, ImageBlobReferences>>;
}

/** Media type of the config by that of the manifest; other manifests have no config blob. */
const CONFIGS: Readonly<Record<string, string>> = {
  [MEDIA_TYPE.schema2]: 'application/vnd.docker.container.image.v1+json',
  [MEDIA_TYPE.manifest]: 'application/vnd.oci.image.config.v1+json',
};

const MISSING: ImageBlobReferences = { imageMissing: true, layers: null, config: null };

/** `images`: the stored Images of `members`; a member without one is reported as missing, and so are children of an index nobody stored. */
export function viewLayers(stream: StreamState, members: readonly StreamMember[], images: ReadonlyMap<string, Image>): ImageStreamLayers {
  const blobs = new Map<Digest, ImageLayerData>();
  const references = new Map<Digest, ImageBlobReferences>();
  const waiting = members.map(({ digest }) => digest);
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    if (digest === '' || references.has(digest)) continue;
    const image = images.get(digest);
    references.set(digest, image === undefined ? MISSING : describe(digest, image, blobs));
    waiting.push(...(image?.dockerImageManifests ?? []).map((child) => child.digest));
  }
  return {
    kind: 'ImageStreamLayers',
    apiVersion: 'image.openshift.io/v1',
    metadata: streamMetadata(stream),
    blobs: sorted(blobs),
    images: sorted(references),
  };
}

/** Adds the image's blobs, itself one of them; the first to name a blob describes it. */
function describe(digest: Digest, image: Image, blobs: Map<Digest, ImageLayerData>): ImageBlobReferences {
  const mediaType = image.dockerImageManifestMediaType || MEDIA_TYPE.schema2;
  const add = (name: Digest, blob: ImageLayerData) => (blobs.has(name) ? blobs : blobs.set(name, blob));
  add(digest, { size: null, mediaType });
  const manifests = (image.dockerImageManifests ?? []).map((child) => child.digest);
  if (manifests.length > 0) return { imageMissing: false, layers: null, config: null, manifests };
  const layers = image.dockerImageLayers ?? [];
  for (const { name, size, mediaType: type } of layers) add(name, { size, mediaType: type });
  const configType = CONFIGS[image.dockerImageManifestMediaType ?? ''];
  const config = configType === undefined ? null : image.dockerImageMetadata?.Id || null;
  if (config !== null) add(config, { size: null, mediaType: configType ?? '' });
  return { imageMissing: false, layers: layers.length === 0 ? null : layers.map((layer) => layer.name), config };
}

function sorted<T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
