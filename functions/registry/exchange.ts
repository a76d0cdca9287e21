/** From a started request to the last byte of its answer, with a clock for each phase and a bound for the body. */
import { createHash } from 'node:crypto';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { createBodyBuffer } from './body-buffer.ts';
import type { RegistryLimits } from './limits.ts';
import type { TransportRequest, TransportResponse } from './transport.ts';
import { toTransportError, TransportError, type Phase } from './transport-error.ts';

const NOTHING = new Uint8Array(0);

const WAITING_FOR: Readonly<Record<Phase, string>> = {
  connect: 'a connection',
  headers: 'an answer',
  body: 'the rest of its answer',
};

/** @throws TransportError */
export function exchange(message: ClientRequest, request: TransportRequest, limits: RegistryLimits): Promise<TransportResponse> {
  const { host, protocol } = request.url;
  const { deadline } = request;
  // One timer for all phases, looking at the clock often enough for the shortest: three timers per request would show in the rate of checks.
  const tick = Math.min(limits.connectTimeout, limits.headersTimeout, limits.bodyTimeout);
  return new Promise((resolve, reject) => {
    let phase: Phase = 'connect';
    let until = deadline; // may have to wait for a connection of the pool
    let timer = setTimeout(look, Math.max(0, Math.min(tick, deadline - performance.now())));

    function enter(next: Phase, timeout: number): void {
      phase = next;
      until = Math.min(deadline, performance.now() + timeout);
    }
    function look(): void {
      const left = until - performance.now();
      if (left > 0) timer = setTimeout(look, Math.min(tick, left));
      else
        fail(
          new TransportError('ERR_REGISTRY_TIMEOUT', `timed out waiting for ${WAITING_FOR[phase]} of ${host}`, {
            host,
            phase,
            temporary: true,
          }),
        );
    }
    function fail(error: unknown): void {
      clearTimeout(timer);
      message.destroy();
      reject(toTransportError(error, host, phase, message.reusedSocket));
    }
    function finish(response: TransportResponse): void {
      clearTimeout(timer);
      resolve(response);
    }

    message.on('error', fail);
    message.on('socket', (socket) => {
      if (!socket.connecting) return enter('headers', limits.headersTimeout);
      enter('connect', limits.connectTimeout);
      socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => enter('headers', limits.headersTimeout));
    });
    message.on('response', (incoming) => {
      enter('body', limits.bodyTimeout);
      readBody(message, incoming, request, limits, finish, fail);
    });
    message.end(request.body);
  });
}

function readBody(
  message: ClientRequest,
  incoming: IncomingMessage,
  request: TransportRequest,
  limits: RegistryLimits,
  finish: (response: TransportResponse) => void,
  fail: (error: unknown) => void,
): void {
  const { statusCode: status = 0, headers } = incoming;
  incoming.on('error', fail);
  if (request.method === 'HEAD') {
    incoming.resume(); // gives the connection back
    return finish({ status, headers, body: NOTHING });
  }
  const refusal = status === 200 ? refuseBody(incoming, request) : null;
  if (refusal !== null) return fail(refusal);
  const buffer = createBodyBuffer(status === 200 ? request.maxBytes : limits.errorBytes);
  const hash = status === 200 && request.hashWith !== undefined ? createHash(request.hashWith) : undefined;
  const complete = () => finish({ status, headers, body: buffer.bytes(), hash: hash?.digest('hex') });

  incoming.on('end', complete);
  incoming.on('data', (chunk: Buffer) => {
    if (buffer.append(chunk)) {
      hash?.update(chunk);
    } else if (status === 200) {
      fail(tooLarge(request));
    } else {
      complete(); // the beginning of an error says enough
      message.destroy();
    }
  });
}

/** What the headers already tell. */
function refuseBody(incoming: IncomingMessage, request: TransportRequest): TransportError | null {
  if (Number(incoming.headers['content-length'] ?? 0) > request.maxBytes) return tooLarge(request);
  const encoding = incoming.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return null;
  // Nothing is decompressed here: not asked for, and a way to make gigabytes of kilobytes.
  const { host } = request.url;
  return new TransportError('ERR_REGISTRY_INVALID_RESPONSE', `${host} compressed its answer without being asked to`, {
    host,
    phase: 'body',
  });
}

function tooLarge(request: TransportRequest): TransportError {
  const { host } = request.url;
  return new TransportError('ERR_REGISTRY_TOO_LARGE', `the answer of ${host} is larger than ${request.maxBytes} bytes`, {
    host,
    phase: 'body',
  });
}
