/** The image API behind its request pipeline, over a real store: what a client sends and gets, without gateway and Lambda. */
import type { ImageStream } from '../../functions/image/types.ts';
import type { ApiRequest } from '../../functions/kubernetes/handlers.ts';
import { createApi } from '../../functions/kubernetes/pipeline.ts';
import type { Status } from '../../functions/kubernetes/types.ts';
import type { RegistryClient } from '../../functions/importing/ports.ts';
import { DEFAULT_PLATFORM } from '../../functions/image/platform.ts';
import type { ImageApi } from '../../functions/resources/image-api.ts';
import { createImportHandlers } from '../../functions/resources/imagestreamimports/handlers.ts';
import { createMappingHandlers } from '../../functions/resources/imagestreammappings/handlers.ts';
import { createResolveHandlers } from '../../functions/resources/imagestreams/resolve.ts';
import { createStreamHandlers, createStreamStatusHandlers } from '../../functions/resources/imagestreams/handlers.ts';
import { createTagHandlers } from '../../functions/resources/imagestreamtags/handlers.ts';
import { createImageTagHandlers } from '../../functions/resources/imagetags/handlers.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import { storeStatus } from '../../functions/resources/store-status.ts';
import type { Resources } from '../../functions/runtime/http-function.ts';
import { EVERYBODY_MAY } from './everybody-may.ts';

/** Most of what is sent is about streams; what else comes back is compared, not used. */
export interface Answered {
  readonly code: number;
  readonly body: ImageStream & Pick<Status, 'message' | 'details'>;
}

/** Path relative to namespace `default`, e.g. `imagestreams/app`. */
export type Send = (method: string, path: string, body?: unknown) => Promise<Answered>;

const GROUP = 'image.openshift.io/v1';
const PATCH = 'application/merge-patch+json';

export interface HttpApiOptions {
  readonly registry?: RegistryClient;
  readonly now?: () => number;
}

/** Code and kind of a refusal, and each of its causes as one line. */
export function causesOf({ code, body: { details } }: Answered): readonly unknown[] {
  return [code, details?.kind, ...(details?.causes ?? []).map(({ field = '', message = '' }) => `${field}: ${message}`)];
}

/** Requests by alice; everybody may do everything unless `api.authorizer` says otherwise to the resources themselves. */
export function createHttpApi(api: ImageApi, { registry, now = Date.now }: HttpApiOptions = {}): Send {
  const connect = (): RegistryClient => {
    if (registry === undefined) throw new Error('no registry in this test');
    return registry;
  };
  const resources: Resources = {
    [`${GROUP}/imagestreams`]: createStreamHandlers(api),
    [`${GROUP}/imagestreams/status`]: createStreamStatusHandlers(api),
    [`${GROUP}/imagestreams/resolve`]: createResolveHandlers(api),
    [`${GROUP}/imagestreamtags`]: createTagHandlers(api),
    [`${GROUP}/imagetags`]: createImageTagHandlers(api),
    [`${GROUP}/imagestreammappings`]: createMappingHandlers(api),
    [`${GROUP}/imagestreamimports`]: createImportHandlers({ ...api, connect, platform: DEFAULT_PLATFORM, timeLimit: 5_000 }),
  };
  const handle = createApi({
    entries: RESOURCE_TABLE,
    resources: new Map(Object.entries(resources)),
    authorizer: EVERYBODY_MAY,
    clock: now,
    mapError: storeStatus,
    onError: (error) => {
      throw error;
    },
  });
  return async (method, path, body) => {
    const [resource = '', query = ''] = path.split('?');
    const request: ApiRequest = {
      method,
      path: `/apis/${GROUP}/namespaces/default/${resource}`,
      query: new URLSearchParams(query),
      headers: { 'content-type': method === 'PATCH' ? PATCH : 'application/json' },
      body: body === undefined ? null : Buffer.from(JSON.stringify(body)),
      identity: { user: 'alice', groups: ['developers'] },
      requestId: 'r',
    };
    const answer = await handle(request);
    return { code: answer.code, body: answer.body as Answered['body'] };
  };
}
