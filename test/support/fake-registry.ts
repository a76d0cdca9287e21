/**
 * A container registry in memory that speaks real HTTP on an ephemeral port of 127.0.0.1.
 *
 *   await using registry = await startFakeRegistry({ auth: { kind: 'bearer' } });     // or registry.close() in afterEach
 *   const image = registry.pushImage('team/app', 'v1', { format: 'docker' });         // image.manifest.digest, image.config.bytes, …
 *   const index = registry.pushIndex('team/app', 'latest', ['amd64', 'arm64']);       // index.digest, index.images[0].manifest.digest
 *   registry.tag('team/app', 'stable', image.manifest.digest);  registry.untag('team/app', 'v1');
 *   client.headManifest(registry.repository('team/app'), 'v1');                       // `insecure` unless the registry has TLS
 *   `${registry.host}/team/app:v1`                                                    // as a user would write it in spec.from.name
 *
 *   registry.fault({ path: /manifests/, times: 2 }, { status: 503 });                 // the next two such requests; see FaultEffect
 *   registry.count({ method: 'HEAD', path: '/manifests/v1' })                         // how often was it asked
 *   registry.requests                                                                 // everything that was asked, in order
 *
 * Like Distribution it answers 404 for a manifest of a type that was not accepted, names digests in Docker-Content-Digest, and reports errors as
 * `{errors: [{code, message}]}`. Manifests and blobs may be pushed in any order; nothing is checked on the way in, so broken content can be served.
 */
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { authorizeRequest, createFakeAuth, sendError, type FakeAuthOptions } from './fake-registry-auth.ts';
import { buildImage, buildIndex, content, type BuiltImage, type Content, type ImageFormat, type ImageOptions } from './oci-image.ts';

export interface FakeRegistryOptions {
  /** Default: everything is public. */
  readonly auth?: FakeAuthOptions;
  /** Milliseconds before each answer. */
  readonly latency?: number;
  /** Largest page of tags/list; default: all tags in one page. */
  readonly pageSize?: number;
  /** False: manifests are served without Docker-Content-Digest. */
  readonly digestHeader?: boolean;
  /** Default: 127.0.0.1. */
  readonly address?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** PEM; makes it an https server. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface RecordedRequest {
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly authorization: string;
  readonly accept: string;
}

/** `path`: a part of it, or a pattern. */
export interface RequestMatch {
  readonly method?: string;
  readonly path?: string | RegExp;
}

/** A fixed answer; no answer at all; a closed connection; or whatever a listener does. */
export type FaultEffect =
  | { readonly status: number; readonly headers?: http.OutgoingHttpHeaders; readonly body?: string | Uint8Array }
  | 'hang'
  | 'reset'
  | RequestListener;

export interface FakeRegistry extends AsyncDisposable {
  /** address:port */
  readonly host: string;
  readonly requests: readonly RecordedRequest[];
  /** Connections that began with something else than HTTP: a TLS handshake at a registry without TLS. */
  readonly brokenConnections: number;
  repository(name: string): { readonly host: string; readonly name: string; readonly insecure: boolean };
  /** `reference` null: by digest only. */
  pushImage(name: string, reference: string | null, options?: ImageOptions): BuiltImage;
  /** One image per architecture, pushed by digest, and an index of them. */
  pushIndex(
    name: string,
    reference: string | null,
    architectures: readonly string[],
    options?: ImageOptions,
  ): Content & { readonly images: readonly BuiltImage[] };
  /** Any bytes under any tag, and under their digest. */
  pushManifest(name: string, reference: string | null, bytes: Uint8Array, mediaType: string): Content;
  pushBlob(name: string, bytes: Uint8Array): Content;
  tag(name: string, tag: string, digest: string): void;
  untag(name: string, tag: string): void;
  /** Applies to the next `times` (default: all) matching requests, before authentication. The newest fault wins. */
  fault(match: RequestMatch & { readonly times?: number }, effect: FaultEffect): void;
  clearFaults(): void;
  count(match?: RequestMatch): number;
  clearRequests(): void;
  /** Every token issued so far is refused from now on. */
  revokeTokens(): void;
  close(): Promise<void>;
}

interface Repository {
  readonly manifests: Map<string, Content>;
  readonly tags: Map<string, string>;
  readonly blobs: Map<string, Content>;
}

export async function startFakeRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const { address = '127.0.0.1' } = options;
  const repositories = new Map<string, Repository>();
  const requests: RecordedRequest[] = [];
  let faults: { match: RequestMatch; left: number; effect: FaultEffect }[] = [];
  const auth = createFakeAuth(options.auth);

