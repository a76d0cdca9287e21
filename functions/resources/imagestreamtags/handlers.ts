/** Verbs of imagestreamtags. */
import type { ImageStreamTag } from '../../image/types.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import type { ImageApi } from '../image-api.ts';
import { createTag } from './create-tag.ts';
import { decodeTag } from './decode-tag.ts';
import { deleteTag } from './delete-tag.ts';
import { listTags } from './list-tags.ts';
import { readTag } from './read-tag.ts';
import { IMAGE_STREAM_TAG } from './schema.ts';
import { tagTable } from './tag-table.ts';
import { updateTag } from './update-tag.ts';

export function createTagHandlers(api: ImageApi): ResourceHandlers<ImageStreamTag> {
  return {
    get: (context, name) => readTag(api, context, name),
    list: (context, options) => listTags(api, context, options),
    create: (context, tag) => createTag(api, context, tag),
    update: (context, name, next) => updateTag(api, context, name, next),
    delete: (context, name, options) => deleteTag(api, context, name, options),
    decode: decodeTag,
    table: tagTable,
    schema: IMAGE_STREAM_TAG,
  };
}
