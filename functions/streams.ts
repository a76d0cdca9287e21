/** HTTP: imagestreams (+ status, layers), imagestreamimages, images. */
import { createHttpFunction } from './runtime/http-function.ts';
import { composeImageApi } from './runtime/image-api.ts';
import { createImageHandlers } from './resources/images/handlers.ts';
import { createStreamImageHandlers } from './resources/imagestreamimages/handlers.ts';
import { createStreamHandlers, createStreamLayersHandlers, createStreamStatusHandlers } from './resources/imagestreams/handlers.ts';

const api = composeImageApi();

export const handler = createHttpFunction(api.authorizer, {
  'image.openshift.io/v1/images': createImageHandlers(api),
  'image.openshift.io/v1/imagestreams': createStreamHandlers(api),
  'image.openshift.io/v1/imagestreams/status': createStreamStatusHandlers(api),
  'image.openshift.io/v1/imagestreams/layers': createStreamLayersHandlers(api),
  'image.openshift.io/v1/imagestreamimages': createStreamImageHandlers(api),
});
