/** An image as a client posts it, completed from the manifest it brings (openshift-semantics.md §4.5). Pure. */
import { METADATA_VERSION, normalizeDocker } from './docker-config.ts';
import { describeManifest, LAYERS_ORDER_ANNOTATION } from './image-metadata.ts';
import { withoutManagedMarks } from './image-signature.ts';
import { MEDIA_TYPE } from './manifest.ts';
import type { Image } from './types.ts';

const MANIFEST_STORED_ANNOTATION = 'image.openshift.io/manifestBlobStored';

/**
 * The image with what follows from the manifest it brings: layers oldest first, metadata, media type. What the manifest does not tell stays as
 * given, and an image that brings none stays as it is. A manifest that cannot be read is no reason to refuse the image.
 * `now`: RFC 3339, `Created` of an index.
 */
export function describeStoredImage(image: Image, now: string): Image {
  return withoutEmptyFields(withMetadata(blankStoredManifest(withManifest(withoutManagedMarks(image), now))));
}

function withManifest(image: Image, now: string): Image {
  if (image.dockerImageManifest === undefined || image.dockerImageManifest === '') return image;
  const ordered = orderLayers(image);
  return isDescribed(ordered) ? ordered : fillFromManifest(ordered, image.dockerImageManifest, now);
}

/** Clients such as `oc describe istag` fail on an image without metadata, so there always is some (clients-on-the-wire.md §3.9). */
function withMetadata(image: Image): Image {
  return {
    ...image,
    dockerImageMetadata: normalizeDocker(image.dockerImageMetadata ?? {}),
    dockerImageMetadataVersion: image.dockerImageMetadataVersion || METADATA_VERSION,
  };
}

function fillFromManifest(image: Image, manifest: string, now: string): Image {
  const encoder = new TextEncoder();
  const config =
    image.dockerImageConfig === undefined || image.dockerImageConfig === '' ? undefined : encoder.encode(image.dockerImageConfig);
  const description = describeManifest({
    digest: image.metadata.name ?? '',
    mediaType: image.dockerImageManifestMediaType ?? '',
    manifest: encoder.encode(manifest),
    config,
    now,
  });
  const { annotations, ...fields } = description.fields ?? { annotations: {} };
  return {
    ...image,
    ...(fields.dockerImageManifests === undefined ? fields : ofIndex(image, fields)),
    // Layers that the client listed are its own.
    ...(image.dockerImageLayers?.length ? { dockerImageLayers: image.dockerImageLayers } : {}),
    metadata: { ...image.metadata, annotations: { ...image.metadata.annotations, ...annotations } },
  };
}

/** An index keeps the media type it was posted with, and lists its images only when that calls it an index. */
function ofIndex({ dockerImageManifestMediaType }: Image, fields: Partial<Image>): Partial<Image> {
  const { dockerImageMetadata, dockerImageManifests } = fields;
  const isCalledIndex = dockerImageManifestMediaType === MEDIA_TYPE.index || dockerImageManifestMediaType === MEDIA_TYPE.list;
  return isCalledIndex ? { dockerImageMetadata, dockerImageManifests } : { dockerImageMetadata };
}

function isDescribed({ dockerImageLayers = [], dockerImageMetadata, dockerImageManifestMediaType = '' }: Image): boolean {
  return dockerImageLayers.length > 0 && (dockerImageMetadata?.Size ?? 0) > 0 && dockerImageManifestMediaType !== '';
}

/**
 * Layers oldest first. Without the annotation their order follows from the media type (clients from before it sent schema 2 and OCI layers newest
 * first); without a media type either nothing is known and nothing is touched (`ReorderImageLayers` of openshift/library-go).
 */
function orderLayers(image: Image): Image {
  const { dockerImageLayers = [], metadata } = image;
  const order = metadata.annotations?.[LAYERS_ORDER_ANNOTATION] ?? impliedOrder(image.dockerImageManifestMediaType);
  if (dockerImageLayers.length === 0 || order === undefined) return image;
  return {
    ...image,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [LAYERS_ORDER_ANNOTATION]: 'ascending' } },
    dockerImageLayers: order === 'descending' ? dockerImageLayers.toReversed() : dockerImageLayers,
  };
}

function impliedOrder(mediaType: string | undefined): 'ascending' | 'descending' | undefined {
  if (mediaType === MEDIA_TYPE.schema1 || mediaType === MEDIA_TYPE.signedSchema1) return 'ascending';
  return mediaType === MEDIA_TYPE.schema2 || mediaType === MEDIA_TYPE.manifest ? 'descending' : undefined;
}

/** The registry that posted the image says that it serves the manifest itself. */
function blankStoredManifest(image: Image): Image {
  if (image.metadata.annotations?.[MANIFEST_STORED_ANNOTATION] !== 'true') return image;
  const { dockerImageManifest: _manifest, dockerImageConfig: _config, ...rest } = image;
  return rest;
}

/** What Go's omitempty leaves out of the image and its manifests. */
function withoutEmptyFields(image: Image): Image {
  const { dockerImageManifests: manifests, metadata } = image;
  return {
    ...omitEmpty(image),
    ...(manifests?.length
      ? { dockerImageManifests: manifests.map(({ variant, ...rest }) => (variant ? { ...rest, variant } : rest)) }
      : {}),
    metadata: omitEmpty(metadata),
  };
}

function omitEmpty<T extends object>(value: T): T {
  const isEmpty = (member: unknown) => (member ?? '') === '' || (typeof member === 'object' && Object.keys(member ?? {}).length === 0);
  return Object.fromEntries(Object.entries(value).filter(([, member]) => !isEmpty(member))) as T;
}
