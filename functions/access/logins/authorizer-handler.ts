/** The gateway's side of authentication: what the request pipeline finds at `requestContext.authorizer.lambda`. */
import { AUTHENTICATION_UNAVAILABLE } from '../../kubernetes/unauthenticated.ts';
import type { Authenticate } from './authenticate.ts';

interface AuthorizerEvent {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Context values an HTTP API passes on: strings, numbers and arrays. */
export interface AuthorizerContext {
  readonly user?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  /** ms since the epoch; the pipeline compares it again. */
  readonly expiresAt?: number;
  readonly reason?: string;
}

export interface AuthorizerAnswer {
  readonly isAuthorized: true;
  readonly context: AuthorizerContext;
}

/**
 * Never denies and never rejects: a failure of ours, given to `onError`, would make the gateway answer a 500 without a Status. The pipeline
 * answers 401 or 503 instead.
 */
export function createAuthorizerHandler(
  authenticate: Authenticate,
  onError: (error: unknown) => void,
): (event: AuthorizerEvent) => Promise<AuthorizerAnswer> {
  return async (event) => ({ isAuthorized: true, context: await describe(authenticate, onError, event.headers?.['authorization']) });
}

async function describe(authenticate: Authenticate, onError: (error: unknown) => void, header?: string): Promise<AuthorizerContext> {
  try {
    const answer = await authenticate(header);
    if (answer.identity === null) return { reason: answer.reason };
    const { user, uid, groups } = answer.identity;
    return {
      user,
      ...(uid === undefined ? {} : { uid }),
      groups,
      ...(answer.expiresAt === undefined ? {} : { expiresAt: answer.expiresAt }),
    };
  } catch (error) {
    onError(error);
    return { reason: AUTHENTICATION_UNAVAILABLE };
  }
}
