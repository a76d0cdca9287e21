/** POST and DELETE of imagesignatures; each is kept inside its Image (openshift-semantics.md §4.5). */
import { hasSignature, newSignature, validateSignature } from '../../image/image-signature.ts';
import { splitImageName } from '../../image/reference.ts';
import type { Image, ImageSignature } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { DeleteOptions, RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { alreadyExists, badRequest, invalid, notFound, success } from '../../kubernetes/status.ts';
import type { Status } from '../../kubernetes/types.ts';
import { IMAGE_API_VERSION, IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { readImage, replaceStored } from '../images/handlers.ts';
import { checkPreconditions } from '../preconditions.ts';
import { formatTime } from '../rfc3339.ts';
import { IMAGE_SIGNATURE } from './schema.ts';

/** Upstream spells the resource so in its errors (§11.10). */
const RESOURCE = 'imageSignatures';

export function createSignatureHandlers(api: ImageApi): ResourceHandlers<ImageSignature> {
  return {
    create: (context, signature) => createSignature(api, context, signature),
    delete: (context, name, options) => deleteSignature(api, context, name, options),
    schema: IMAGE_SIGNATURE,
  };
}

/** What a verifier found out is not the signer's to say, and is dropped. Throws ApiError 400, 404 (image), 409, 422. */
async function createSignature(api: ImageApi, context: RequestContext, wanted: ImageSignature): Promise<ImageSignature> {
  const { name = '' } = wanted.metadata;
  const server = { uid: api.newUid(), creationTimestamp: formatTime(context.now) };
  const signature = newSignature({ ...wanted, metadata: { ...wanted.metadata, ...server } });
  const errors = validateSignature(signature);
  if (errors.length > 0) throw new ApiError(invalid(IMAGE_GROUP, 'ImageSignature', name, errors));
  return api.retry(async () => {
    const image = await readImage(api, splitImageName(name)?.stream ?? '');
    if (hasSignature(image, signature)) throw new ApiError(alreadyExists(IMAGE_GROUP, RESOURCE, name));
    await replaceStored(api, context, image, withSignatures(image, [...(image.signatures ?? []), signature]));
    return { kind: 'ImageSignature', apiVersion: IMAGE_API_VERSION, ...signature };
  });
}

/** Throws ApiError 400 (name), 404 (image, signature), 409 (uid). */
async function deleteSignature(api: ImageApi, context: RequestContext, name: string, { uid }: DeleteOptions): Promise<Status> {
  const parts = splitImageName(name);
  if (parts === null) throw new ApiError(badRequest('ImageSignatures must be accessed with <imageName>@<signatureName>'));
  return api.retry(async () => {
    const image = await readImage(api, parts.stream);
    const signatures = image.signatures ?? [];
    const found = signatures.find(({ metadata }) => metadata.name === name);
    if (found === undefined) throw new ApiError(notFound(IMAGE_GROUP, RESOURCE, name));
    checkPreconditions({ group: IMAGE_GROUP, resource: RESOURCE, name, uid: found.metadata.uid ?? '', revision: 0 }, { uid });
    const rest = signatures.filter((signature) => signature !== found);
    await replaceStored(api, context, image, withSignatures(image, rest));
    return success();
  });
}

/** No list is left behind when there is nothing in it. */
function withSignatures({ signatures: _before, ...image }: Image, signatures: readonly ImageSignature[]): Image {
  return signatures.length === 0 ? image : { ...image, signatures };
}
