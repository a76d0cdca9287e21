/** Looks over the shoulder of a client, for those who want to know what it does. */
import type { Send, TransportRequest, TransportResponse } from './transport.ts';

/** A request, and its answer or why there was none. Holds secrets. */
export interface Exchange {
  readonly request: TransportRequest;
  readonly response?: TransportResponse;
  readonly error?: Error;
  /** Milliseconds. */
  readonly took: number;
}

export function observeSend(send: Send, note: (exchange: Exchange) => void): Send {
  return async (request) => {
    const started = performance.now();
    const took = () => Math.round(performance.now() - started);
    try {
      const response = await send(request);
      note({ request, response, took: took() });
      return response;
    } catch (error) {
      note({ request, error: error as Error, took: took() });
      throw error;
    }
  };
}
