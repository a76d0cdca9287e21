/** Verbs of imagetags: spec and status of one tag side by side (openshift-semantics.md §4.2). */
import { viewListedImageTag } from '../../image/image-tag-view.ts';
import type { ImageTag } from '../../image/types.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import type { ImageApi } from '../image-api.ts';
import { deleteTag } from '../imagestreamtags/delete-tag.ts';
import { listTagsAs, type TagListing } from '../imagestreamtags/list-tags.ts';
import { createImageTag } from './create-image-tag.ts';
import { decodeImageTag } from './decode-image-tag.ts';
import { imageTagTable } from './image-tag-table.ts';
import { readImageTag } from './read-image-tag.ts';
import { IMAGE_TAG } from './schema.ts';
import { updateImageTag } from './update-image-tag.ts';

const LISTING: TagListing<ImageTag> = {
  kind: 'ImageTagList',
  newestOnly: false,
  isListed: () => true,
  view: (stream, tag) => viewListedImageTag(stream, { ...tag, owners: [] }),
};

export function createImageTagHandlers(api: ImageApi): ResourceHandlers<ImageTag> {
  return {
    get: (context, name) => readImageTag(api, context, name),
    list: (context, options) => listTagsAs(api, context, options, LISTING),
    create: (context, tag) => createImageTag(api, context, tag),
    update: (context, name, next) => updateImageTag(api, context, name, next),
    delete: (context, name, options) => deleteTag(api, context, name, options, 'imagetags'),
    decode: decodeImageTag,
    table: imageTagTable,
    schema: IMAGE_TAG,
  };
}
