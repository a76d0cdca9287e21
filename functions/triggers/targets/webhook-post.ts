/** One POST to somebody's webhook: bounded in time and size, no redirects, and not into our own network. */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { ForbiddenAddressError, guardedLookup, refuseForbiddenHost } from '../../runtime/network-guard.ts';

export type WebhookAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: string | undefined }
  /** Timeout, DNS, TCP, TLS: may work later. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly message: string }
  /** This URL is not called, now or later. */
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string };

/** `signal`: ends it before its own timeout does. */
export type PostWebhook = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
) => Promise<WebhookAnswer>;

export interface PostOptions {
  /** Plain http, and webhooks on loopback, private and link-local addresses. */
  readonly allowPrivateAddresses: boolean;
  /** Milliseconds for all of it, from the name's resolution to the end of the answer. */
  readonly timeout: number;
}

/** Bytes read of an answer; nobody looks at them, but a receiver may want them gone before it is done. */
const MAX_ANSWER = 65_536;

const FORBIDDEN = {
  kind: 'refused',
  reason: 'ForbiddenAddress',
  message: 'the webhook is on an address this deployment does not call',
} as const;

export function createWebhookPost(options: PostOptions): PostWebhook {
  return (url, headers, body, signal) => {
    const target = URL.parse(url);
    const isHttp = target?.protocol === 'http:' && options.allowPrivateAddresses;
    if (target === null || !(target.protocol === 'https:' || isHttp)) {
      return Promise.resolve({ kind: 'refused', reason: 'InvalidUrl', message: 'the webhook is no https URL' });
    }
    try {
      refuseForbiddenHost(target.hostname, options);
    } catch {
      return Promise.resolve(FORBIDDEN);
    }
    return send(target, headers, body, { ...options, signal });
  };
}

function send(
  target: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  { allowPrivateAddresses, timeout, signal }: PostOptions & { readonly signal: AbortSignal },
): Promise<WebhookAnswer> {
  const { request } = target.protocol === 'http:' ? http : https;
  const length = { 'content-length': String(Buffer.byteLength(body)), 'user-agent': 'image-streams' };
  const lookup = guardedLookup({ allowPrivateAddresses });
  return new Promise((resolve) => {
    // A connection of its own: one of a pool may lead to what the name meant yesterday.
    const sent = request(target, { method: 'POST', headers: { ...headers, ...length }, lookup, agent: false });
    const stop = () => void sent.destroy(new TimeoutError());
    const timer = setTimeout(stop, timeout);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    let answer: WebhookAnswer | undefined;
    // The status counts as soon as it is there; what happens to the rest of the answer changes nothing.
    const settle = (otherwise: WebhookAnswer) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(answer ?? otherwise);
    };
    sent.on('error', (error) => settle(explain(error)));
    sent.on('response', (response) => {
      const answered: WebhookAnswer = { kind: 'answered', status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
      answer = answered;
      drain(response, () => settle(answered));
    });
    sent.end(body);
  });
}

/** Reads a bounded part of the answer. `done` may be called after an error of the request was. */
function drain(response: IncomingMessage, done: () => void): void {
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_ANSWER) response.destroy();
  });
  // A connection that breaks off now is no news; `close` follows.
  response.on('error', () => undefined);
  response.on('close', done);
}

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** The codes of Node are told, its messages are not: they name addresses of our resolvers and differ from try to try. */
function explain(error: Error): WebhookAnswer {
  if (error instanceof ForbiddenAddressError) return FORBIDDEN;
  if (error instanceof TimeoutError) return { kind: 'unreachable', reason: 'Timeout', message: 'the webhook did not answer in time' };
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return { kind: 'unreachable', reason: 'Unreachable', message: `the webhook cannot be reached: ${code}` };
}
