/** HTTP: imagestreammappings. */
import { createHttpFunction } from './runtime/http-function.ts';
import { composeImageApi } from './runtime/image-api.ts';
import { createMappingHandlers } from './resources/imagestreammappings/handlers.ts';

const api = composeImageApi();

export const handler = createHttpFunction(api.authorizer, { 'image.openshift.io/v1/imagestreammappings': createMappingHandlers(api) });
