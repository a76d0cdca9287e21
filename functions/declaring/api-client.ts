/** Asks the API of a deployment, and again while it cannot answer. */
import { isObject } from '../kubernetes/object-meta.ts';

export interface ApiAnswer {
  readonly code: number;
  /** Parsed; null when it is no JSON. */
  readonly body: unknown;
}

export interface ApiRequest {
  readonly method: 'GET' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly contentType?: string;
  readonly body?: unknown;
}

/** Sends a request once. Throws Error when there is no answer. */
export type Transport = (request: ApiRequest & { readonly token: string }) => Promise<ApiAnswer>;
export type AskApi = (request: ApiRequest) => Promise<ApiAnswer>;

export interface ApiClientDependencies {
  readonly transport: Transport;
  readonly signIn: () => Promise<string>;
  /** Milliseconds. */
  readonly sleep: (time: number) => Promise<void>;
  readonly clock: () => number;
}

const BUSY: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
/** A mapping or a binding counts after ten seconds at the latest (docs/access.md): whoever made them just before need not wait. */
const NOT_YET: ReadonlySet<number> = new Set([401, 403]);
/** Milliseconds. */
const BUSY_TIME = 90_000;
const NOT_YET_TIME = 15_000;
const FIRST_DELAY = 500;
const MOST_DELAY = 8_000;

/** Throws Error when there is no answer in a minute and a half. */
export function createApiClient({ transport, signIn, sleep, clock }: ApiClientDependencies): AskApi {
  return async (request) => {
    const start = clock();
    for (let delay = FIRST_DELAY; ; delay = Math.min(2 * delay, MOST_DELAY)) {
      const answer = await transport({ ...request, token: await signIn() }).catch((error: Error) => error);
      const waits = timeFor(answer);
      if (clock() - start + delay <= waits) await sleep(delay);
      else if (answer instanceof Error) throw answer;
      else return answer;
    }
  };
}

/** How long it is asked again after such an answer. */
function timeFor(answer: ApiAnswer | Error): number {
  if (answer instanceof Error || BUSY.has(answer.code)) return BUSY_TIME;
  return NOT_YET.has(answer.code) ? NOT_YET_TIME : 0;
}

/** What a `Status` says went wrong. */
export function messageOf({ code, body }: ApiAnswer): string {
  const message = isObject(body) && typeof body['message'] === 'string' ? body['message'] : '';
  return message === '' ? `the API answered ${code}` : message;
}
