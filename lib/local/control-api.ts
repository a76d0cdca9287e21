/** The local runtime's own paths on the AWS endpoint, for tests and `npm run events`: docs/local-runtime.md. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiRefusal } from './api-refusal.ts';
import type { BusEvent } from './event-bus.ts';
import type { FaultRule, Faults } from './faults.ts';
import { readBody } from './request-body.ts';
import type { Stats } from './stats.ts';

export interface ControlDeps {
  readonly stats: Stats;
  readonly faults: Faults;
  readonly onEvent: (listener: (event: BusEvent) => void) => () => void;
}

const LOOPBACK = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
const BODY_LIMIT = 1024 * 1024;

/** Makes the handler of paths that start with `/__`. Requests of web pages (another Host, or an Origin) are refused. */
export function createControlApi({
  stats,
  faults,
  onEvent,
}: ControlDeps): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  async function addFaults(request: IncomingMessage): Promise<object> {
    const body = await readBody(request, BODY_LIMIT);
    const rules = JSON.parse(body?.toString() ?? '') as FaultRule | readonly FaultRule[];
    for (const rule of Array.isArray(rules) ? (rules as readonly FaultRule[]) : [rules as FaultRule]) faults.add(rule);
    return {};
  }
  const routes: Readonly<Record<string, (request: IncomingMessage) => object | Promise<object>>> = {
    'GET /__stats': () => stats.functions,
    'POST /__reset': () => {
      stats.reset();
      faults.clear();
      return {};
    },
    'POST /__faults': addFaults,
    'DELETE /__faults': () => {
      faults.clear();
      return {};
    },
  };

  function streamEvents(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.flushHeaders();
    response.on(
      'close',
      onEvent((event) => response.write(`${JSON.stringify(event)}\n`)),
    );
  }

  return async (request, response) => {
    const key = `${request.method ?? ''} ${request.url ?? ''}`;
    const answer = (status: number, value: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(value)}\n`);
    if (!LOOPBACK.test(request.headers.host ?? '') || request.headers.origin !== undefined)
      return void answer(403, { message: 'Forbidden' });
    if (key === 'GET /__events') return streamEvents(response);
    const run = routes[key];
    if (!run) return void answer(404, { message: 'Not Found' });
    try {
      answer(200, await run(request));
    } catch (error) {
      if (!(error instanceof ApiRefusal || error instanceof SyntaxError)) throw error;
      answer(400, { message: error.message });
    }
  };
}
