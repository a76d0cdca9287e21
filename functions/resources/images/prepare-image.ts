/** Images as they are stored, from what clients send (openshift-semantics.md §4.5, §9). */
import { createHash } from 'node:crypto';
import { type DigestCheck, replaceImage } from '../../image/image-update.ts';
import { describeStoredImage } from '../../image/stored-image.ts';
import type { Image } from '../../image/types.ts';
import { validateImage } from '../../image/validation.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { generateName } from '../../kubernetes/generate-name.ts';
import { invalid, plainFailure } from '../../kubernetes/status.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { IMAGE_API_VERSION, IMAGE_GROUP } from '../image-api.ts';
import { formatTime } from '../rfc3339.ts';

/** Throws ApiError 422, and 500 for a resourceVersion, as upstream's registry does. */
export function prepareNewImage(wanted: Image, { now }: RequestContext, uid: string): Image {
  const { resourceVersion = '', generateName: prefix = '', labels, annotations } = wanted.metadata;
  if (resourceVersion !== '') throw new ApiError(plainFailure(500, 'resourceVersion should not be set on objects to be created'));
  const name = wanted.metadata.name || (prefix === '' ? '' : generateName(prefix, uid));
  const metadata = { name, ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) };
  return checked(describeStoredImage({ ...wanted, metadata }, formatTime(now)), []);
}

/** Throws ApiError 422 with these errors and the image's own. */
export function prepareImageUpdate(stored: Image, wanted: Image, { now }: RequestContext, errors: readonly FieldError[]): Image {
  return checked(describeStoredImage(replaceImage(stored, wanted, hasDigest), formatTime(now)), errors);
}

/** Objects of their own say what they are; images that came with an import or a mapping do not. */
export function viewImage(image: Image): Image {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = image;
  return { kind: 'Image', apiVersion: IMAGE_API_VERSION, ...rest };
}

function checked(image: Image, errors: readonly FieldError[]): Image {
  const all = [...errors, ...validateImage(image)];
  if (all.length > 0) throw new ApiError(invalid(IMAGE_GROUP, 'Image', image.metadata.name ?? '', all));
  return image;
}

const hasDigest: DigestCheck = (bytes, digest) => {
  const [algorithm = '', hex = ''] = digest.split(':');
  const isKnown = algorithm === 'sha256' || algorithm === 'sha384' || algorithm === 'sha512';
  return isKnown && createHash(algorithm).update(bytes).digest('hex') === hex;
};
