/** Fields of an Image that follow from its manifest and config (openshift-semantics.md §4.5). Pure. */
import { describeDocker, METADATA_VERSION, readDockerConfig } from './docker-config.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { readDocument } from './tolerant-reader.ts';
import type { DockerImageMetadata, Image, ImageLayer } from './types.ts';

/** Old clients send layers newest first and do not say so; with this annotation they are oldest first. */
export const LAYERS_ORDER_ANNOTATION = 'image.openshift.io/dockerLayersOrder';

const ASCENDING: Readonly<Record<string, string>> = { [LAYERS_ORDER_ANNOTATION]: 'ascending' };

export interface ManifestInput {
  /** Digest of the manifest: the name of the Image. */
  readonly digest: string;
  /** As the registry or the client called it; the manifest's own wins. */
  readonly mediaType: string;
  readonly manifest: Uint8Array;
  /** Image config blob; not needed for an index and for schema 1. */
  readonly config?: Uint8Array;
  /** RFC 3339; `Created` of an index. */
  readonly now: string;
}

/** Everything an Image gets from its manifest; `annotations` are to be merged into those of its metadata. */
export interface ImageFields extends Pick<
  Image,
  'dockerImageLayers' | 'dockerImageManifests' | 'dockerImageManifestMediaType' | 'dockerImageMetadataVersion'
> {
  readonly dockerImageMetadata: DockerImageMetadata;
  readonly annotations: Readonly<Record<string, string>>;
}

/** `fields` of a failure: what the manifest tells without the config it needs. */
export type ManifestDescription =
  | { readonly ok: true; readonly fields: ImageFields }
  | {
      readonly ok: false;
      readonly message: string;
      readonly fields?: Omit<ImageFields, 'dockerImageMetadata' | 'dockerImageMetadataVersion'>;
    };

/** Reads the manifest and describes it; `message` tells why it cannot be read. */
export function describeManifest(input: ManifestInput): ManifestDescription {
  const read = parseManifest(input.manifest, input.mediaType);
  return read.ok ? describeParsed(read.manifest, input) : read;
}

/** As `describeManifest`, for a manifest that is parsed already. */
export function describeParsed(
  manifest: Manifest,
  { digest, config, now }: Omit<ManifestInput, 'manifest' | 'mediaType'>,
): ManifestDescription {
  switch (manifest.kind) {
    case 'index':
      return described(manifest, { dockerImageMetadata: describeDocker(digest, now), dockerImageManifests: manifest.manifests });
    case 'schema1': {
      const id = typeof manifest.newest.id === 'string' ? manifest.newest.id : '';
      return described(manifest, layered(readDockerConfig(manifest.newest, id, sizeOf(manifest.layers)), manifest.layers));
    }
    case 'image':
      return describeImage(manifest, config);
  }
}

function describeImage(manifest: Manifest & { readonly kind: 'image' }, config: Uint8Array | undefined): ManifestDescription {
  const { digest } = manifest.config;
  if (config === undefined && manifest.artifactType !== null)
    return described(manifest, layered(describeDocker(digest, null), manifest.layers));
  const document = config === undefined ? null : readDocument(config);
  if (config === undefined || document === null) {
    const message = config === undefined ? 'the image config is missing' : 'the image config is not a JSON object';
    const { layers: dockerImageLayers, mediaType: dockerImageManifestMediaType } = manifest;
    return { ok: false, message, fields: { dockerImageLayers, dockerImageManifestMediaType, annotations: ASCENDING } };
  }
  const size = config.length + sizeOf(manifest.layers.filter((layer) => layer.name !== digest));
  return described(manifest, layered(readDockerConfig(document, digest, size), manifest.layers));
}

function layered(dockerImageMetadata: DockerImageMetadata, layers: readonly ImageLayer[]) {
  return { dockerImageMetadata, dockerImageLayers: layers };
}

function described(manifest: Manifest, fields: Pick<ImageFields, 'dockerImageMetadata'> & Partial<ImageFields>): ManifestDescription {
  const annotations = manifest.kind === 'index' ? {} : ASCENDING;
  return {
    ok: true,
    fields: { ...fields, dockerImageMetadataVersion: METADATA_VERSION, dockerImageManifestMediaType: manifest.mediaType, annotations },
  };
}

/** A layer that occurs twice is stored once. */
function sizeOf(layers: readonly ImageLayer[]): number {
  const sizes = new Map(layers.map((layer) => [layer.name, layer.size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
