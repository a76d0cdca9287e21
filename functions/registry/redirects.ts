/** Redirects: followed by hand, because each step decides anew what may be sent along. */
import { RegistryError } from './errors.ts';
import type { Send, TransportRequest, TransportResponse } from './transport.ts';

export interface Followed {
  readonly response: TransportResponse;
  /** The answer is of another origin than the one asked: its challenge is none of ours. */
  readonly elsewhere: boolean;
}

/**
 * Sends the request and follows at most `limit` redirects. Authorization never leaves its origin (scheme, host and port), and https is left for http
 * only by insecure requests. Where a redirect may lead is checked by the transport, like every address.
 * @throws RegistryError
 */
export async function sendFollowing(send: Send, request: TransportRequest, limit: number): Promise<Followed> {
  let current = request;
  for (let redirects = 0; ; redirects += 1) {
    const response = await send(current);
    const url = redirectTarget(response, current);
    if (url === null) return { response, elsewhere: redirects > 0 && current.url.origin !== request.url.origin };
    if (redirects === limit) {
      throw new RegistryError('ERR_REGISTRY_TOO_MANY_REDIRECTS', `${request.url.host} redirects more than ${limit} times`);
    }
    // Whether its body may be sent along is nothing a registry should decide.
    if (request.method === 'POST')
      throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', `${request.url.host} redirects an identity token`);
    current = { ...current, url, headers: url.origin === current.url.origin ? current.headers : withoutAuthorization(current.headers) };
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Null when the answer is no redirect. The target stays out of messages: it is often a signed URL. */
function redirectTarget({ status, headers }: TransportResponse, { url, insecure }: TransportRequest): URL | null {
  if (headers.location === undefined || !REDIRECTS.has(status)) return null;
  const target = URL.parse(headers.location, url.href);
  if (target?.protocol !== 'https:' && !(insecure && target?.protocol === 'http:')) {
    throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', `${url.host} redirects to something that is no https URL`);
  }
  target.username = '';
  target.password = '';
  return target;
}

function withoutAuthorization({ authorization: _, ...headers }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return headers;
}
