/**
 * A fake registry in a thread of its own: what it spends on answering is not spent by the event loop that is measured.
 *
 *   await using registry = await startRegistryThread({ latency: 20, images: [{ name: 'team/app', tags: 15, indexes: 3 }] });
 *   registry.host
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type FakeRegistry, type FakeRegistryOptions, startFakeRegistry } from '../support/fake-registry.ts';

export interface RegistryContent {
  readonly name: string;
  /** Tags v0, v1, …, each another image. */
  readonly tags: number;
  /** So many of them, from v0 on, are indexes of three architectures. */
  readonly indexes?: number;
}

export interface ThreadOptions extends Pick<FakeRegistryOptions, 'latency'> {
  readonly images: readonly RegistryContent[];
}

export interface RegistryThread extends AsyncDisposable {
  /** 127.0.0.1:port */
  readonly host: string;
}

export async function startRegistryThread(options: ThreadOptions): Promise<RegistryThread> {
  const worker = new Worker(new URL(import.meta.url), { workerData: options });
  const host = await new Promise<string>((resolve, reject) => worker.once('message', resolve).once('error', reject));
  return { host, [Symbol.asyncDispose]: async () => void (await worker.terminate()) };
}

/** Shared with benchmarks that keep their registry in their own thread. */
export function fillRegistry(registry: FakeRegistry, { name, tags, indexes = 0 }: RegistryContent): void {
  for (let index = 0; index < tags; index++) {
    if (index < indexes) registry.pushIndex(name, `v${index}`, ['amd64', 'arm64', 's390x']);
    else registry.pushImage(name, `v${index}`);
  }
}

async function serve({ images, ...options }: ThreadOptions): Promise<void> {
  const registry = await startFakeRegistry(options);
  for (const content of images) fillRegistry(registry, content);
  parentPort?.postMessage(registry.host);
}

if (!isMainThread) await serve(workerData as ThreadOptions);
