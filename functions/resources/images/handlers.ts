/** Verbs of images: cluster-wide, mostly made by imports and mappings (openshift-semantics.md §4.5). */
import { sameJson } from '../../image/same-json.ts';
import type { Image } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { DeleteOptions, ListOptions, RequestContext, ResourceHandlers, Written } from '../../kubernetes/handlers.ts';
import { alreadyExists, notFound, success } from '../../kubernetes/status.ts';
import type { KubernetesList, Status } from '../../kubernetes/types.ts';
import { collectPage } from '../collect-page.ts';
import { checkFieldSelector, matchesFields } from '../field-selection.ts';
import { IMAGE_API_VERSION, IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { checkDeletePreconditions, checkUpdatePreconditions } from '../preconditions.ts';
import { formatTime } from '../rfc3339.ts';
import { prepareImageUpdate, prepareNewImage, viewImage } from './prepare-image.ts';
import { IMAGE } from './schema.ts';

type Next = (current: Image | null) => Image;

export function createImageHandlers(api: ImageApi): ResourceHandlers<Image> {
  return {
    get: async (_context, name) => viewImage(await readImage(api, name)),
    list: (_context, options) => listImages(api, options),
    create: (context, image) => createImage(api, context, image),
    update: (context, name, next) => updateImage(api, context, name, next),
    delete: (context, name, options) => deleteImage(api, context, name, options),
    schema: IMAGE,
    table: {
      columns: [
        { name: 'Name', type: 'string', format: 'name', description: 'Digest of the image' },
        { name: 'Image Reference', type: 'string', description: 'Where the image can be pulled' },
      ],
      cells: (image) => [image.metadata.name ?? '', image.dockerImageReference ?? ''],
    },
  };
}

/** Throws ApiError 404 named after images, whichever resource asks. */
export async function readImage(api: ImageApi, name: string): Promise<Image> {
  const image = await api.images.readImage(name);
  if (image === null) throw missing(name);
  return image;
}

/** Stores the image when it differs from the stored one and nobody changed that meanwhile (ERR_STORE_CONFLICT); else answers the stored one. */
export async function replaceStored(api: ImageApi, { dryRun }: RequestContext, stored: Image, next: Image): Promise<Image> {
  if (sameJson(stored, next)) return stored;
  return dryRun ? next : api.images.updateImage(next, Number(stored.metadata.resourceVersion));
}

async function createImage(api: ImageApi, context: RequestContext, wanted: Image): Promise<Image> {
  const uid = api.newUid();
  const image = prepareNewImage(wanted, context, uid);
  const { name = '' } = image.metadata;
  const exists = () => new ApiError(alreadyExists(IMAGE_GROUP, 'images', name));
  if (context.dryRun) {
    if ((await api.images.readImage(name)) !== null) throw exists();
    return viewImage({ ...image, metadata: { ...image.metadata, uid, creationTimestamp: formatTime(context.now) } });
  }
  const stored = await api.images.createImage(image, context.now);
  if (!stored.created) throw exists();
  return viewImage(stored.image);
}

/** Throws ApiError 404, 409 (uid, resourceVersion), 422. */
function updateImage(api: ImageApi, context: RequestContext, name: string, next: Next): Promise<Written<Image>> {
  return api.retry(async () => {
    const stored = viewImage(await readImage(api, name));
    const wanted = next(stored);
    checkUpdatePreconditions(identityOf(stored, name), wanted.metadata);
    const image = prepareImageUpdate(stored, wanted, context);
    return { object: viewImage(await replaceStored(api, context, stored, image)), created: false };
  });
}

/** Streams are not touched: their tags keep pointing to the digest (§3). */
function deleteImage(api: ImageApi, context: RequestContext, name: string, options: DeleteOptions): Promise<Status> {
  return api.retry(async () => {
    const { metadata } = await readImage(api, name);
    checkDeletePreconditions({ ...identityOf({ metadata }, name), kind: 'Image' }, options);
    const isGone = context.dryRun || (await api.images.deleteImage(name, Number(metadata.resourceVersion)));
    if (!isGone) throw missing(name);
    return success({ name, group: IMAGE_GROUP, kind: 'images', uid: metadata.uid });
  });
}

function identityOf({ metadata: { uid = '', resourceVersion } }: Image, name: string) {
  return { group: IMAGE_GROUP, resource: 'images', name, uid, revision: Number(resourceVersion) };
}

async function listImages(api: ImageApi, options: ListOptions): Promise<KubernetesList<Image>> {
  checkFieldSelector(options, ['metadata.name']);
  const view = (image: Image): Image | null => {
    const isNamed = matchesFields(options.fieldRequirements, { 'metadata.name': image.metadata.name ?? '' });
    return isNamed && options.matchesLabels(image.metadata.labels) ? viewImage(image) : null;
  };
  const page = await collectPage((request) => api.images.listImages(request), view, options);
  return { kind: 'ImageList', apiVersion: IMAGE_API_VERSION, ...page };
}

function missing(name: string): ApiError {
  return new ApiError(notFound(IMAGE_GROUP, 'images', name));
}
