/** The whole synthesized stack on ephemeral ports, as `npm start` runs it. */
import { request as send } from 'node:https';
import { synthesizeTemplate } from '../../lib/app.ts';
import { type BusEvent, type LocalOptions, type LocalRuntime, startLocal } from '../../lib/local/index.ts';
import type { ImageStreamsProps } from '../../lib/settings.ts';
import { createKubectl, type Kubectl } from './kubectl.ts';
import { savePermissionReport } from './permission-reports.ts';

export interface LocalStack {
  readonly runtime: LocalRuntime;
  readonly kubectl: Kubectl;
  /** Everything published since the start. */
  readonly events: readonly BusEvent[];
  /** A request as the admin; answers status and parsed body. */
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ readonly code: number; readonly body: never }>;
  stop(): Promise<void>;
}

export const IMAGE_API = '/apis/image.openshift.io/v1';

export async function startLocalStack(settings: ImageStreamsProps = {}, options: Partial<LocalOptions> = {}): Promise<LocalStack> {
  const template = synthesizeTemplate({ allowPrivateAddresses: true, ...settings });
  const runtime = await startLocal({ template, redeliverAfterMs: 500, ...options });
  const kubectl = createKubectl(runtime.kubeconfig);
  const events: BusEvent[] = [];
  const unsubscribe = runtime.onEvent((event) => events.push(event));
  return {
    runtime,
    kubectl,
    events,
    request: (method, path, body, headers = {}) => request(runtime, method, path, body, headers),
    async stop() {
      unsubscribe();
      kubectl.close();
      savePermissionReport(runtime.permissions());
      await runtime.stop();
    },
  };
}

function request(
  { url, ca, token }: LocalRuntime,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<{ code: number; body: never }> {
  return new Promise((resolve, reject) => {
    const call = send(
      `${url}${path}`,
      { method, ca, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = String(response.headers['content-type']).includes('json');
          resolve({ code: response.statusCode ?? 0, body: (isJson ? JSON.parse(text) : text) as never });
        });
      },
    );
    call.on('error', reject);
    call.end(body === undefined ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
}

/** Asks until the answer is there; throws the last failure after `timeoutMs`. */
export async function eventually<T>(ask: () => Promise<T> | T, timeoutMs = 10_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
