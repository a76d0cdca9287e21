/** Lambda authorizers of an HTTP API: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html */
import type { GatewayEvent } from './gateway-event.ts';
import type { AuthorizerSettings } from './gateway-routes.ts';
import { StartError } from './start-error.ts';

export type Authorization =
  | { readonly allowed: true; readonly context: Readonly<Record<string, unknown>> }
  /** 401: an identity source is missing; 403: denied; 500: the authorizer failed. */
  | { readonly allowed: false; readonly status: 401 | 403 | 500 };

type Selector = (event: GatewayEvent) => string | undefined;

const CONTEXT: Readonly<Record<string, Selector>> = {
  routeKey: (event) => String(event.requestContext['routeKey']),
  httpMethod: (event) => (event.requestContext['http'] as { method: string }).method,
  path: (event) => (event.requestContext['http'] as { path: string }).path,
  'identity.sourceIp': (event) => (event.requestContext['http'] as { sourceIp: string }).sourceIp,
};
const CACHE_LIMIT = 10_000;

/** Compiles an identity source, e.g. `$request.header.Authorization`; throws StartError for one that is not hosted. */
function compileSource(source: string): Selector {
  const [, kind, name = ''] = /^\$(request\.header|request\.querystring|context)\.(.+)$/.exec(source) ?? [];
  if (kind === 'request.header') return ({ headers }) => headers[name.toLowerCase()];
  if (kind === 'request.querystring') return ({ queryStringParameters }) => queryStringParameters?.[name];
  const selector = kind === 'context' ? CONTEXT[name] : undefined;
  if (!selector) throw new StartError(`identity source ${source} is not hosted`);
  return selector;
}

/** Makes one authorizer with its cache: keyed by the identity sources alone, for all routes that use it, as the gateway does. */
export function createAuthorizer(
  settings: AuthorizerSettings,
  invoke: (functionName: string, event: unknown) => Promise<unknown>,
): (event: GatewayEvent) => Promise<Authorization> {
  const selectors = settings.identitySources.map(compileSource);
  const cache = new Map<string, { readonly until: number; readonly result: Promise<Authorization> }>();

  async function ask(event: GatewayEvent, identitySource: readonly string[]): Promise<Authorization> {
    try {
      const answer = await invoke(settings.functionName, {
        ...event,
        type: 'REQUEST',
        routeArn: `arn:aws:execute-api:local/${event.requestContext['routeKey'] as string}`,
        identitySource,
      });
      const { isAuthorized, context = {} } = (answer ?? {}) as { isAuthorized?: unknown; context?: Record<string, unknown> };
      if (typeof isAuthorized !== 'boolean') return { allowed: false, status: 500 };
      return isAuthorized ? { allowed: true, context } : { allowed: false, status: 403 };
    } catch {
      return { allowed: false, status: 500 }; // the function's log has the reason
    }
  }

  return async function authorize(event) {
    const sources = selectors.map((select) => select(event));
    if (sources.some((source) => !source)) return { allowed: false, status: 401 };
    const identitySource = sources as readonly string[];
    if (settings.ttlSeconds === 0 || sources.length === 0) return ask(event, identitySource);
    const key = JSON.stringify(sources);
    const now = Date.now();
    const cached = cache.get(key);
    if (cached && cached.until > now) return cached.result;
    if (cache.size >= CACHE_LIMIT) cache.clear();
    const result = ask(event, identitySource);
    cache.set(key, { until: now + settings.ttlSeconds * 1000, result });
    const settled = await result;
    if (!settled.allowed && settled.status === 500) cache.delete(key); // failures are not cached
    return settled;
  };
}
