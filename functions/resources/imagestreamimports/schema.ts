/** Fields of ImageStreamImport (openshift/api image/v1), described in our own words. */
import type { FieldSchema, KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema, STATUS_SCHEMA } from '../../kubernetes/meta-schema.ts';
import { IMAGE } from '../images/schema.ts';
import { IMAGE_STREAM } from '../imagestreams/schema.ts';
import { IMAGE_V1, TAG_IMPORT_POLICY, TAG_REFERENCE_POLICY } from '../imagestreams/tag-schema.ts';
import { LOCAL_OBJECT_REFERENCE, OBJECT_REFERENCE } from '../reference-schema.ts';

const SOURCE: Readonly<Record<'importPolicy' | 'referencePolicy' | 'includeManifest', FieldSchema>> = {
  importPolicy: { description: 'How the image is imported; becomes the policy of the tag.', value: TAG_IMPORT_POLICY },
  referencePolicy: { description: 'Which pull spec those get who resolve the tag.', value: TAG_REFERENCE_POLICY },
  includeManifest: { description: 'True shows manifest and configuration in the answer of an import that stores nothing.', value: 'bool' },
};

const IMAGE_IMPORT_SPEC: ObjectSchema = {
  name: `${IMAGE_V1}.ImageImportSpec`,
  description: 'One image to import.',
  required: ['from'],
  fields: {
    from: { description: 'Kind DockerImage, and the pull spec as name.', value: OBJECT_REFERENCE },
    to: { description: 'The tag that is to point to the image; that of the pull spec when empty.', value: LOCAL_OBJECT_REFERENCE },
    ...SOURCE,
  },
};

const REPOSITORY_IMPORT_SPEC: ObjectSchema = {
  name: `${IMAGE_V1}.RepositoryImportSpec`,
  description: 'A repository whose tags are all to be imported, as far as the limit of one request goes.',
  required: ['from'],
  fields: {
    from: { description: 'Kind DockerImage, and the repository without a tag as name.', value: OBJECT_REFERENCE },
    ...SOURCE,
  },
};

const IMAGE_IMPORT_STATUS: ObjectSchema = {
  name: `${IMAGE_V1}.ImageImportStatus`,
  description: 'How the import of one image went.',
  required: ['status'],
  fields: {
    status: { description: 'Success, or why it failed.', value: STATUS_SCHEMA },
    image: { description: 'The image that was found.', value: IMAGE },
    tag: { description: 'The tag that points to it.', value: 'string' },
    manifests: { description: 'Images of an index that was kept whole.', value: { list: IMAGE } },
  },
};

const REPOSITORY_IMPORT_STATUS: ObjectSchema = {
  name: `${IMAGE_V1}.RepositoryImportStatus`,
  description: 'How the import of a repository went.',
  fields: {
    status: { description: 'Success, or why nothing could be read.', value: STATUS_SCHEMA },
    images: { description: 'One entry for each tag that was imported.', value: { list: IMAGE_IMPORT_STATUS } },
    additionalTags: { description: 'Tags of the repository beyond the limit.', value: { list: 'string' } },
  },
};

const SPEC: ObjectSchema = {
  name: `${IMAGE_V1}.ImageStreamImportSpec`,
  description: 'What to import.',
  required: ['import'],
  fields: {
    import: { description: 'True stores the images and moves the tags, false only looks at the registry.', value: 'bool' },
    repository: { description: 'All tags of a repository.', value: REPOSITORY_IMPORT_SPEC },
    images: { description: 'Single images.', value: { list: IMAGE_IMPORT_SPEC } },
  },
};

const STATUS: ObjectSchema = {
  name: `${IMAGE_V1}.ImageStreamImportStatus`,
  description: 'How it went, image by image.',
  fields: {
    import: { description: 'The stream after the import.', value: IMAGE_STREAM },
    repository: { description: 'Result of the repository.', value: REPOSITORY_IMPORT_STATUS },
    images: { description: 'Results of the images, in the order of the request.', value: { list: IMAGE_IMPORT_STATUS } },
  },
};

export const IMAGE_STREAM_IMPORT: KindSchema = kindSchema({
  group: 'image.openshift.io',
  version: 'v1',
  kind: 'ImageStreamImport',
  isBuiltIn: true,
  name: `${IMAGE_V1}.ImageStreamImport`,
  description:
    'Imports images now and answers how it went, for the stream of the same name, which is made if there is none. It is not stored. One image that fails does not stop the others.',
  required: ['spec', 'status'],
  fields: {
    spec: { description: 'The request.', value: SPEC },
    status: { description: 'The answer.', value: STATUS },
  },
});
