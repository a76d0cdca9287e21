/** HTTP: imagestreams (+ status, layers, resolve, schedule), imagestreamimages, images, imagesignatures. */
import { createHttpFunction } from './runtime/http-function.ts';
import { composeImageApi } from './runtime/image-api.ts';
import { composeWatching } from './runtime/watching.ts';
import { createImageHandlers } from './resources/images/handlers.ts';
import { watchedImages } from './resources/images/watched-images.ts';
import { createStreamImageHandlers } from './resources/imagestreamimages/handlers.ts';
import { createSignatureHandlers } from './resources/imagesignatures/handlers.ts';
import { createResolveHandlers } from './resources/imagestreams/resolve.ts';
import { createScheduleHandlers } from './resources/imagestreams/schedule.ts';
import { createStreamHandlers, createStreamLayersHandlers, createStreamStatusHandlers } from './resources/imagestreams/handlers.ts';
import { watchedStreams } from './resources/imagestreams/watched-streams.ts';
import { watchedBy } from './resources/watching/watch-collection.ts';

const api = composeImageApi();
const watched = watchedBy(composeWatching());

export const handler = createHttpFunction(api.authorizer, {
  'image.openshift.io/v1/images': watched(createImageHandlers(api), watchedImages(api)),
  'image.openshift.io/v1/imagestreams': watched(createStreamHandlers(api), watchedStreams(api)),
  'image.openshift.io/v1/imagestreams/status': createStreamStatusHandlers(api),
  'image.openshift.io/v1/imagestreams/layers': createStreamLayersHandlers(api),
  'image.openshift.io/v1/imagestreams/resolve': createResolveHandlers(api),
  'image.openshift.io/v1/imagestreams/schedule': createScheduleHandlers(api, api.schedule),
  'image.openshift.io/v1/imagesignatures': createSignatureHandlers(api),
  'image.openshift.io/v1/imagestreamimages': createStreamImageHandlers(api),
});
