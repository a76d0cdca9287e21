/** Event of payload format 2.0: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
import { randomBytes } from 'node:crypto';
import type { Place } from './physical-names.ts';

/** A request as the gateway read it. */
export interface GatewayRequest {
  readonly method: string;
  /** Decoded once and cut at a decoded `?`, as the gateway does it (aws-facts.md §1). */
  readonly rawPath: string;
  /** Still percent-encoded. */
  readonly rawQueryString: string;
  readonly protocol: string;
  /** Lower case, repeated ones joined by a comma; without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly sourceIp: string;
  /** Bytes of the request line and of all header values: the gateway's limit is 10,240. */
  readonly size: number;
}

export type GatewayEvent = Readonly<Record<string, unknown>> & {
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
};

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'expect',
]);
// Everything else arrives base64, patches included (design.md §2).
const TEXT_TYPE = /^(text\/.*|application\/(json|xml|javascript))$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Reads method, target and raw headers (name, value, name, value…); undefined for a path that is not valid percent-encoded UTF-8. */
export function readRequest(
  method: string,
  target: string,
  rawHeaders: readonly string[],
  protocol: string,
  sourceIp: string,
): GatewayRequest | undefined {
  const question = target.indexOf('?');
  const encodedPath = question < 0 ? target : target.slice(0, question);
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  let size = `${method} ${target} ${protocol}`.length;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1] ?? '';
    const given = (rawHeaders[index] ?? '').toLowerCase();
    const name = given === ':authority' ? 'host' : given;
    if (name.startsWith(':') || HOP_BY_HOP.has(name)) continue;
    size += Buffer.byteLength(value);
    if (name === 'cookie') cookies.push(...value.split(/; */));
    else headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  let rawPath: string;
  try {
    rawPath = decodeURIComponent(encodedPath).replace(/\?.*$/s, '');
  } catch {
    return undefined;
  }
  return { method, rawPath, rawQueryString: question < 0 ? '' : target.slice(question + 1), protocol, headers, cookies, sourceIp, size };
}

function readQuery(rawQueryString: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString))
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  return parameters;
}

/** `12/Mar/2026:19:03:58 +0000` */
function formatTime(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map(two).join(':');
  return `${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()] ?? ''}/${time.getUTCFullYear()}:${clock} +0000`;
}

/** The event without its body: what authorizers and integrations have in common. */
export function createEvent(
  request: GatewayRequest,
  routeKey: string,
  pathParameters: Readonly<Record<string, string>>,
  place: Place,
): GatewayEvent {
  const { headers, rawPath, rawQueryString, method, protocol, sourceIp, cookies } = request;
  const now = new Date();
  const domainName = (headers['host'] ?? '').replace(/:\d+$/, '');
  const traced = {
    'x-forwarded-for': sourceIp,
    'x-forwarded-proto': 'https',
    'x-amzn-trace-id': `Root=1-${randomBytes(12).toString('hex')}`,
  };
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers: { ...headers, ...traced },
    ...(rawQueryString ? { queryStringParameters: readQuery(rawQueryString) } : {}),
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    requestContext: {
      accountId: place.accountId,
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: { method, path: rawPath, protocol, sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId: randomBytes(11).toString('base64'),
      routeKey,
      stage: '$default',
      time: formatTime(now),
      timeEpoch: now.getTime(),
    },
  };
}

/** Body members of the event. Only JSON, XML, JavaScript and text arrive as text. */
export function encodeBody(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): { readonly body?: string; readonly isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const isText = TEXT_TYPE.test(mediaType) && headers['content-encoding'] === undefined;
  return isText ? { body: body.toString(), isBase64Encoded: false } : { body: body.toString('base64'), isBase64Encoded: true };
}
