/** Verbs of imagestreams and its subresources. */
import { viewLayers } from '../../image/layers-view.ts';
import { viewStream } from '../../image/stream-view.ts';
import type { StreamState } from '../../image/stream-state.ts';
import type { ImageStream } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { DeleteOptions, ListOptions, RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { notFound, success } from '../../kubernetes/status.ts';
import type { KubernetesList, KubernetesObject, Status } from '../../kubernetes/types.ts';
import { collectPage } from '../collect-page.ts';
import { checkFieldSelector, listedNamespace } from '../field-selection.ts';
import { IMAGE_API_VERSION, IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { checkDeletePreconditions } from '../preconditions.ts';
import { createStream } from './create-stream.ts';
import { decodeStream } from './decode-stream.ts';
import { IMAGE_STREAM } from './schema.ts';
import { matchesStreamFields, STREAM_FIELDS } from './stream-selection.ts';
import { streamTable } from './stream-table.ts';
import { updateStream, updateStreamStatus } from './update-stream.ts';

export function createStreamHandlers(api: ImageApi): ResourceHandlers<ImageStream> {
  return {
    get: async (context, name) => viewStream(await readStream(api, context, name), api.hosts),
    list: (context, options) => listStreams(api, context, options),
    create: (context, stream) => createStream(api, context, stream),
    update: (context, name, next) => updateStream(api, context, name, next),
    delete: (context, name, options) => deleteStream(api, context, name, options),
    decode: decodeStream,
    table: streamTable,
    schema: IMAGE_STREAM,
  };
}

export function createStreamStatusHandlers(api: ImageApi): ResourceHandlers<ImageStream> {
  return {
    get: async (context, name) => viewStream(await readStream(api, context, name), api.hosts),
    update: (context, name, next) => updateStreamStatus(api, context, name, next),
    decode: decodeStream,
    schema: IMAGE_STREAM,
  };
}

/** imagestreams/layers: every blob and image the stream lets its readers pull (§4.6). */
export function createStreamLayersHandlers(api: ImageApi): ResourceHandlers<KubernetesObject> {
  return {
    async get(context, name) {
      const stream = await readStream(api, context, name);
      const members = await api.streams.listMembers(stream);
      const images = await api.images.readImages(members.map((member) => member.digest));
      return viewLayers(stream, members, images);
    },
  };
}

async function readStream(api: ImageApi, context: RequestContext, name: string): Promise<StreamState> {
  const stream = await api.streams.readStream(context.info.namespace, name);
  if (stream === null) throw new ApiError(notFound(IMAGE_GROUP, 'imagestreams', name));
  return stream;
}

async function listStreams(api: ImageApi, { info }: RequestContext, options: ListOptions): Promise<KubernetesList<ImageStream>> {
  checkFieldSelector(options, Object.keys(STREAM_FIELDS));
  const view = (stored: StreamState): ImageStream | null => {
    if (!options.matchesLabels(stored.labels)) return null;
    const stream = viewStream(stored, api.hosts);
    return matchesStreamFields(stream, options) ? stream : null;
  };
  const namespace = listedNamespace(info, options);
  const page = await collectPage((request) => api.streams.listStreams(namespace, request), view, options);
  return { kind: 'ImageStreamList', apiVersion: IMAGE_API_VERSION, ...page };
}

function deleteStream(api: ImageApi, context: RequestContext, name: string, options: DeleteOptions): Promise<Status> {
  return api.retry(async () => {
    const stream = await api.streams.readTags(context.info.namespace, name, []);
    if (stream === null) throw new ApiError(notFound(IMAGE_GROUP, 'imagestreams', name));
    const { uid, revision } = stream;
    checkDeletePreconditions({ group: IMAGE_GROUP, resource: 'imagestreams', kind: 'ImageStream', name, uid, revision }, options);
    if (!context.dryRun) await api.streams.deleteStream(stream, { actor: context.identity.user, cause: 'tag', now: context.now });
    return success({ name, group: IMAGE_GROUP, kind: 'imagestreams', uid: stream.uid });
  });
}
