/** GET imagestreamimages: an image through a stream whose history holds it (openshift-semantics.md §4.3). */
import { viewStreamImage } from '../../image/image-view.ts';
import { splitImageName } from '../../image/reference.ts';
import type { ImageStreamImage } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { badRequest, notFound } from '../../kubernetes/status.ts';
import { formatAgo } from '../ago.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';

export function createStreamImageHandlers(api: ImageApi): ResourceHandlers<ImageStreamImage> {
  return {
    get: (context, name) => readStreamImage(api, context, name),
    table: {
      columns: [
        { name: 'Name', type: 'string', format: 'name', description: 'Stream and digest' },
        { name: 'Updated', type: 'string', description: 'When the image was stored' },
        { name: 'Image Reference', type: 'string', description: 'Exact image', priority: 1 },
        { name: 'Image Name', type: 'string', description: 'Digest of the image', priority: 1 },
      ],
      cells(object, now) {
        const stored = Date.parse(object.metadata.creationTimestamp ?? '');
        const updated = Number.isNaN(stored) ? '' : formatAgo(stored, now);
        return [object.metadata.name ?? '', updated, object.image.dockerImageReference ?? '', object.image.metadata.name ?? ''];
      },
    },
  };
}

/** The id may be a digest, the beginning of one, or of its hex part. Throws ApiError 400 (name) or 404 (stream, image in stream, image). */
async function readStreamImage(api: ImageApi, { info }: RequestContext, name: string): Promise<ImageStreamImage> {
  const parts = splitImageName(name);
  if (parts === null) throw new ApiError(badRequest('ImageStreamImages must be retrieved with <name>@<id>'));
  const stream = await api.streams.readTags(info.namespace, parts.stream, []);
  if (stream === null) throw missing('imagestreamimages', parts.stream);
  const [member] = await api.streams.findMembers(stream, parts.id);
  if (member === undefined) throw missing('imagestreamimage', name); // singular, as upstream (§11.10)
  const [image, annotations] = await Promise.all([api.images.readImage(member.digest), api.streams.readAnnotations(stream)]);
  if (image === null) throw missing('imagestreamimages', member.digest);
  return viewStreamImage({ ...stream, annotations }, parts.id, image);
}

function missing(resource: string, name: string): ApiError {
  return new ApiError(notFound(IMAGE_GROUP, resource, name));
}
