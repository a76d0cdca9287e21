import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type Socket } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A DynamoDB to talk to on this machine. */
export interface LocalDynamoDb {
  readonly endpoint: string;
  /** Ends the process this module started; a DynamoDB named by DYNAMODB_ENDPOINT is left alone. */
  stop(): Promise<void>;
}

export interface LocalDynamoDbOptions {
  /** Folder that keeps the data over restarts; in memory when absent. */
  readonly directory?: string;
  /** Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const READY_WITHIN_MS = 10_000;
const STOP_WITHIN_MS = 2_000;
const PORT_ATTEMPTS = 5;

/**
 * Starts an embedded DynamoDB on a free port of 127.0.0.1 and waits until it answers (design.md §5). Looks for the binary of the npm package
 * `@dynoxide/linux-x64`, then for `dynoxide` on PATH; without either uses DYNAMODB_ENDPOINT. Throws an Error that names these when there is none.
 */
export async function startDynamoDb(options: LocalDynamoDbOptions = {}): Promise<LocalDynamoDb> {
  const environment = options.environment ?? process.env;
  const binary = packagedBinary() ?? binaryOnPath(environment['PATH'] ?? '');
  if (binary !== null) return startProcess(binary, options.directory);
  const endpoint = environment['DYNAMODB_ENDPOINT'];
  if (endpoint !== undefined && endpoint !== '') return { endpoint, stop: () => Promise.resolve() };
  throw new Error(
    'No DynamoDB found. Install the optional npm dependency @dynoxide/linux-x64 (Linux on x64), put `dynoxide` on the PATH, ' +
      'or set DYNAMODB_ENDPOINT to a running one, e.g. Docker image amazon/dynamodb-local.',
  );
}

function packagedBinary(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
    return executable(join(dirname(manifest), 'dynoxide'));
  } catch {
    return null; // an optional dependency: absent on every other platform
  }
}

function binaryOnPath(path: string): string | null {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => executable(join(folder, 'dynoxide'))).find((file) => file !== null) ?? null;
}

function executable(file: string): string | null {
  try {
    accessSync(file, constants.X_OK);
    return file;
  } catch {
    return null;
  }
}

/** The binary cannot choose a port and tell it, so that a free one may be taken by another process before it binds: then the next is tried. */
async function startProcess(binary: string, directory: string | undefined): Promise<LocalDynamoDb> {
  let output = '';
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
    const port = await freePort();
    const child = spawn(binary, ['--host', '127.0.0.1', '--port', String(port), ...storageArguments(directory)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true, // Ctrl-C is for the parent, which ends this process when nothing writes to it any more
    });
    output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-2_000)));
    const endpoint = `http://127.0.0.1:${port}`;
    if (await answers(child, endpoint)) {
      endWithParent(child);
      return { endpoint, stop: () => stopProcess(child) };
    }
    await stopProcess(child);
  }
  throw new Error(`${binary} does not start: ${output.trim()}`);
}

/** Ends `child` when this process is gone, however it went (SIGKILL included): only then does the watcher's input end. */
function endWithParent(child: ChildProcess): void {
  const watcher = spawn('sh', ['-c', `read _; kill ${child.pid}`], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.unref();
  (watcher.stdin as Socket).unref();
  child.once('exit', () => watcher.kill()); // before its number can belong to another process
}

function storageArguments(directory: string | undefined): readonly string[] {
  if (directory === undefined) return [];
  mkdirSync(directory, { recursive: true });
  return ['--db-path', join(directory, 'dynamodb.sqlite')];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function answers(child: ChildProcess, endpoint: string): Promise<boolean> {
  let failed = false;
  child.once('error', () => (failed = true));
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!failed && isRunning(child) && Date.now() < deadline) {
    const answered = await fetch(endpoint).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return isRunning(child);
    await sleep(10);
  }
  return false;
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || !isRunning(child)) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(force);
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
