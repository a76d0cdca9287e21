/** HTTP: imagestreamtags (+ history), imagetags. */
import { createHttpFunction } from './runtime/http-function.ts';
import { composeImageApi } from './runtime/image-api.ts';
import { createImageTagHandlers } from './resources/imagetags/handlers.ts';
import { createHistoryHandlers } from './resources/imagestreamtags/history.ts';
import { createTagHandlers } from './resources/imagestreamtags/handlers.ts';

const api = composeImageApi();

export const handler = createHttpFunction(api.authorizer, {
  'image.openshift.io/v1/imagestreamtags': createTagHandlers(api),
  'image.openshift.io/v1/imagestreamtags/history': createHistoryHandlers(api),
  'image.openshift.io/v1/imagetags': createImageTagHandlers(api),
});
