/** Images as they are stored, from what clients send (openshift-semantics.md §4.5, §9). */
import { createHash } from 'node:crypto';
import { type DigestCheck, replaceImage } from '../../image/image-update.ts';
import { describeStoredImage } from '../../image/stored-image.ts';
import type { Image } from '../../image/types.ts';
import { validateImage } from '../../image/validation.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { generateName } from '../../kubernetes/generate-name.ts';
import { invalid } from '../../kubernetes/status.ts';
import { IMAGE_API_VERSION, IMAGE_GROUP } from '../image-api.ts';
import { refuseResourceVersion } from '../preconditions.ts';
import { formatTime } from '../rfc3339.ts';

/** Throws ApiError 422, and 500 for a resourceVersion, as upstream's registry does. */
export function prepareNewImage(wanted: Image, { now }: RequestContext, uid: string): Image {
  refuseResourceVersion(wanted.metadata);
  const { generateName: prefix = '', labels, annotations } = wanted.metadata;
  const name = wanted.metadata.name || (prefix === '' ? '' : generateName(prefix, uid));
  const metadata = { name, ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) };
  return checked(describeStoredImage({ ...wanted, metadata }, formatTime(now)));
}

/** Throws ApiError 422. */
export function prepareImageUpdate(stored: Image, wanted: Image, { now }: RequestContext): Image {
  return checked(describeStoredImage(replaceImage(stored, wanted, hasDigest), formatTime(now)));
}

/** Objects of their own say what they are; images that came with an import or a mapping do not. */
export function viewImage(image: Image): Image {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = image;
  return { kind: 'Image', apiVersion: IMAGE_API_VERSION, ...rest };
}

function checked(image: Image): Image {
  const errors = validateImage(image);
  if (errors.length > 0) throw new ApiError(invalid(IMAGE_GROUP, 'Image', image.metadata.name ?? '', errors));
  return image;
}

const hasDigest: DigestCheck = (bytes, digest) => {
  const [algorithm = '', hex = ''] = digest.split(':');
  const isKnown = algorithm === 'sha256' || algorithm === 'sha384' || algorithm === 'sha512';
  return isKnown && createHash(algorithm).update(bytes).digest('hex') === hex;
};
