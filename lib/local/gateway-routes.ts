/** Route selection of an HTTP API: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html */
import type { Stack } from './cloudformation.ts';
import { functionFromArn } from './physical-names.ts';
import { StartError } from './start-error.ts';

export interface AuthorizerSettings {
  readonly id: string;
  readonly functionName: string;
  readonly identitySources: readonly string[];
  readonly ttlSeconds: number;
}

export interface GatewayRoute {
  /** As declared, e.g. `ANY /apis/{proxy+}`. */
  readonly routeKey: string;
  readonly functionName: string;
  readonly timeoutMs: number;
  readonly authorizer?: AuthorizerSettings;
}

export interface MatchedRoute {
  readonly route: GatewayRoute;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface CompiledRoute {
  readonly route: GatewayRoute;
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** Sorts the most specific route first: per segment literal before variable before greedy, then a method before ANY. */
  readonly rank: string;
}

function compileRoute(route: GatewayRoute): CompiledRoute {
  const [method = '', path = ''] = route.routeKey.split(' ');
  const names: string[] = [];
  let rank = '';
  const segments = path.split('/').map((segment) => {
    const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? [];
    rank += name === undefined ? 'a' : greedy ? 'c' : 'b';
    if (name === undefined) return segment.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    names.push(name);
    return greedy ? '(.+)' : '([^/]+)';
  });
  return { route, method, pattern: new RegExp(`^${segments.join('/')}$`, 's'), names, rank: rank + (method === 'ANY' ? 'z' : 'y') };
}

/** Makes the matcher: exact paths first, then greedy ones, then `$default`; undefined when no route matches. `path` is decoded. */
export function createRouter(routes: readonly GatewayRoute[]): (method: string, path: string) => MatchedRoute | undefined {
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  const compiled = routes.filter(({ routeKey }) => routeKey !== '$default').map(compileRoute);
  compiled.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  return (method, path) => {
    for (const candidate of compiled) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const match = candidate.pattern.exec(path);
      if (!match) continue;
      const pathParameters = Object.fromEntries(candidate.names.map((name, index) => [name, match[index + 1] ?? '']));
      return { route: candidate.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

/** Reads the HTTP API of `stack`: routes with their integrations and authorizers. Throws StartError for a dangling reference. */
export function readRoutes(stack: Stack): readonly GatewayRoute[] {
  const apis = stack.ofType('AWS::ApiGatewayV2::Api');
  if (apis.length > 1) throw new StartError('more than one HTTP API is not hosted');
  if (apis.length > 0 && stack.ofType('AWS::ApiGatewayV2::Stage').length !== 1)
    throw new StartError('the HTTP API needs one $default stage');
  const integrations = new Map(stack.ofType('AWS::ApiGatewayV2::Integration').map(({ logicalId, properties }) => [logicalId, properties]));
  const authorizers = new Map(
    stack.ofType('AWS::ApiGatewayV2::Authorizer').map(({ logicalId, properties }) => {
      const settings: AuthorizerSettings = {
        id: logicalId,
        functionName: requireFunction(properties.AuthorizerUri, logicalId),
        identitySources: properties.IdentitySource ?? [],
        ttlSeconds: properties.AuthorizerResultTtlInSeconds ?? 0,
      };
      return [logicalId, settings];
    }),
  );
  return stack.ofType('AWS::ApiGatewayV2::Route').map(({ logicalId, properties }) => {
    const integration = integrations.get(properties.Target.replace(/^integrations\//, ''));
    if (!integration) throw new StartError(`route ${logicalId}: ${properties.Target} is no integration`);
    const custom = properties.AuthorizationType === 'CUSTOM';
    const authorizer = authorizers.get(properties.AuthorizerId ?? '');
    if (custom && !authorizer) throw new StartError(`route ${logicalId} has no authorizer`);
    return {
      routeKey: properties.RouteKey,
      functionName: requireFunction(integration.IntegrationUri, logicalId),
      timeoutMs: Math.min(integration.TimeoutInMillis ?? 30_000, 30_000),
      ...(custom ? { authorizer } : {}),
    };
  });
}

function requireFunction(uri: string, user: string): string {
  const name = functionFromArn(uri);
  if (!name) throw new StartError(`${user}: ${uri} is not a function`);
  return name;
}
