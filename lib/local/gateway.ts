/** The HTTP API over HTTPS (HTTP/1.1 and h2), with the limits of the real one (aws-facts.md §1). */
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { type Authorization, createAuthorizer } from './gateway-authorizer.ts';
import { createEvent, encodeBody, type GatewayEvent, type GatewayRequest, readRequest } from './gateway-event.ts';
import { createRouter, type GatewayRoute } from './gateway-routes.ts';
import type { Place } from './physical-names.ts';
import { readBody } from './request-body.ts';
import { StartError } from './start-error.ts';

export interface GatewayDeps {
  readonly routes: readonly GatewayRoute[];
  readonly place: Place;
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly host: string;
  readonly port: number;
}

export interface Gateway {
  readonly port: number;
  stop(): Promise<void>;
}

interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

const BODY_LIMIT = 10 * 1024 * 1024;
/** Lambda's own limit on the event, which holds the body as a JSON string, often base64. */
const EVENT_LIMIT = 6 * 1024 * 1024;
const HEADER_LIMIT = 10_240;
const FORBIDDEN_HEADERS = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'content-length']);
const MESSAGES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

function refuse(status: number): GatewayAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ message: MESSAGES[status] })) };
}

/** Reads a function's answer: with `statusCode` it is a response, else it is the JSON body of a 200. */
function readAnswer(answer: unknown): GatewayAnswer {
  const value = answer as Readonly<Record<string, unknown>> | null;
  if (typeof value !== 'object' || value === null || !('statusCode' in value))
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(answer ?? null)) };
  const { statusCode, headers, cookies, body = '', isBase64Encoded } = value;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599 || typeof body !== 'string') return refuse(500);
  const given = Object.entries((headers ?? {}) as Record<string, unknown>).map(
    ([name, text]) => [name.toLowerCase(), String(text)] as const,
  );
  const setCookies: Record<string, readonly string[]> =
    Array.isArray(cookies) && cookies.length > 0 ? { 'set-cookie': cookies.map(String) } : {};
  return {
    status,
    headers: {
      'content-type': 'text/plain;charset=utf-8',
      ...Object.fromEntries(given.filter(([name]) => !FORBIDDEN_HEADERS.has(name))),
      ...setCookies,
    },
    body: Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function withTimeout(answer: Promise<GatewayAnswer>, ms: number): Promise<GatewayAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<GatewayAnswer>();
  const timer = setTimeout(() => resolve(refuse(503)), ms);
  answer.finally(() => clearTimeout(timer)).then(resolve, reject);
  return promise;
}

/** Makes what answers one request, once its head is read. */
function createRequestHandler({ routes, place, invoke }: GatewayDeps) {
  const router = createRouter(routes);
  const authorizers = new Map<string, (event: GatewayEvent) => Promise<Authorization>>();
  for (const { authorizer } of routes)
    if (authorizer && !authorizers.has(authorizer.id)) authorizers.set(authorizer.id, createAuthorizer(authorizer, invoke));

  async function integrate(route: GatewayRoute, event: object): Promise<GatewayAnswer> {
    try {
      return readAnswer(await invoke(route.functionName, event));
    } catch {
      return refuse(500); // the function's log has the reason
    }
  }

  return async function answer(request: GatewayRequest | undefined, body: Buffer | undefined): Promise<GatewayAnswer> {
    if (!request) return refuse(400);
    if (request.size > HEADER_LIMIT) return refuse(431);
    if (!body) return refuse(413);
    const matched = router(request.method, request.rawPath);
    if (!matched) return refuse(404);
    const { route, pathParameters } = matched;
    let event = createEvent(request, route.routeKey, pathParameters, place);
    const authorize = authorizers.get(route.authorizer?.id ?? '');
    if (authorize) {
      const authorization = await authorize(event);
      if (!authorization.allowed) return refuse(authorization.status);
      event = { ...event, requestContext: { ...event.requestContext, authorizer: { lambda: authorization.context } } };
    }
    const content = encodeBody(body, request.headers);
    if ((content.body?.length ?? 0) > EVENT_LIMIT) return refuse(413);
    return withTimeout(integrate(route, { ...event, ...content }), route.timeoutMs);
  };
}

/** Starts the gateway. Throws StartError when the port is taken. */
export async function startGateway(deps: GatewayDeps): Promise<Gateway> {
  const answer = createRequestHandler(deps);
  const sockets = new Set<Socket>();

  async function serve(incoming: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    const protocol = incoming.httpVersionMajor === 2 ? 'HTTP/2' : 'HTTP/1.1';
    const sourceIp = incoming.socket.remoteAddress ?? '';
    const request = readRequest(incoming.method, incoming.url, incoming.rawHeaders, protocol, sourceIp);
    const body = await readBody(incoming, BODY_LIMIT);
    const { status, headers, body: content } = await answer(request, body);
    const hasBody = incoming.method !== 'HEAD' && status !== 204 && status !== 304;
    response.writeHead(status, { ...headers, ...(status === 204 ? {} : { 'content-length': String(content.length) }) } as Record<
      string,
      string
    >);
    response.end(hasBody ? content : '');
  }

  const server = createSecureServer({ ...deps.certificate, allowHTTP1: true }, (incoming, response) => {
    serve(incoming, response).catch(() => incoming.socket.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        new StartError(
          taken ? `port ${deps.port} is taken: choose another with --port` : `cannot listen on ${deps.host}: ${error.message}`,
          { cause: error },
        ),
      );
    });
    server.listen(deps.port, deps.host, resolve);
  });
  server.on('sessionError', () => undefined); // a client that goes away ends its session, not the server
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
