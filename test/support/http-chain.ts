/** The HTTP functions in this process: what the gateway would hand them, and what it would send back. */
import { gunzipSync } from 'node:zlib';
import type { Context } from 'aws-lambda';
import type { ResourceHandlers } from '../../functions/kubernetes/handlers.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import type { HttpFunctionName } from '../../functions/resources/table/entry.ts';
import { createHttpFunction, type HttpHandler, type Resources } from '../../functions/runtime/http-function.ts';
import type { HttpEvent } from '../../functions/runtime/http-request.ts';
import { ADMISSION_ROUTES, OPEN_ROUTES, resourceRoutes } from '../../lib/http-routes.ts';
import { createEvent, encodeBody, readRequest } from '../../lib/local/gateway-event.ts';
import { createRouter } from '../../lib/local/gateway-routes.ts';
import { EVERYBODY_MAY } from './everybody-may.ts';

export interface HttpAnswer {
  readonly code: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed when it is JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- bodies are compared, not used
  readonly body: any;
  /** Characters of the body as Lambda sends it, base64 included. */
  readonly size: number;
}

export interface HttpOptions {
  /** Text and bytes are sent as they are, other values as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Send = (method: string, url: string, options?: HttpOptions) => Promise<HttpAnswer>;

const PLACE = { accountId: '000000000000', region: 'us-east-1', awsEndpoint: 'http://127.0.0.1:1' } as const;
/** The gateway's 30 s. Milliseconds. */
const TIME = 30_000;

const AUTHENTICATED = 'system:authenticated';
/** May do everything, whatever policy is stored. */
export const ROOT = { user: 'root', groups: ['system:masters', AUTHENTICATED] };

/** Sends requests as `user` to the function whose route they match. */
export function openHttpApi(functionOf: (name: HttpFunctionName) => HttpHandler, user = 'alice', groups = [AUTHENTICATED]): Send {
  const routes = [...OPEN_ROUTES, ...ADMISSION_ROUTES, ...resourceRoutes(RESOURCE_TABLE)].map(({ path, function: functionName }) => ({
    routeKey: path === '$default' ? path : `ANY ${path}`,
    functionName,
    timeoutMs: TIME,
  }));
  const router = createRouter(routes);
  return async (method, url, { body, headers = {} } = {}) => {
    const bytes = bytesOf(body);
    const given = { ...(bytes.length === 0 ? {} : { 'content-type': 'application/json' }), ...headers };
    const request = readRequest(method, url, Object.entries(given).flat(), 'HTTP/1.1', '127.0.0.1');
    const matched = request === undefined ? undefined : router(method, request.rawPath);
    if (request === undefined || matched === undefined) throw new Error(`the gateway has no route for ${method} ${url}`);
    const event = createEvent(request, matched.route.routeKey, matched.pathParameters, PLACE);
    const identified = { ...event.requestContext, authorizer: { lambda: { user, groups } } };
    const sent = { ...event, ...encodeBody(bytes, request.headers), requestContext: identified } as unknown as HttpEvent;
    const ends = Date.now() + TIME;
    const context = { getRemainingTimeInMillis: () => ends - Date.now(), functionName: 'test', awsRequestId: 'test' };
    const answer = await functionOf(matched.route.functionName as HttpFunctionName)(sent, context as unknown as Context);
    return readAnswer(answer);
  };
}

/** One function for all of these resources, whoever serves them when deployed. */
export function serveResources(resources: Resources, user?: string): Send {
  const handler = createHttpFunction(EVERYBODY_MAY, resources);
  return openHttpApi(() => handler, user);
}

/** Handlers as the entry files key them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as in http-function.ts: each resource has its own object type
export type AnyHandlers = ResourceHandlers<any>;

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function readAnswer({
  statusCode = 0,
  headers = {},
  body = '',
  isBase64Encoded,
}: Exclude<Awaited<ReturnType<HttpHandler>>, string>): HttpAnswer {
  const bytes = Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
  const isJson = String(headers['content-type']).includes('json');
  return { code: statusCode, headers, body: isJson && text !== '' ? JSON.parse(text) : text, size: body.length };
}
