/** Fields of ImageStream and ImageStreamLayers (openshift/api image/v1), described in our own words. */
import type { KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { IMAGE_LOOKUP_POLICY, IMAGE_V1, NAMED_TAG_EVENT_LIST, TAG_REFERENCE } from './tag-schema.ts';

const SPEC: ObjectSchema = {
  name: `${IMAGE_V1}.ImageStreamSpec`,
  description: 'The tags somebody wants the stream to have.',
  fields: {
    lookupPolicy: { description: 'Whether plain image names may mean tags of this stream.', value: IMAGE_LOOKUP_POLICY },
    dockerImageRepository: {
      description: 'A repository whose tags are all to be imported, e.g. quay.io/team/app. Older than spec.tags and less precise.',
      value: 'string',
    },
    tags: {
      description:
        'The wanted tags, by name. Taking one out leaves what status.tags remembers of it; deleting the image stream tag removes both.',
      value: { list: TAG_REFERENCE, mergeKey: 'name' },
    },
  },
};

const STATUS: ObjectSchema = {
  name: `${IMAGE_V1}.ImageStreamStatus`,
  description: 'What the tags of the stream point to. Kept by the server.',
  required: ['dockerImageRepository'],
  fields: {
    dockerImageRepository: {
      description: 'Repository of the stream in the registry in front of this API, if there is one.',
      value: 'string',
    },
    publicDockerImageRepository: { description: 'The same repository as clients outside reach it.', value: 'string' },
    tags: { description: 'Where each tag points and pointed.', value: { list: NAMED_TAG_EVENT_LIST, mergeKey: 'tag' } },
  },
};

export const IMAGE_STREAM: KindSchema = kindSchema({
  group: 'image.openshift.io',
  version: 'v1',
  kind: 'ImageStream',
  isBuiltIn: true,
  ownable: ['spec'],
  name: `${IMAGE_V1}.ImageStream`,
  description:
    'Tags that point to exact images, wherever those are stored, and remember where they pointed before. A tag follows a tag of a registry, another tag, or stays at one image; deployments name the tag and are told when it moves.',
  fields: {
    spec: { description: 'The tags somebody wants.', value: SPEC },
    status: { description: 'What they point to.', value: STATUS },
  },
});

const LAYER_DATA: ObjectSchema = {
  name: `${IMAGE_V1}.ImageLayerData`,
  description: 'A blob of a registry.',
  required: ['size', 'mediaType'],
  fields: {
    size: { description: 'Bytes of the blob; null when nobody knows.', value: 'int64' },
    mediaType: { description: 'Media type of the blob.', value: 'string' },
  },
};

const BLOB_REFERENCES: ObjectSchema = {
  name: `${IMAGE_V1}.ImageBlobReferences`,
  description: 'The blobs an image is made of.',
  fields: {
    imageMissing: { description: 'True when the stream names an image that is not stored.', value: 'bool' },
    layers: { description: 'Digests of the layers, lowest first.', value: { list: 'string' } },
    config: { description: 'Digest of the configuration.', value: 'string' },
    manifests: { description: 'Digests of the images of an index.', value: { list: 'string' } },
  },
};

export const IMAGE_STREAM_LAYERS: KindSchema = kindSchema({
  group: 'image.openshift.io',
  version: 'v1',
  kind: 'ImageStreamLayers',
  isBuiltIn: true,
  name: `${IMAGE_V1}.ImageStreamLayers`,
  description: 'Every image and blob that a reader of the stream may pull. Registries ask for it.',
  required: ['blobs', 'images'],
  fields: {
    blobs: { description: 'Blobs by digest.', value: { map: LAYER_DATA } },
    images: { description: 'Images by digest.', value: { map: BLOB_REFERENCES } },
  },
});
