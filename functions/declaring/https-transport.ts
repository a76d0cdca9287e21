/** The API over https. Redirects are not followed: a token goes nowhere but to the deployment. */
import type { Transport } from './api-client.ts';

/** Milliseconds; the gateway has 30 s. */
const TIMEOUT = 35_000;

/** `url`: without a path. */
export function createHttpsTransport(url: string, send: typeof fetch = fetch): Transport {
  return async ({ method, path, body, contentType = 'application/json', token }) => {
    const response = await send(`${url}${path}`, {
      method,
      headers: { accept: 'application/json', authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': contentType }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT),
    }).catch((error: unknown) => {
      throw new Error(`${new URL(url).host} does not answer${reasonOf(error)}`);
    });
    return { code: response.status, body: await response.json().catch(() => null) };
  };
}

/** A code like ECONNREFUSED: words of libraries may quote what was sent. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as { readonly cause?: { readonly code?: unknown }; readonly name?: unknown };
  const code = cause?.code ?? name;
  return typeof code === 'string' && /^[A-Za-z_]{1,64}$/.test(code) ? ` (${code})` : '';
}
