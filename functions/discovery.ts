/**
 * HTTP, without an identity: /version, /api, /apis, /openapi, health, empty lists of what lives elsewhere, and the plain 404 of everything that
 * does not exist.
 */
import { createDiscoveryApi } from './kubernetes/discovery.ts';
import type { ApiRequest } from './kubernetes/handlers.ts';
import { createOpenApiV2 } from './kubernetes/openapi-v2.ts';
import { createOpenApi } from './kubernetes/openapi.ts';
import { listAbsentKind } from './resources/absent-kinds.ts';
import { KIND_SCHEMAS } from './resources/kind-schemas.ts';
import { refusePasswordLogin } from './resources/password-login.ts';
import { RESOURCE_TABLE } from './resources/resource-table.ts';
import { createHttpHandler } from './runtime/http-function.ts';
import { SERVER_VERSION } from './runtime/server-version.ts';

const openApiV3 = createOpenApi({ entries: RESOURCE_TABLE, kinds: KIND_SCHEMAS, clock: Date.now });
const openApiV2 = createOpenApiV2(RESOURCE_TABLE, KIND_SCHEMAS);
const documents = (request: ApiRequest) =>
  openApiV3(request) ?? openApiV2(request) ?? listAbsentKind(request) ?? refusePasswordLogin(request);

export const handler = createHttpHandler(createDiscoveryApi({ entries: RESOURCE_TABLE, version: SERVER_VERSION, documents }));
