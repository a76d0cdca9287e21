/** Fields of a tag: where it comes from and where it pointed. Image streams and image stream tags share them. */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { OBJECT_REFERENCE } from '../reference-schema.ts';

export const IMAGE_V1 = 'com.github.openshift.api.image.v1';

export const TAG_IMPORT_POLICY: ObjectSchema = {
  name: `${IMAGE_V1}.TagImportPolicy`,
  description: 'How an image gets from its registry into the stream.',
  fields: {
    insecure: { description: 'Allows plain HTTP and certificates nobody signed when talking to the registry.', value: 'bool' },
    scheduled: {
      description: 'Asks the registry again and again whether the source has moved, and moves the tag when it has.',
      value: 'bool',
    },
    importMode: {
      description:
        'What to do with an image for several platforms: Legacy keeps the image of one platform, PreserveOriginal keeps the index and the images of all platforms. Legacy when empty.',
      value: 'string',
    },
  },
};

export const TAG_REFERENCE_POLICY: ObjectSchema = {
  name: `${IMAGE_V1}.TagReferencePolicy`,
  description: 'Which pull spec those get who resolve the tag.',
  required: ['type'],
  fields: {
    type: {
      description:
        'Source answers the registry the image came from, Local the registry in front of this API, where there is one. Source when empty.',
      value: 'string',
    },
  },
};

export const IMAGE_LOOKUP_POLICY: ObjectSchema = {
  name: `${IMAGE_V1}.ImageLookupPolicy`,
  description: 'Whether plain image names may mean tags of this stream.',
  required: ['local'],
  fields: {
    local: { description: 'True lets objects of the same namespace write STREAM:TAG where an image is expected.', value: 'bool' },
  },
};

export const TAG_REFERENCE: ObjectSchema = {
  name: `${IMAGE_V1}.TagReference`,
  description: 'A tag as somebody wants it: its name and the image it is to follow.',
  required: ['name'],
  fields: {
    name: { description: 'Name of the tag, unique in the stream.', value: 'string' },
    annotations: {
      description:
        'Notes on the tag. image-streams.io/import-interval sets how often a scheduled tag is looked at, image-streams.io/hold, hold-until and minimum-age keep it from moving by itself; description and tags are shown by oc describe.',
      value: { map: 'string' },
    },
    from: {
      description:
        'Where the tag gets its image from: a DockerImage in a registry, another ImageStreamTag, or an ImageStreamImage. Empty for tags that are only pushed to.',
      value: OBJECT_REFERENCE,
    },
    reference: { description: 'True keeps the pull spec as it is: nothing is imported and no image is recorded.', value: 'bool' },
    generation: {
      description:
        'Generation of the stream in which the source last changed. Set by the server; 0 asks for the image to be imported again.',
      value: 'int64',
    },
    importPolicy: { description: 'How the image is imported.', value: TAG_IMPORT_POLICY },
    referencePolicy: { description: 'Which pull spec those get who resolve the tag.', value: TAG_REFERENCE_POLICY },
  },
};

export const TAG_EVENT: ObjectSchema = {
  name: `${IMAGE_V1}.TagEvent`,
  description: 'An image that a tag points to or pointed to.',
  required: ['created', 'dockerImageReference', 'image', 'generation'],
  fields: {
    created: { description: 'When the tag came to point there.', value: 'Time' },
    dockerImageReference: { description: 'Pull spec of the image.', value: 'string' },
    image: { description: 'Digest of the image; empty for a reference tag.', value: 'string' },
    generation: { description: 'Generation of the spec tag that led to this image.', value: 'int64' },
  },
};

export const TAG_EVENT_CONDITION: ObjectSchema = {
  name: `${IMAGE_V1}.TagEventCondition`,
  description: 'How the last import of a tag went, or what it waits for.',
  required: ['type', 'status', 'generation'],
  fields: {
    type: { description: 'ImportSuccess, or ImagePending for a newer image that the tag does not move to yet.', value: 'string' },
    status: { description: 'False when the import failed, True while an image waits.', value: 'string' },
    lastTransitionTime: { description: 'When this was last found to be so; when the image that waits was first seen.', value: 'Time' },
    reason: { description: 'Why it failed or waits, in one word.', value: 'string' },
    message: { description: 'Why it failed, in the words of the registry; which image waits, and why.', value: 'string' },
    generation: { description: 'Generation of the spec tag that was imported.', value: 'int64' },
  },
};

export const NAMED_TAG_EVENT_LIST: ObjectSchema = {
  name: `${IMAGE_V1}.NamedTagEventList`,
  description: 'Where one tag points and pointed.',
  required: ['tag', 'items'],
  fields: {
    tag: { description: 'Name of the tag.', value: 'string' },
    items: {
      description: 'The image the tag points to, followed by the ones before it, newest first. At most 50 are shown; none is forgotten.',
      value: { list: TAG_EVENT },
    },
    conditions: {
      description: 'How the last import went, if it failed, and whether an image waits.',
      value: { list: TAG_EVENT_CONDITION },
    },
  },
};
