/** The directory that survives a restart: database, stream positions and queued work, certificate, kubeconfig. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

/** What `npm run events` and `npm run token -- --local` need to find a running local runtime. */
export interface RuntimeFile {
  readonly pid: number;
  readonly awsEndpoint: string;
  /** Name of table `state`; absent when the stack has none. */
  readonly stateTable?: string;
  readonly url: string;
}

export interface StateDirectory {
  readonly path: string;
  /** False for a temporary directory, which `close` removes. */
  readonly kept: boolean;
  read(name: string): string | undefined;
  /** As `read`, parsed; throws StartError for a damaged file. */
  readJson<T>(name: string): T | undefined;
  /** Writes whole or not at all, mode 0600. */
  write(name: string, content: string): void;
  /** Marks the directory as in use. */
  announce(runtime: RuntimeFile): void;
  close(): void;
}

const RUNTIME_FILE = 'runtime.json';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch {
    return false;
  }
}

/** Opens `path`, or a temporary directory. Throws StartError when another runtime uses it. */
export function openStateDirectory(path?: string): StateDirectory {
  if (path !== undefined) mkdirSync(path, { recursive: true, mode: 0o700 });
  const directory = path ?? mkdtempSync(join(tmpdir(), 'image-streams-'));
  const file = (name: string) => join(directory, name);
  const read = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : undefined);

  function readJson<T>(name: string): T | undefined {
    const content = read(name);
    try {
      return content === undefined ? undefined : (JSON.parse(content) as T);
    } catch (error) {
      throw new StartError(`${file(name)} is damaged: restore or remove it`, { cause: error });
    }
  }
  function write(name: string, content: string): void {
    writeFileSync(file(`${name}.new`), content, { mode: 0o600 });
    chmodSync(file(`${name}.new`), 0o600);
    renameSync(file(`${name}.new`), file(name));
  }

  const running = readJson<RuntimeFile>(RUNTIME_FILE);
  if (running && isAlive(running.pid))
    throw new StartError(`${directory} is in use by process ${running.pid}, which serves ${running.url}`);
  return {
    path: directory,
    kept: path !== undefined,
    read,
    readJson,
    write,
    announce: (runtime) => write(RUNTIME_FILE, JSON.stringify(runtime)),
    close() {
      if (path === undefined) rmSync(directory, { recursive: true, force: true });
      else rmSync(file(RUNTIME_FILE), { force: true });
    },
  };
}
