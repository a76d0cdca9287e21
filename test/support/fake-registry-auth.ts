/** Authentication of the fake registry: basic, or bearer tokens from its own `/token`. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

export type FakeAuthOptions =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | {
      readonly kind: 'bearer';
      /** Without: tokens are for everybody. */
      readonly username?: string;
      readonly password?: string;
      /** Taken instead of a password, as OAuth2's refresh token. */
      readonly identityToken?: string;
      /** True: repositories named `public/…` need no user, but a token all the same. */
      readonly anonymousPublic?: boolean;
      /** Seconds, as `expires_in`; null leaves it out. Default 300. */
      readonly lifetime?: number | null;
      /** Default: `/token` of this registry. */
      readonly realm?: string;
      /** The name of the field, default `token`. */
      readonly field?: 'token' | 'access_token';
    };

export interface FakeAuth {
  readonly options: FakeAuthOptions | undefined;
  /** From token to scope. */
  readonly tokens: Map<string, string>;
}

export function createFakeAuth(options: FakeAuthOptions | undefined): FakeAuth {
  return { options, tokens: new Map() };
}

/** False when the request has been answered here: with a token, or with a challenge. */
export function authorizeRequest(auth: FakeAuth, url: URL, request: IncomingMessage, response: ServerResponse, scheme: string): boolean {
  const { options } = auth;
  if (options === undefined) return true;
  const { authorization = '' } = request.headers;
  if (options.kind === 'basic') {
    if (authorization === basic(options.username, options.password)) return true;
    sendError(response, 401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': 'Basic realm="fake"' });
    return false;
  }
  if (url.pathname === '/token') {
    if (request.method === 'POST') void refreshToken(auth, request, response);
    else issueToken(auth, url, authorization, response);
    return false;
  }
  const scope = `repository:${/^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(url.pathname)?.[1] ?? ''}:pull`;
  if (authorization.startsWith('Bearer ') && auth.tokens.get(authorization.slice(7)) === scope) return true;
  const realm = options.realm ?? `${scheme}://${request.headers.host ?? ''}/token`;
  const challenge = `Bearer realm="${realm}",service="fake-service",scope="${scope}"`;
  sendError(response, 401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': challenge });
  return false;
}

function issueToken({ options, tokens }: FakeAuth, url: URL, authorization: string, response: ServerResponse): void {
  if (options?.kind !== 'bearer') return sendError(response, 404, 'UNSUPPORTED', 'no tokens here');
  const scope = url.searchParams.get('scope') ?? '';
  const { username, password = '', lifetime = 300, field = 'token' } = options;
  const isOpen = username === undefined || (options.anonymousPublic === true && scope.startsWith('repository:public/'));
  const isKnown = username !== undefined && authorization === basic(username, password);
  if (url.searchParams.get('service') !== 'fake-service') return sendError(response, 400, 'UNSUPPORTED', 'unknown service');
  if (authorization === '' ? !isOpen : !(isKnown || username === undefined)) {
    response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ details: 'incorrect username or password' }));
    return;
  }
  sendToken(tokens, scope, field, lifetime, response);
}

/** https://distribution.github.io/distribution/spec/auth/oauth/ */
async function refreshToken({ options, tokens }: FakeAuth, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = new URLSearchParams((await request.toArray()).join(''));
  const known = options?.kind === 'bearer' ? options.identityToken : undefined;
  if (form.get('grant_type') !== 'refresh_token' || form.get('refresh_token') !== known || !form.has('client_id')) {
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: 'invalid_grant' }));
    return;
  }
  sendToken(tokens, form.get('scope') ?? '', 'access_token', 300, response);
}

function sendToken(tokens: FakeAuth['tokens'], scope: string, field: string, lifetime: number | null, response: ServerResponse): void {
  const token = randomBytes(24).toString('base64url');
  tokens.set(token, scope);
  const life = lifetime === null ? {} : { expires_in: lifetime };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ [field]: token, ...life }));
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

export function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ errors: [{ code, message }] }));
}
