/** Fields of Image (openshift/api image/v1), described in our own words. */
import type { KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { IMAGE_SIGNATURE } from '../imagesignatures/schema.ts';
import { IMAGE_V1 } from '../imagestreams/tag-schema.ts';

const LAYER: ObjectSchema = {
  name: `${IMAGE_V1}.ImageLayer`,
  description: 'A layer of an image.',
  required: ['name', 'size', 'mediaType'],
  fields: {
    name: { description: 'Digest of the layer.', value: 'string' },
    size: { description: 'Bytes of the layer as it is pulled.', value: 'int64' },
    mediaType: { description: 'Media type of the layer.', value: 'string' },
  },
};

const MANIFEST: ObjectSchema = {
  name: `${IMAGE_V1}.ImageManifest`,
  description: 'The image of one platform in an index.',
  required: ['digest', 'mediaType', 'manifestSize', 'architecture', 'os'],
  fields: {
    digest: { description: 'Digest of the image.', value: 'string' },
    mediaType: { description: 'Media type of its manifest.', value: 'string' },
    manifestSize: { description: 'Bytes of its manifest.', value: 'int64' },
    architecture: { description: 'Processor the image is for, e.g. amd64.', value: 'string' },
    os: { description: 'Operating system the image is for, e.g. linux.', value: 'string' },
    variant: { description: 'Variant of the processor, e.g. v8.', value: 'string' },
  },
};

export const IMAGE: KindSchema = kindSchema({
  group: 'image.openshift.io',
  version: 'v1',
  kind: 'Image',
  isBuiltIn: true,
  name: `${IMAGE_V1}.Image`,
  description: 'An image, named by its digest: what it is made of and how it is to be run. Never changes.',
  fields: {
    dockerImageReference: { description: 'Pull spec the image was found at.', value: 'string' },
    dockerImageMetadata: {
      description: 'Configuration of the image: environment, entry point, labels, architecture and so on. Empty for an index.',
      value: 'any',
    },
    dockerImageMetadataVersion: { description: 'Version of the form of dockerImageMetadata.', value: 'string' },
    dockerImageManifest: { description: 'Manifest as the registry holds it. Left out of most answers.', value: 'string' },
    dockerImageManifestMediaType: { description: 'Media type of the manifest.', value: 'string' },
    dockerImageLayers: { description: 'Layers, lowest first.', value: { list: LAYER } },
    dockerImageSignatures: { description: 'Signatures of a manifest of the oldest form.', value: { list: 'bytes' } },
    dockerImageConfig: { description: 'Configuration as the registry holds it. Left out of most answers.', value: 'string' },
    dockerImageManifests: { description: 'Images of an index, one per platform.', value: { list: MANIFEST } },
    signatures: { description: 'Signatures of the image.', value: { list: IMAGE_SIGNATURE } },
  },
});
