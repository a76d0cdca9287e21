/** Verbs of images: cluster-wide, made by imports and mappings (openshift-semantics.md §4.5). */
import type { Image } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { ListOptions, RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { notFound, success } from '../../kubernetes/status.ts';
import type { KubernetesList } from '../../kubernetes/types.ts';
import { checkFieldSelector, matchesFields } from '../field-selection.ts';
import { IMAGE_API_VERSION, IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { checkPreconditions } from '../preconditions.ts';

export function createImageHandlers(api: ImageApi): ResourceHandlers<Image> {
  return {
    get: (_context, name) => readImage(api, name),
    list: (_context, options) => listImages(api, options),
    async delete(context: RequestContext, name, options) {
      const image = await readImage(api, name);
      const { uid = '', resourceVersion } = image.metadata;
      checkPreconditions({ group: IMAGE_GROUP, resource: 'images', name, uid, revision: Number(resourceVersion) }, options);
      if (!context.dryRun && !(await api.images.deleteImage(name))) throw missing(name);
      return success({ name, group: IMAGE_GROUP, kind: 'images', uid });
    },
    table: {
      columns: [
        { name: 'Name', type: 'string', format: 'name', description: 'Digest of the image' },
        { name: 'Image Reference', type: 'string', description: 'Where the image can be pulled' },
      ],
      cells: (image) => [image.metadata.name ?? '', image.dockerImageReference ?? ''],
    },
  };
}

async function readImage(api: ImageApi, name: string): Promise<Image> {
  const image = await api.images.readImage(name);
  if (image === null) throw missing(name);
  return image;
}

async function listImages(api: ImageApi, options: ListOptions): Promise<KubernetesList<Image>> {
  checkFieldSelector(options, ['metadata.name']);
  const page = await api.images.listImages(options);
  const items = page.items.filter((image) => {
    const isNamed = matchesFields(options.fieldRequirements, { 'metadata.name': image.metadata.name ?? '' });
    return isNamed && options.matchesLabels(image.metadata.labels);
  });
  const metadata = { resourceVersion: String(page.revision), ...(page.continue === undefined ? {} : { continue: page.continue }) };
  return { kind: 'ImageList', apiVersion: IMAGE_API_VERSION, metadata, items };
}

function missing(name: string): ApiError {
  return new ApiError(notFound(IMAGE_GROUP, 'images', name));
}
