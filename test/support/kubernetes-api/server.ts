/**
 * An API server of Kubernetes on a port of 127.0.0.1 (an ephemeral one unless given), over HTTPS with an authority of its own. It stores Deployments, DaemonSets,
 * StatefulSets, CronJobs and Secrets, and takes and refuses patches of them as the real one does.
 *
 *   await using cluster = await startKubernetesApi();
 *   cluster.put(workload('Deployment', 'web', { containers: [{ name: 'web', image: 'a' }] }));
 *   … call cluster.url with cluster.token and cluster.ca …
 *   cluster.read('Deployment', 'web')            // what is stored
 *   cluster.requests                             // everything that was asked, in order
 *   cluster.fault({ method: 'PATCH', times: 1 }, { status: 503 });   // or 'reset', 'hang'
 *   cluster.onRequest = () => cluster.put(…);    // somebody else is faster
 */
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { ApiError } from '../../../functions/kubernetes/api-error.ts';
import { badRequest, forbidden, plainFailure, unauthorized } from '../../../functions/kubernetes/status.ts';
import { answerRequest, type ApiAnswer, type ApiRequest, findKind } from './answer-request.ts';
import { SERVED_KINDS, type ServedKind } from './kinds.ts';
import { createObjectStore, type StoredObject } from './object-store.ts';

export interface ClusterCall extends ApiRequest {
  readonly token: string;
}

export interface CallMatch {
  readonly method?: string;
  /** Part of the path. */
  readonly path?: string;
}

/** A status is answered with the Status upstream has for it, or with `body` as it is. */
export type ClusterFault =
  'reset' | 'hang' | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

export interface KubernetesApi extends AsyncDisposable {
  readonly url: string;
  /** PEM of who vouches for it. */
  readonly ca: string;
  /** The one it takes, unless `accepts` says otherwise. */
  readonly token: string;
  readonly requests: ClusterCall[];
  accepts: (token: string) => boolean;
  /** Called before each request is answered. */
  onRequest: (call: ClusterCall) => void;
  /** As whoever may do anything: created or replaced, whatever its version. Answers what is stored. Throws ApiError 422. */
  put(object: object): StoredObject;
  /** `namespace`: default `shop`. */
  read(kind: string, name: string, namespace?: string): StoredObject | undefined;
  remove(kind: string, name: string, namespace?: string): void;
  /** RBAC has no rule for it. `resource`: `deployments`. */
  forbid(method: string, resource: string): void;
  /** Applies to the next `times` (default: all) calls that match. The newest fault wins. */
  fault(match: CallMatch & { readonly times?: number }, fault: ClusterFault): void;
  /** Of all tests: objects, requests, faults, what is forbidden. */
  reset(): void;
  close(): Promise<void>;
}

const TOKEN = 'token-of-the-deployer';

export async function startKubernetesApi({ port = 0 }: { readonly port?: number } = {}): Promise<KubernetesApi> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'kubernetes' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  let store = createObjectStore();
  let faults: { match: CallMatch; left: number; fault: ClusterFault }[] = [];
  let denied: { method: string; resource: string }[] = [];
  const requests: ClusterCall[] = [];

  const server = createServer({ cert, key }, (request, response) => void handle(request, response));

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    requests.push(call);
    const found = faults.findLast(({ match, left }) => left > 0 && isMeant(match, call));
    if (found !== undefined) found.left -= 1;
    if (found?.fault === 'hang') return;
    if (found?.fault === 'reset') return void response.destroy();
    api.onRequest(call);
    if (found === undefined) return send(response, answer(call));
    const { status, headers = {}, body } = found.fault;
    send(response, { status, body: plainFailure(status, 'scripted') }, headers, body);
  }

  function answer(call: ClusterCall): ApiAnswer {
    try {
      if (!api.accepts(call.token)) throw new ApiError(unauthorized());
      const target = findKind(call.path);
      if (target !== null && denied.some(({ method, resource }) => method === call.method && resource === target.kind.resource))
        throw new ApiError(forbidden(target.kind.group, target.kind.resource, target.name, 'User "deployer" cannot do this'));
      return answerRequest(store, call);
    } catch (error) {
      const status = error instanceof ApiError ? error.status : badRequest(String(error));
      return { status: status.code ?? 500, body: status };
    }
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  const api: KubernetesApi = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: cert,
    token: TOKEN,
    requests,
    accepts: (token) => token === TOKEN,
    onRequest: () => undefined,
    put(object) {
      const { kind = '', metadata } = object as StoredObject & { readonly kind?: string };
      const { resourceVersion: _, ...rest } = metadata;
      return store.write(servedKind(kind), { ...(object as StoredObject), metadata: { namespace: 'shop', ...rest } });
    },
    read: (kind, name, namespace = 'shop') => store.read(servedKind(kind), namespace, name),
    remove: (kind, name, namespace = 'shop') => store.remove(servedKind(kind), namespace, name),
    forbid: (method, resource) => void denied.push({ method, resource }),
    fault: ({ times = Infinity, ...match }, fault) => void faults.push({ match, left: times, fault }),
    reset() {
      store = createObjectStore();
      faults = [];
      denied = [];
      requests.length = 0;
      api.onRequest = () => undefined;
      api.accepts = (token) => token === TOKEN;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return api;
}

/** A workload with the pods that `podSpec` describes, in namespace `shop`. */
export function workload(kind: string, name: string, podSpec: object, metadata: object = {}): object {
  const { group, version, podSpec: path = [] } = servedKind(kind);
  const nested = path.reduceRight<object>((value, member) => ({ [member]: value }), podSpec);
  return { apiVersion: `${group}/${version}`, kind, metadata: { name, namespace: 'shop', ...metadata }, ...nested };
}

function servedKind(kind: string): ServedKind {
  const found = SERVED_KINDS.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`the API server of tests has no kind ${kind}`);
  return found;
}

async function readCall(request: IncomingMessage): Promise<ClusterCall> {
  const url = new URL(request.url ?? '', 'https://cluster');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    contentType: request.headers['content-type'],
    body: Buffer.concat((await request.toArray()) as Buffer[]),
    token: /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '',
  };
}

function isMeant({ method, path }: CallMatch, call: ClusterCall): boolean {
  return (method ?? call.method) === call.method && call.path.includes(path ?? '');
}

function send(
  response: ServerResponse,
  { status, body }: ApiAnswer,
  headers: Readonly<Record<string, string>> = {},
  text = JSON.stringify(body),
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}
