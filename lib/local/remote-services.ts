/** AWS services that are not hosted here but somewhere the person who starts says: an emulator of theirs, or the wire-level one of the tests. */
import type { IncomingMessage } from 'node:http';
import { Agent, request as send } from 'node:http';
import type { AwsAnswer } from './aws-answer.ts';
import { readBody } from './request-body.ts';
import { StartError } from './start-error.ts';

export interface RemoteServices {
  has(signingName: string): boolean;
  /** Sends the request as it came, signature and all. Rejects when the service cannot be reached. */
  forward(signingName: string, request: IncomingMessage, body: Buffer): Promise<AwsAnswer>;
  close(): void;
}

/** Headers of the connection, not of the request. */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect']);
const ANSWER_LIMIT = 32 * 1024 * 1024;

/** `endpoints`: address by the name requests are signed for. Throws StartError for one that is no http address. */
export function createRemoteServices(endpoints: Readonly<Record<string, string>> = {}): RemoteServices {
  const addresses = new Map(Object.entries(endpoints).map(([name, url]) => [name, readAddress(name, url)]));
  const agent = new Agent({ keepAlive: true });
  return {
    has: (signingName) => addresses.has(signingName),
    forward(signingName, incoming, body) {
      const address = addresses.get(signingName);
      if (address === undefined) return Promise.reject(new Error(`${signingName} is nowhere`));
      const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !HOP.has(name)));
      const options = { agent, method: incoming.method, headers: { ...headers, 'content-length': body.length } };
      return new Promise((resolve, reject) => {
        const outgoing = send(new URL(incoming.url ?? '/', address), options, (response) => {
          const read = readBody(response, ANSWER_LIMIT).then((answer) => {
            if (answer === undefined) throw new Error('the answer is too large');
            const contentType = response.headers['content-type'] ?? 'application/octet-stream';
            resolve({ status: response.statusCode ?? 500, body: answer, contentType, capacityUnits: 0 });
          });
          read.catch((error: Error) => {
            response.destroy();
            reject(error);
          });
        });
        outgoing.on('error', reject);
        outgoing.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}

function readAddress(name: string, url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.protocol !== 'http:') throw new StartError(`the address of ${name} must be like http://127.0.0.1:4566, not ${url}`);
  return address;
}
