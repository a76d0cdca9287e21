/** HTTP: imagestreamtags. */
import { createHttpFunction } from './runtime/http-function.ts';
import { composeImageApi } from './runtime/image-api.ts';
import { createTagHandlers } from './resources/imagestreamtags/handlers.ts';

const api = composeImageApi();

export const handler = createHttpFunction(api.authorizer, { 'image.openshift.io/v1/imagestreamtags': createTagHandlers(api) });
