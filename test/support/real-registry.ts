/**
 * A real registry (CNCF Distribution 2.8, Debian package `docker-registry`) on an ephemeral port of 127.0.0.1 with its own temporary directory.
 *
 *   const registry = await startRealRegistry({ auth: true });        // htpasswd: REAL_REGISTRY_USER
 *   const image = await registry.pushImage('team/app', 'v1');        // image.manifest.digest
 *   const index = await registry.pushIndex('team/app', 'latest', ['amd64', 'arm64']);
 *   await registry.close();                                          // stops the process, removes the directory
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ISSUER, SERVICE, type TokenServer } from './token-server.ts';
import { buildImage, buildIndex, type BuiltImage, type Content, type ImageOptions } from './oci-image.ts';

/** Who may pull and push where `auth` is on. */
export const REAL_REGISTRY_USER = { username: 'tester', password: 'real-registry-password' } as const;
/** `htpasswd -Bbn -C 5`: Distribution reads bcrypt only, and a low cost keeps it out of the tests' time. */
const HTPASSWD = 'tester:$2y$05$KqFPt2GtvGK962ZpXbmapOeQonrm/Les4S7vEblF65eK/iyHA.t4W\n';

export interface RealRegistry extends AsyncDisposable {
  /** 127.0.0.1:port */
  readonly host: string;
  repository(name: string): { readonly host: string; readonly name: string; readonly insecure: true };
  /** `reference` null: by digest only. */
  pushImage(name: string, reference: string | null, options?: ImageOptions): Promise<BuiltImage>;
  /** One image per architecture, pushed by digest, and an index of them. */
  pushIndex(
    name: string,
    reference: string | null,
    architectures: readonly string[],
    options?: ImageOptions,
  ): Promise<Content & { readonly images: readonly BuiltImage[] }>;
  /** Its configs and layers, or its children, must be there already. */
  pushManifest(name: string, reference: string | null, manifest: Content): Promise<void>;
  /** As an administrator or a retention rule does it, with the tags that point there. */
  deleteManifest(name: string, digest: string): Promise<void>;
  close(): Promise<void>;
}

export interface RealRegistryOptions {
  /** htpasswd: REAL_REGISTRY_USER. */
  readonly auth?: boolean;
  /** Bearer tokens of this service. */
  readonly tokens?: TokenServer;
}

/** @throws Error when the binary `docker-registry` is not on PATH or does not start */
export async function startRealRegistry(options: RealRegistryOptions = {}): Promise<RealRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'real-registry-'));
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  await writeFile(join(directory, 'htpasswd'), HTPASSWD);
  await writeFile(join(directory, 'config.yml'), configuration(directory, host, options));
  if (options.tokens !== undefined) await writeFile(join(directory, 'tokens.pem'), options.tokens.certificate);
  const child = spawn('docker-registry', ['serve', join(directory, 'config.yml')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const close = async () => {
    await stop(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await untilReady(child, host);
  } catch (error) {
    await close();
    throw error;
  }
  const { username, password } = REAL_REGISTRY_USER;
  const basic = options.auth === true ? { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` } : {};

  async function send(method: string, path: string, extra: Record<string, string>, body?: Uint8Array): Promise<Response> {
    const name = /^\/v2\/(.+?)\/(?:manifests|blobs)\//.exec(path)?.[1] ?? '';
    const headers = options.tokens === undefined ? basic : { authorization: `Bearer ${await options.tokens.sign(name, ['pull', 'push'])}` };
    const response = await fetch(new URL(path, `http://${host}`), { method, headers: { ...headers, ...extra }, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return response;
  }

  async function pushBlob(name: string, { bytes, digest }: Content): Promise<void> {
    const upload = await send('POST', `/v2/${name}/blobs/uploads/`, {});
    const target = new URL(upload.headers.get('location') ?? '', `http://${host}`);
    target.searchParams.set('digest', digest);
    await send('PUT', target.pathname + target.search, { 'content-type': 'application/octet-stream' }, bytes);
  }

  const registry: RealRegistry = {
    host,
    repository: (name) => ({ host, name, insecure: true }),
    async pushManifest(name, reference, { bytes, digest, mediaType }) {
      await send('PUT', `/v2/${name}/manifests/${reference ?? digest}`, { 'content-type': mediaType }, bytes);
    },
    async deleteManifest(name, digest) {
      await send('DELETE', `/v2/${name}/manifests/${digest}`, {});
    },
    async pushImage(name, reference, imageOptions = {}) {
      const image = buildImage({ seed: `${name}:${reference}`, ...imageOptions });
      await Promise.all([image.config, ...image.layers].map((blob) => pushBlob(name, blob)));
      await registry.pushManifest(name, reference, image.manifest);
      return image;
    },
    async pushIndex(name, reference, architectures, imageOptions = {}) {
      const images: BuiltImage[] = [];
      for (const architecture of architectures) {
        images.push(
          await registry.pushImage(name, null, { seed: `${name}:${reference}`, ...imageOptions, platform: { os: 'linux', architecture } }),
        );
      }
      const index = buildIndex(images, imageOptions.format);
      await registry.pushManifest(name, reference, index);
      return { ...index, images };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return registry;
}

function configuration(directory: string, host: string, { auth = false, tokens }: RealRegistryOptions): string {
  const lines = [
    'version: 0.1',
    'log: {accesslog: {disabled: true}, level: error}',
    `storage: {cache: {blobdescriptor: inmemory}, filesystem: {rootdirectory: ${join(directory, 'data')}}, delete: {enabled: true}}`,
    `http: {addr: "${host}", secret: only-for-tests}`,
    ...(auth ? [`auth: {htpasswd: {realm: tests, path: ${join(directory, 'htpasswd')}}}`] : []),
    ...(tokens === undefined
      ? []
      : [
          `auth: {token: {realm: "${tokens.realm}", service: ${SERVICE}, issuer: ${ISSUER}, rootcertbundle: ${join(directory, 'tokens.pem')}}}`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** A port nobody listens on now; the registry cannot choose one itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilReady(child: ChildProcess, host: string): Promise<void> {
  let said = '';
  let failure: Error | undefined;
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-2000)));
  child.once('error', (error) => (failure = error));
  for (const deadline = performance.now() + 15_000; performance.now() < deadline; await sleep(20)) {
    if (failure !== undefined || child.exitCode !== null) break;
    const response = await fetch(`http://${host}/v2/`).catch(() => null);
    if (response !== null && [200, 401].includes(response.status)) return;
  }
  throw new Error(`docker-registry (Debian package docker-registry) does not serve: ${said}`, { cause: failure });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await ended;
  clearTimeout(timer);
}
