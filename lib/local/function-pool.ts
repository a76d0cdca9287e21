/** The sandboxes of one function: one invocation at a time each, more of them while busy, up to a limit; then invocations wait in turn. */
import { randomUUID } from 'node:crypto';
import { type FunctionSettings, type Sandbox, startSandbox } from './sandbox.ts';

export interface FunctionPool {
  readonly settings: FunctionSettings;
  /** `event` and the answer are plain JSON values. Rejects with FunctionError. */
  invoke(event: unknown): Promise<unknown>;
  /** Starts a sandbox ahead of its first invocation; a function that does not load shows in the log. */
  warm(): Promise<void>;
  /** The living sandbox that signs with `accessKey`. */
  findCaller(accessKey: string): Sandbox | undefined;
  kill(): Promise<void>;
  isIdle(): boolean;
}

/** Makes the pool; nothing starts before the first invocation. */
export function createFunctionPool(settings: FunctionSettings, maximum: number, log: (line: string) => void): FunctionPool {
  const sandboxes = new Set<Sandbox>();
  const idle: Sandbox[] = [];
  const waiting: (() => void)[] = [];

  function prune(): void {
    for (const sandbox of sandboxes) if (!sandbox.isAlive()) sandboxes.delete(sandbox);
  }

  function start(): Sandbox {
    const sandbox = startSandbox(settings, log);
    sandboxes.add(sandbox);
    return sandbox;
  }

  async function acquire(): Promise<Sandbox> {
    for (;;) {
      const free = idle.pop();
      if (free?.isAlive()) return free;
      if (free) continue;
      prune();
      if (sandboxes.size < maximum) return start();
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  }

  function release(sandbox: Sandbox): void {
    if (sandbox.isAlive()) idle.push(sandbox);
    else sandboxes.delete(sandbox);
    waiting.shift()?.();
  }

  return {
    settings,
    async invoke(event) {
      const sandbox = await acquire();
      try {
        return JSON.parse(await sandbox.invoke(JSON.stringify(event), randomUUID())) as unknown;
      } finally {
        release(sandbox);
      }
    },
    async warm() {
      if (sandboxes.size > 0) return;
      const sandbox = start();
      await sandbox.ready.catch(() => undefined);
      release(sandbox);
    },
    findCaller: (accessKey) => [...sandboxes].find((sandbox) => sandbox.accessKey === accessKey && sandbox.isAlive()),
    async kill() {
      await Promise.all([...sandboxes].map((sandbox) => sandbox.kill()));
      prune();
    },
    isIdle: () => idle.filter((sandbox) => sandbox.isAlive()).length === [...sandboxes].filter((sandbox) => sandbox.isAlive()).length,
  };
}
