/** HTTP: imagestreams (+ status, layers, resolve), imagestreamimages, images, imagesignatures. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpFunction } from './runtime/http-function.ts';
import { composeImageApi } from './runtime/image-api.ts';
import { createImageHandlers } from './resources/images/handlers.ts';
import { createStreamImageHandlers } from './resources/imagestreamimages/handlers.ts';
import { createSignatureHandlers } from './resources/imagesignatures/handlers.ts';
import { createResolveHandlers } from './resources/imagestreams/resolve.ts';
import { createStreamHandlers, createStreamLayersHandlers, createStreamStatusHandlers } from './resources/imagestreams/handlers.ts';
import { createStreamWatch } from './resources/imagestreams/watch-streams.ts';

const api = composeImageApi();

export const handler = createHttpFunction(api.authorizer, {
  'image.openshift.io/v1/images': createImageHandlers(api),
  'image.openshift.io/v1/imagestreams': { ...createStreamHandlers(api), watch: createStreamWatch({ ...api, clock: Date.now, sleep }) },
  'image.openshift.io/v1/imagestreams/status': createStreamStatusHandlers(api),
  'image.openshift.io/v1/imagestreams/layers': createStreamLayersHandlers(api),
  'image.openshift.io/v1/imagestreams/resolve': createResolveHandlers(api),
  'image.openshift.io/v1/imagesignatures': createSignatureHandlers(api),
  'image.openshift.io/v1/imagestreamimages': createStreamImageHandlers(api),
});
