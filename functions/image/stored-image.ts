/** An image as a client posts it, completed from the manifest it brings (openshift-semantics.md §4.5). Pure. */
import { describeDocker, DOCKER_TYPE, METADATA_VERSION } from './docker-config.ts';
import { describeManifest, LAYERS_ORDER_ANNOTATION } from './image-metadata.ts';
import { withoutManagedMarks } from './image-signature.ts';
import { MEDIA_TYPE } from './manifest.ts';
import type { Image } from './types.ts';

const MANIFEST_STORED_ANNOTATION = 'image.openshift.io/manifestBlobStored';
const MANAGED_SIGNATURE_ANNOTATION = 'image.openshift.io/managed-signature';

/**
 * The image with layers oldest first and, where its manifest can be read, with the fields that follow from it; what the manifest does not tell
 * stays as given. A manifest that cannot be read is no reason to refuse the image. `now`: RFC 3339, `Created` of an index.
 */
export function describeStoredImage(image: Image, now: string): Image {
  const ordered = orderLayers(withoutManagedMarks(withoutSignatureMark(image)));
  return withMetadata(blankStoredManifest(isDescribed(ordered) ? ordered : fillFromManifest(ordered, now)));
}

/** Clients such as `oc describe istag` fail on an image without metadata, so there always is some (clients-on-the-wire.md §3.9). */
function withMetadata(image: Image): Image {
  const dockerImageMetadata = { ...describeDocker('', null), ...image.dockerImageMetadata, ...DOCKER_TYPE };
  return { ...image, dockerImageMetadata, dockerImageMetadataVersion: image.dockerImageMetadataVersion || METADATA_VERSION };
}

function fillFromManifest(image: Image, now: string): Image {
  if (image.dockerImageManifest === undefined || image.dockerImageManifest === '') return image;
  const encoder = new TextEncoder();
  const config =
    image.dockerImageConfig === undefined || image.dockerImageConfig === '' ? undefined : encoder.encode(image.dockerImageConfig);
  const description = describeManifest({
    digest: image.metadata.name ?? '',
    mediaType: image.dockerImageManifestMediaType ?? '',
    manifest: encoder.encode(image.dockerImageManifest),
    config,
    now,
  });
  if (!description.ok) return image;
  const { annotations, ...fields } = description.fields;
  return { ...image, ...fields, metadata: { ...image.metadata, annotations: { ...image.metadata.annotations, ...annotations } } };
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

function withoutSignatureMark(image: Image): Image {
  const { annotations } = image.metadata;
  if (annotations?.[MANAGED_SIGNATURE_ANNOTATION] === undefined) return image;
  const { [MANAGED_SIGNATURE_ANNOTATION]: _mark, ...rest } = annotations;
  return { ...image, metadata: { ...image.metadata, annotations: rest } };
}
