/** HTTP, without an identity: /version, /api, /apis, health, and the plain 404 of everything that does not exist. */
import { createDiscoveryApi } from './kubernetes/discovery.ts';
import { RESOURCE_TABLE } from './resources/resource-table.ts';
import { createHttpHandler } from './runtime/http-function.ts';
import { SERVER_VERSION } from './runtime/server-version.ts';

export const handler = createHttpHandler(createDiscoveryApi({ entries: RESOURCE_TABLE, version: SERVER_VERSION }));
