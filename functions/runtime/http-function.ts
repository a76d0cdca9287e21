/** What every HTTP entry file wires: the resources it serves, through the request pipeline, as a Lambda handler. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ApiRequest, ApiResponse, ResourceHandlers } from '../kubernetes/handlers.ts';
import { createApi } from '../kubernetes/pipeline.ts';
import { statusResponse } from '../kubernetes/responses.ts';
import { timeout } from '../kubernetes/status.ts';
import { UNEXPECTED } from '../kubernetes/to-status.ts';
import { listAbsentKind } from '../resources/absent-kinds.ts';
import type { Authorizer } from '../resources/ports.ts';
import { RESOURCE_TABLE } from '../resources/resource-table.ts';
import { storeStatus } from '../resources/store-status.ts';
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
    observe: observeRequest,
    otherwise: listAbsentKind,
  });
  return createHttpHandler(api);
}

/** The gateway waits 30 s and Lambda is set to end a little before: the client is to have a Status by then. Milliseconds. */
const EARLY = 500;

/** Whatever goes wrong outside the pipeline is a 500 Status that tells nothing; a request that takes too long is a 504. */
export function createHttpHandler(api: (request: ApiRequest) => Promise<ApiResponse>): HttpHandler {
  return withChain(
    async (event) => {
      try {
        const request = readHttpEvent(event, Date.now());
        return writeHttpResponse(await api(request), request.headers['accept-encoding'], request.method);
      } catch (error) {
        logger.error('request failed outside the pipeline', { error: error as Error });
        return writeHttpResponse(statusResponse(UNEXPECTED, event.requestContext.requestId), undefined);
      }
    },
    { early: EARLY, answer: tooLate },
  );
}

/** Without Retry-After: what the request wrote stays written, and client-go would send it again. */
function tooLate(): APIGatewayProxyStructuredResultV2 {
  logger.error('request ran out of time');
  return writeHttpResponse(statusResponse(timeout('the request did not complete within the time it has'), ''), undefined);
}
