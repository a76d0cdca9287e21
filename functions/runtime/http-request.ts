/** From an HTTP API event (payload format 2.0) to an ApiRequest. */
import type { APIGatewayProxyEventV2WithLambdaAuthorizer } from 'aws-lambda';
import type { AuthorizerContext } from '../access/logins/authorizer-handler.ts';
import type { ApiRequest } from '../kubernetes/handlers.ts';

export type HttpEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<AuthorizerContext>;

/**
 * The gateway has decoded the path once, so nothing here decodes again. Bodies that are not JSON, XML, JavaScript or text (all patches)
 * arrive as base64. An identity is taken only while it has not expired, since the authorizer may have answered earlier.
 */
export function readHttpEvent(event: HttpEvent, now: number): ApiRequest {
  const { requestContext } = event;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(event.headers)) if (value !== undefined) headers[name.toLowerCase()] = value;
  return {
    method: requestContext.http.method,
    path: withoutStage(event.rawPath, requestContext.stage),
    query: new URLSearchParams(event.rawQueryString),
    headers,
    body: event.body === undefined ? null : Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8'),
    requestId: requestContext.requestId,
    // Routes without the authorizer (discovery) have no such context.
    ...readIdentity((requestContext as Partial<HttpEvent['requestContext']>).authorizer?.lambda, now),
  };
}

/** Only a named stage shows in the path. */
function withoutStage(path: string, stage: string): string {
  const prefix = `/${stage}`;
  return stage !== '$default' && (path === prefix || path.startsWith(`${prefix}/`)) ? path.slice(prefix.length) || '/' : path;
}

function readIdentity(context: AuthorizerContext | undefined, now: number): Pick<ApiRequest, 'identity' | 'unauthenticatedReason'> {
  if (context?.user === undefined) return { identity: null, unauthenticatedReason: context?.reason ?? 'no authorizer' };
  if (context.expiresAt !== undefined && context.expiresAt <= now) return { identity: null, unauthenticatedReason: 'expired token' };
  const { user, uid, groups = [] } = context;
  return { identity: { user, ...(uid === undefined ? {} : { uid }), groups } };
}
