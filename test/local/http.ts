/** HTTPS client of the tests: one request, nothing followed, nothing decoded. */
import { connect } from 'node:http2';
import { request } from 'node:https';
import type { LocalRuntime } from '../../lib/local/index.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  readonly json: () => any; // eslint-disable-line @typescript-eslint/no-explicit-any -- the one place where tests look into what a function answered
}

export interface HttpInput {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

export function fetchFrom(
  runtime: LocalRuntime,
  path: string,
  { method = 'GET', headers = {}, body }: HttpInput = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(runtime.url + path, { method, ca: runtime.ca, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const content = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: content,
          json: () => JSON.parse(content.toString()) as unknown,
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export function fetchOverHttp2(runtime: LocalRuntime, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const session = connect(runtime.url, { ca: runtime.ca });
    const stream = session.request({ ':path': path, accept: 'x' });
    let status = 0;
    let body = '';
    stream.on('response', (headers) => (status = headers[':status'] ?? 0));
    stream.setEncoding('utf8').on('data', (text: string) => (body += text));
    stream.on('end', () => {
      session.close();
      resolve({ status, body });
    });
    stream.on('error', reject);
    session.on('error', reject);
  });
}
