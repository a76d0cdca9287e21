/** One request to a URL that a user chose: bounded in time and size, no redirects, and not into our own network. */
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { ForbiddenAddressError, guardedLookup, refuseForbiddenHost } from '../../../runtime/network-guard.ts';

export type OutboundAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: IncomingHttpHeaders }
  /** Timeout, DNS, TCP, TLS: may work later. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly message: string }
  /** This URL is not called, now or later. */
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string };

export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a POST. */
  readonly body?: string;
  /** Ends it before its own timeout does. */
  readonly signal: AbortSignal;
}

export type SendOutbound = (request: OutboundRequest) => Promise<OutboundAnswer>;

export interface OutboundOptions {
  /** Plain http, and addresses on loopback, private and link-local networks. */
  readonly allowPrivateAddresses: boolean;
  /** Milliseconds for all of it, from the name's resolution to the end of the answer. */
  readonly timeout: number;
  /** Who is called, in words of messages: `the webhook`. */
  readonly callee: string;
}

/** Bytes read of an answer; nobody looks at them, but a receiver may want them gone before it is done. */
const MAX_ANSWER = 65_536;

export function createOutboundRequest(options: OutboundOptions): SendOutbound {
  return (request) => {
    const target = URL.parse(request.url);
    const isHttp = target?.protocol === 'http:' && options.allowPrivateAddresses;
    if (target === null || !(target.protocol === 'https:' || isHttp)) {
      return Promise.resolve({ kind: 'refused', reason: 'InvalidUrl', message: `${options.callee} is no https URL` });
    }
    try {
      refuseForbiddenHost(target.hostname, options);
    } catch {
      return Promise.resolve(forbidden(options));
    }
    return send(target, request, options);
  };
}

function send(target: URL, { method, headers, body = '', signal }: OutboundRequest, options: OutboundOptions): Promise<OutboundAnswer> {
  const { allowPrivateAddresses, timeout } = options;
  const { request } = target.protocol === 'http:' ? http : https;
  const length = method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const lookup = guardedLookup({ allowPrivateAddresses });
  return new Promise((resolve) => {
    // A connection of its own: one of a pool may lead to what the name meant yesterday.
    const sent = request(target, { method, headers: { 'user-agent': 'image-streams', ...headers, ...length }, lookup, agent: false });
    const stop = () => void sent.destroy(new TimeoutError());
    const timer = setTimeout(stop, timeout);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    let answer: OutboundAnswer | undefined;
    // The status counts as soon as it is there; what happens to the rest of the answer changes nothing.
    const settle = (otherwise: OutboundAnswer) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(answer ?? otherwise);
    };
    sent.on('error', (error) => settle(explain(error, options)));
    sent.on('response', (response) => {
      const answered: OutboundAnswer = { kind: 'answered', status: response.statusCode ?? 0, headers: response.headers };
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
function explain(error: Error, options: OutboundOptions): OutboundAnswer {
  const { callee } = options;
  if (error instanceof ForbiddenAddressError) return forbidden(options);
  if (error instanceof TimeoutError) return { kind: 'unreachable', reason: 'Timeout', message: `${callee} did not answer in time` };
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return { kind: 'unreachable', reason: 'Unreachable', message: `${callee} cannot be reached: ${code}` };
}

function forbidden({ callee }: OutboundOptions): OutboundAnswer {
  return { kind: 'refused', reason: 'ForbiddenAddress', message: `${callee} is on an address this deployment does not call` };
}
