/** HTTP, without an identity: /version, /api, /apis, /openapi, health, and the plain 404 of everything that does not exist. */
import { createDiscoveryApi } from './kubernetes/discovery.ts';
import { createOpenApi } from './kubernetes/openapi.ts';
import { KIND_SCHEMAS } from './resources/kind-schemas.ts';
import { RESOURCE_TABLE } from './resources/resource-table.ts';
import { createHttpHandler } from './runtime/http-function.ts';
import { SERVER_VERSION } from './runtime/server-version.ts';

const documents = createOpenApi({ entries: RESOURCE_TABLE, kinds: KIND_SCHEMAS, clock: Date.now });

export const handler = createHttpHandler(createDiscoveryApi({ entries: RESOURCE_TABLE, version: SERVER_VERSION, documents }));
