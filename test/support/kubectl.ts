/** The real kubectl against a local stack, with a home of its own so that no discovery cache is shared. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Kubectl {
  /** Runs and answers stdout; throws with stderr when kubectl fails. */
  run(args: readonly string[], input?: unknown): Promise<string>;
  /** Runs and answers whatever came of it. */
  attempt(args: readonly string[], input?: unknown): Promise<Outcome>;
  /** `get … -o json`, parsed. */
  json<T>(args: readonly string[]): Promise<T>;
  close(): void;
}

/** `input`: an object is piped in as JSON (for `-f -`). `command`: another kubectl than the one on PATH. */
export function createKubectl(kubeconfig: string, command = 'kubectl'): Kubectl {
  const home = mkdtempSync(join(tmpdir(), 'kubectl-home-'));
  const env = { PATH: process.env['PATH'], HOME: home, KUBECONFIG: kubeconfig };

  function attempt(args: readonly string[], input?: unknown): Promise<Outcome> {
    return new Promise((resolve) => {
      const child = execFile(command, [...args], { env, timeout: 60_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      });
      child.stdin?.end(input === undefined ? '' : JSON.stringify(input));
    });
  }

  async function run(args: readonly string[], input?: unknown): Promise<string> {
    const { code, stdout, stderr } = await attempt(args, input);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} exited ${code}: ${stderr}`);
    return stdout;
  }

  return {
    run,
    attempt,
    json: async <T>(args: readonly string[]) => JSON.parse(await run([...args, '-o', 'json'])) as T,
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}
