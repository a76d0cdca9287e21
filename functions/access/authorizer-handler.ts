/** The gateway's side of authentication: what the request pipeline finds at `requestContext.authorizer.lambda`. */
import type { Authenticate } from './authenticate.ts';

interface AuthorizerEvent {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Context values an HTTP API passes on: strings, numbers and arrays. */
export interface AuthorizerContext {
  readonly user?: string;
  readonly groups?: readonly string[];
  /** ms since the epoch; the pipeline compares it again. */
  readonly expiresAt?: number;
  readonly reason?: string;
}

export interface AuthorizerAnswer {
  readonly isAuthorized: true;
  readonly context: AuthorizerContext;
}

export function createAuthorizerHandler(authenticate: Authenticate): (event: AuthorizerEvent) => Promise<AuthorizerAnswer> {
  return async (event) => {
    const answer = await authenticate(event.headers?.['authorization']);
    if (answer.identity === null) return { isAuthorized: true, context: { reason: answer.reason } };
    const { user, groups } = answer.identity;
    return { isAuthorized: true, context: { user, groups, ...(answer.expiresAt === undefined ? {} : { expiresAt: answer.expiresAt }) } };
  };
}
