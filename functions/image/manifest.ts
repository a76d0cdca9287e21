/**
 * What a registry's manifest says, whichever of the five forms it has: OCI manifest and index, Docker schema 2 and list, Docker schema 1.
 * Sources: OCI image-spec manifest.md and image-index.md, distribution's manifest-v2-1 and manifest-v2-2; openshift-semantics.md §4.5, §6.2.
 */
import { countOf, type JsonObject, objectsOf, objectOf, readDocument, readText, stringOf } from './tolerant-reader.ts';
import type { Digest, ImageLayer, ImageManifest } from './types.ts';

export const MEDIA_TYPE = {
  schema1: 'application/vnd.docker.distribution.manifest.v1+json',
  signedSchema1: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  schema2: 'application/vnd.docker.distribution.manifest.v2+json',
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
} as const;

/** What upstream gives the layers of schema 1, whose manifests name no media type. */
const SCHEMA1_LAYER = 'application/vnd.docker.container.image.rootfs.diff+x-gtar';

/** Configs that describe a container image; octet-stream and none at all are what early schema 2 registries wrote. */
const IMAGE_CONFIGS = new Set([
  '',
  'application/octet-stream',
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.oci.image.config.v1+json',
]);

const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[A-Za-z0-9=_-]{32,128}$/;

/** Far above anything published (Docker allows 127 layers); a manifest past them is an attack or a mistake. */
const MAX_LAYERS = 1000;
const MAX_MANIFESTS = 256;

export type Manifest =
  | {
      readonly kind: 'image';
      readonly mediaType: string;
      readonly config: { readonly digest: Digest; readonly size: number };
      /** Oldest first. */
      readonly layers: readonly ImageLayer[];
      /** Type of an artifact that is no container image (a Helm chart, a signature); null for images. */
      readonly artifactType: string | null;
    }
  | { readonly kind: 'index'; readonly mediaType: string; readonly manifests: readonly ImageManifest[] }
  | {
      readonly kind: 'schema1';
      readonly mediaType: string;
      /** Oldest first; sizes are 0 where the history does not tell. */
      readonly layers: readonly ImageLayer[];
      /** `v1Compatibility` of the newest layer: the image's description. */
      readonly newest: JsonObject;
    };

export type ManifestRead = { readonly ok: true; readonly manifest: Manifest } | { readonly ok: false; readonly message: string };

/**
 * Reads a manifest. `mediaType` is what the registry called it; the document's own `mediaType` wins. `message` tells why a manifest is refused.
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): ManifestRead {
  const document = readDocument(bytes);
  if (document === null) return refuse('the manifest is not a JSON object');
  const type = stringOf(document.mediaType) || bareMediaType(mediaType) || impliedMediaType(document);
  switch (type) {
    case MEDIA_TYPE.manifest:
    case MEDIA_TYPE.schema2:
      return parseImage(document, type);
    case MEDIA_TYPE.index:
    case MEDIA_TYPE.list:
      return parseIndex(document, type);
    case MEDIA_TYPE.schema1:
    case MEDIA_TYPE.signedSchema1:
      return parseSchema1(document);
    default:
      return parseGuessed(document, type);
  }
}

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** Some registries answer `application/json` or `text/plain`; the document's shape decides then. */
function parseGuessed(document: JsonObject, type: string): ManifestRead {
  const isVague = type === 'application/json' || type === 'text/plain' || type === 'application/octet-stream';
  if (!isVague) return refuse(`unsupported image manifest type: ${type.slice(0, 200)}`);
  const implied = impliedMediaType(document);
  if (implied === MEDIA_TYPE.schema1) return parseSchema1(document);
  return implied === MEDIA_TYPE.index ? parseIndex(document, implied) : parseImage(document, implied);
}

function bareMediaType(header: string): string {
  return header.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function impliedMediaType(document: JsonObject): string {
  if (document.schemaVersion === 1) return MEDIA_TYPE.schema1;
  if (Array.isArray(document.manifests)) return MEDIA_TYPE.index;
  return stringOf(objectOf(document.config).mediaType).startsWith('application/vnd.oci.') ? MEDIA_TYPE.manifest : MEDIA_TYPE.schema2;
}

function parseImage(document: JsonObject, mediaType: string): ManifestRead {
  // One document that reads as an image to one client and as an index to another lets content hide (CVE-2021-41190).
  if (document.manifests !== undefined) return refuse('the manifest claims to be an image and an index at once');
  const config = objectOf(document.config);
  const digest = stringOf(config.digest);
  if (!isDigest(digest)) return refuse('the manifest names no image config');
  const layers = objectsOf(document.layers).map((layer) => ({
    name: stringOf(layer.digest),
    size: countOf(layer.size),
    mediaType: stringOf(layer.mediaType),
  }));
  if (layers.length > MAX_LAYERS) return refuse(`the manifest has more than ${MAX_LAYERS} layers`);
  if (!layers.every((layer) => isDigest(layer.name))) return refuse('the manifest has a layer without a valid digest');
  const artifactType = artifactTypeOf(document, stringOf(config.mediaType));
  return { ok: true, manifest: { kind: 'image', mediaType, config: { digest, size: countOf(config.size) }, layers, artifactType } };
}

/** OCI image-spec manifest.md: an artifact says so in `artifactType`, or by the media type of its config. */
function artifactTypeOf(document: JsonObject, configType: string): string | null {
  if (IMAGE_CONFIGS.has(configType)) return null;
  return (stringOf(document.artifactType) || configType).slice(0, 200);
}

function parseIndex(document: JsonObject, mediaType: string): ManifestRead {
  if (document.config !== undefined || document.layers !== undefined) {
    return refuse('the manifest claims to be an image and an index at once');
  }
  const manifests = objectsOf(document.manifests)
    .filter((entry) => isDigest(stringOf(entry.digest)))
    .map(readIndexEntry);
  if (manifests.length === 0) return refuse('no manifests in manifest list');
  if (manifests.length > MAX_MANIFESTS) return refuse(`the index lists more than ${MAX_MANIFESTS} manifests`);
  return { ok: true, manifest: { kind: 'index', mediaType, manifests } };
}

function readIndexEntry(entry: JsonObject): ImageManifest {
  const platform = objectOf(entry.platform);
  const variant = stringOf(platform.variant);
  return {
    digest: stringOf(entry.digest),
    mediaType: stringOf(entry.mediaType),
    manifestSize: countOf(entry.size),
    architecture: stringOf(platform.architecture),
    os: stringOf(platform.os),
    ...(variant === '' ? {} : { variant }),
  };
}

function parseSchema1(document: JsonObject): ManifestRead {
  const history = objectsOf(document.history).map((entry) => readText(stringOf(entry.v1Compatibility)));
  const blobs = objectsOf(document.fsLayers).map((layer) => stringOf(layer.blobSum));
  if (history.length !== blobs.length) return refuse(`the manifest has ${history.length} history entries for ${blobs.length} layers`);
  const newest = history[0];
  if (newest === undefined || newest === null) return refuse('the manifest has no readable history');
  if (blobs.length > MAX_LAYERS) return refuse(`the manifest has more than ${MAX_LAYERS} layers`);
  if (!blobs.every(isDigest)) return refuse('the manifest has a layer without a valid digest');
  const layers = blobs.map((name, index) => ({ name, size: countOf(history[index]?.Size), mediaType: SCHEMA1_LAYER })).reverse();
  return { ok: true, manifest: { kind: 'schema1', mediaType: MEDIA_TYPE.schema1, layers, newest } };
}

function refuse(message: string): ManifestRead {
  return { ok: false, message };
}