  const listener: RequestListener = (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const record = { method, path, authorization: headers.authorization ?? '', accept: headers.accept ?? '' };
    requests.push(record);
    const fault = faults.findLast(({ match, left }) => left > 0 && matches(record, match));
    if (fault !== undefined) fault.left -= 1;
    const act = () => (fault === undefined ? serve(request, response) : applyFault(fault.effect, request, response));
    if (options.latency === undefined) act();
    else setTimeout(act, options.latency);
  };

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    if (!authorizeRequest(auth, url, request, response, scheme)) return;
    const [, name = '', kind = '', rest = ''] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(url.pathname) ?? [];
    const repository = repositories.get(name);
    if (repository === undefined) return sendError(response, 404, 'NAME_UNKNOWN', 'repository name not known to registry');
    if (kind === 'tags') return sendTags(response, name, repository, url, options.pageSize);
    if (kind === 'blobs')
      return sendContent(response, repository.blobs.get(rest), 'BLOB_UNKNOWN', { 'content-type': 'application/octet-stream' });
    sendManifest(request, response, repository, rest, options.digestHeader !== false);
  }

  const server = options.tls === undefined ? http.createServer(listener) : https.createServer(options.tls, listener);
  const scheme = options.tls === undefined ? 'http' : 'https';
  server.keepAliveTimeout = 60_000;
  let brokenConnections = 0;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code?.startsWith('HPE_') !== true) return void socket.destroy();
    brokenConnections += 1;
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, address, resolve));
  const host = `${address}:${(server.address() as AddressInfo).port}`;

  function repositoryOf(name: string): Repository {
    const repository = repositories.get(name) ?? { manifests: new Map(), tags: new Map(), blobs: new Map() };
    repositories.set(name, repository);
    return repository;
  }

  const registry: FakeRegistry = {
    host,
    requests,
    get brokenConnections() {
      return brokenConnections;
    },
    repository: (name) => ({ host, name, insecure: options.tls === undefined }),
    pushImage(name, reference, imageOptions = {}) {
      const image = buildImage({ seed: `${name}:${reference}`, ...imageOptions });
      for (const blob of [image.config, ...image.layers]) registry.pushBlob(name, blob.bytes);
      registry.pushManifest(name, reference, image.manifest.bytes, image.manifest.mediaType);
      return image;
    },
    pushIndex(name, reference, architectures, imageOptions = {}) {
      const images = architectures.map((architecture) =>
        registry.pushImage(name, null, { seed: `${name}:${reference}`, ...imageOptions, platform: { os: 'linux', architecture } }),
      );
      const format: ImageFormat = imageOptions.format ?? 'oci';
      const index = buildIndex(images, format);
      return { ...registry.pushManifest(name, reference, index.bytes, index.mediaType), images };
    },
    pushManifest(name, reference, bytes, mediaType) {
      const manifest = content(bytes, mediaType);
      repositoryOf(name).manifests.set(manifest.digest, manifest);
      if (reference !== null) registry.tag(name, reference, manifest.digest);
      return manifest;
    },
    pushBlob(name, bytes) {
      const blob = content(bytes, 'application/octet-stream');
      repositoryOf(name).blobs.set(blob.digest, blob);
      return blob;
    },
    tag: (name, tag, digest) => void repositoryOf(name).tags.set(tag, digest),
    untag: (name, tag) => void repositoryOf(name).tags.delete(tag),
    fault: ({ times = Infinity, ...match }, effect) => void faults.push({ match, left: times, effect }),
    clearFaults: () => void (faults = []),
    count: (match = {}) => requests.filter((request) => matches(request, match)).length,
    clearRequests: () => void requests.splice(0),
    revokeTokens: () => auth.tokens.clear(),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
    [Symbol.asyncDispose]: () => registry.close(),
  };
  return registry;
}

function matches(request: RecordedRequest, { method, path }: RequestMatch): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? request.path.includes(path) : path.test(request.path);
}

function applyFault(effect: FaultEffect, request: IncomingMessage, response: ServerResponse): void {
  if (effect === 'hang') return;
  if (effect === 'reset') return void request.socket.destroy();
  if (typeof effect === 'function') return effect(request, response);
  response.writeHead(effect.status, effect.headers).end(effect.body);
}

function sendManifest(request: IncomingMessage, response: ServerResponse, repository: Repository, reference: string, named: boolean): void {
  const found = repository.manifests.get(repository.tags.get(reference) ?? reference);
  const accepted = found !== undefined && acceptsType(request.headers.accept, found.mediaType) ? found : undefined;
  const digest = named && accepted !== undefined ? { 'docker-content-digest': accepted.digest } : {};
  sendContent(response, accepted, 'MANIFEST_UNKNOWN', { 'content-type': accepted?.mediaType, ...digest });
}

function acceptsType(accept: string | undefined, mediaType: string): boolean {
  return accept === undefined || accept.includes('*/*') || accept.split(',').some((type) => type.trim() === mediaType);
}

function sendContent(response: ServerResponse, found: Content | undefined, unknown: string, headers: http.OutgoingHttpHeaders): void {
  if (found === undefined) return sendError(response, 404, unknown, `${unknown.toLowerCase().replaceAll('_', ' ')} here`);
  response.writeHead(200, { ...headers, 'content-length': found.size }).end(found.bytes);
}

function sendTags(response: ServerResponse, name: string, repository: Repository, url: URL, pageSize = Infinity): void {
  const tags = [...repository.tags.keys()];
  const start = tags.indexOf(url.searchParams.get('last') ?? '') + 1;
  const size = Math.min(pageSize, Number(url.searchParams.get('n') ?? Infinity));
  const page = tags.slice(start, start + size);
  const isLast = start + size >= tags.length;
  const link = isLast ? {} : { link: `</v2/${name}/tags/list?last=${page.at(-1)}&n=${size}>; rel="next"` };
  response.writeHead(200, { 'content-type': 'application/json', ...link }).end(JSON.stringify({ name, tags: page }));
}
