/** What every HTTP entry file wires: the resources it serves, through the request pipeline, as a Lambda handler. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ApiRequest, ApiResponse, ResourceHandlers } from '../kubernetes/handlers.ts';
import { resourceKey } from '../kubernetes/api-resource.ts';
import { type Api, createApi } from '../kubernetes/pipeline.ts';
import { parseRequestInfo } from '../kubernetes/request-info.ts';
import { statusResponse } from '../kubernetes/responses.ts';
import { timeout } from '../kubernetes/status.ts';
import { UNEXPECTED } from '../kubernetes/to-status.ts';
import type { Status } from '../kubernetes/types.ts';
import { listAbsentKind } from '../resources/absent-kinds.ts';
import type { Authorizer } from '../resources/ports.ts';
import { RESOURCE_TABLE } from '../resources/resource-table.ts';
import { storeStatus } from '../resources/store-status.ts';
import type { Asked } from './audit-record.ts';
import { type LambdaHandler, withChain } from './handler-chain.ts';
import { type HttpEvent, readHttpEvent } from './http-request.ts';
import { writeHttpResponse } from './http-response.ts';
import { logger } from './logger.ts';
import { observeRequest } from './observe-request.ts';

export type HttpHandler = LambdaHandler<HttpEvent, APIGatewayProxyStructuredResultV2>;

/** Handlers by `group/version/resource[/subresource]`; core resources begin with `/v1/`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each resource has its own object type; the pipeline hands a resource only what its own decode made
export type Resources = Readonly<Record<string, ResourceHandlers<any>>>;

/** Serves the given resources of the table, and empty lists of what lives elsewhere: their paths may lie below those of a namespace. */
export function createHttpFunction(authorizer: Authorizer, resources: Resources): HttpHandler {
  const api = createApi({
    entries: RESOURCE_TABLE,
    resources: new Map(Object.entries(resources)),
    authorizer,
    clock: Date.now,
    mapError: storeStatus,
    onError: (error) => logger.error('request failed', { error: error as Error }),
    otherwise: listAbsentKind,
  });
  return createHttpHandler(api);
}

/** The gateway waits 30 s and Lambda is set to end a little before: the client is to have a Status by then. Milliseconds. */
const EARLY = 500;
const KNOWN: ReadonlySet<string> = new Set(RESOURCE_TABLE.map(resourceKey));

/** What became of a request, as far as it got. */
interface Work {
  readonly asked: Asked;
  readonly response: ApiResponse | null;
  readonly answer: APIGatewayProxyStructuredResultV2;
}

/**
 * Whatever goes wrong outside the pipeline is a 500 Status that tells nothing; a request that takes too long is a 504. Each is told of once:
 * what ends after its 504 is not.
 */
export function createHttpHandler(api: Api): HttpHandler {
  return withChain(async (event, context) => {
    const started = Date.now();
    logger.appendKeys({ auditId: event.requestContext.requestId });
    const progress: { asked: Asked } = { asked: startOf(event) };
    const late = timer(context.getRemainingTimeInMillis() - EARLY, () => tooLate(event, progress.asked));
    const { asked, response, answer } = await Promise.race([work(api, event, progress), late.promise]);
    late.cancel();
    observeRequest(event, asked, { code: answer.statusCode ?? 200, response, started, ended: Date.now() });
    return answer;
  });
}

/** Never rejects. `progress` is kept up to date for those who cannot wait. */
async function work(api: Api, event: HttpEvent, progress: { asked: Asked }): Promise<Work> {
  try {
    const request = readHttpEvent(event, Date.now());
    progress.asked = { ...progress.asked, ...describe(request) };
    const response = await api(request, (decision) => (progress.asked = { ...progress.asked, decision }));
    return { asked: progress.asked, response, answer: writeHttpResponse(response, request.headers['accept-encoding'], request.method) };
  } catch (error) {
    logger.error('request failed outside the pipeline', { error: error as Error });
    return failed(UNEXPECTED, event, progress.asked);
  }
}

function describe(request: ApiRequest): Pick<Asked, 'request' | 'info' | 'isKnown'> {
  const info = parseRequestInfo(request.method, request.path, request.query);
  return { request, info, isKnown: info.isResourceRequest && KNOWN.has(resourceKey(info)) };
}

/** What can be told of an event that may turn out to be unreadable. */
function startOf({ requestContext, rawPath }: HttpEvent): Asked {
  return { request: null, info: parseRequestInfo(requestContext.http.method, rawPath, new URLSearchParams()), isKnown: false };
}

/** Without Retry-After: what the request wrote stays written, and client-go would send it again. */
function tooLate(event: HttpEvent, asked: Asked): Work {
  logger.error('request ran out of time');
  return failed(timeout('the request did not complete within the time it has'), event, asked);
}

function failed(status: Status, { requestContext }: HttpEvent, asked: Asked): Work {
  const response = statusResponse(status, requestContext.requestId);
  return { asked, response, answer: writeHttpResponse(response, undefined) };
}

function timer<T>(ms: number, value: () => T): { readonly promise: Promise<T>; readonly cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  const timeoutId = setTimeout(() => resolve(value()), Math.max(0, ms));
  return { promise, cancel: () => clearTimeout(timeoutId) };
}
