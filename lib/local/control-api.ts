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
  readonly putServiceEvent: (event: object) => BusEvent;
  readonly onEvent: (listener: (event: BusEvent) => void) => () => void;
}

const BODY_LIMIT = 1024 * 1024;

/** Makes the handler of paths that start with `/__`. */
export function createControlApi({
  stats,
  faults,
  putServiceEvent,
  onEvent,
}: ControlDeps): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  async function run(key: string, request: IncomingMessage): Promise<object | undefined> {
    switch (key) {
      case 'GET /__stats':
        return stats.functions;
      case 'POST /__reset':
        stats.reset();
        faults.clear();
        return {};
      case 'DELETE /__faults':
        faults.clear();
        return {};
      case 'POST /__faults': {
        const rules = JSON.parse((await readBody(request, BODY_LIMIT))?.toString() ?? '') as FaultRule | readonly FaultRule[];
        for (const rule of [rules].flat() as readonly FaultRule[]) faults.add(rule);
        return {};
      }
      case 'POST /__events':
        return putServiceEvent(JSON.parse((await readBody(request, BODY_LIMIT))?.toString() ?? '') as object);
      default:
        return undefined;
    }
  }

  return async function handle(request, response) {
    const key = `${request.method ?? ''} ${request.url ?? ''}`;
    const answer = (status: number, value: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(value)}\n`);
    if (key === 'GET /__events') {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders();
      return void response.on(
        'close',
        onEvent((event) => response.write(`${JSON.stringify(event)}\n`)),
      );
    }
    try {
      const value = await run(key, request);
      answer(value ? 200 : 404, value ?? { message: 'Not Found' });
    } catch (error) {
      if (!(error instanceof ApiRefusal || error instanceof SyntaxError)) throw error;
      answer(400, { message: error.message });
    }
  };
}
