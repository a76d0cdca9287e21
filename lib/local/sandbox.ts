/** One sandbox of a function: a worker thread that handles one invocation at a time and can be killed at any moment. */
import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';

/** A function as Lambda knows it. */
export interface FunctionSettings {
  /** Name of the entry file (`tags`), else the logical id: what statistics, faults and logs call it. */
  readonly label: string;
  readonly name: string;
  readonly arn: string;
  readonly file: string;
  /** Name of the exported handler. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** MB. */
  readonly memory: number;
}

export interface SandboxData {
  readonly file: string;
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memory: number;
}
export interface ToSandbox {
  readonly payload: string;
  readonly requestId: string;
  /** Epoch ms. */
  readonly deadline: number;
}
export type FromSandbox =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly payload: string }
  | { readonly type: 'failure'; readonly errorType: string; readonly errorMessage: string; readonly stack: string };

/** An invocation that failed: the handler threw, timed out, or its sandbox died. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  /** As Lambda reports it, e.g. `Sandbox.Timedout`, `Runtime.ExitError`, or the name of the error the handler threw. */
  readonly errorType: string;
  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

export interface Sandbox {
  /** The access key its AWS clients sign with: how the AWS endpoint knows the caller. */
  readonly accessKey: string;
  readonly isAlive: () => boolean;
  /** Resolves when the handler is loaded. */
  readonly ready: Promise<void>;
  /** `payload` and the answer are JSON. Rejects with FunctionError. */
  invoke(payload: string, requestId: string): Promise<string>;
  kill(): Promise<void>;
}

interface Settler {
  resolve(payload: string): void;
  reject(error: Error): void;
}

const MAXIMUM_ANSWER_BYTES = 6_291_556;

/** Starts a sandbox. `log` gets what it prints, line by line. */
export function startSandbox(settings: FunctionSettings, log: (line: string) => void): Sandbox {
  const accessKey = `LOCAL${randomBytes(8).toString('hex').toUpperCase()}`;
  const workerData: SandboxData = {
    file: settings.file,
    handler: settings.handler,
    functionName: settings.name,
    functionArn: settings.arn,
    memory: settings.memory,
  };
  const worker = new Worker(new URL('./sandbox-worker.ts', import.meta.url), {
    workerData,
    env: { ...settings.environment, AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: 'local', AWS_LAMBDA_LOG_STREAM_NAME: accessKey },
    resourceLimits: { maxOldGenerationSizeMb: settings.memory },
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  let alive = true;
  let current: Settler | undefined;
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => undefined); // whoever waits for it sees the failure; nobody may be waiting

  function end(error: FunctionError): void {
    alive = false;
    ready.reject(error);
    current?.reject(error);
    current = undefined;
  }

  for (const stream of [worker.stdout, worker.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => text.trimEnd().split('\n').forEach(log));
  worker.on('message', (message: FromSandbox) => {
    if (message.type === 'ready') return ready.resolve();
    const settler = current;
    current = undefined;
    if (message.type === 'failure') {
      log(message.stack || `${message.errorType}: ${message.errorMessage}`);
      settler?.reject(new FunctionError(message.errorType, message.errorMessage));
    } else if (Buffer.byteLength(message.payload) > MAXIMUM_ANSWER_BYTES)
      settler?.reject(
        new FunctionError('Function.ResponseSizeTooLarge', 'Response payload size exceeded maximum allowed payload size (6291556 bytes).'),
      );
    else settler?.resolve(message.payload);
  });
  worker.on('error', (error: Error) => {
    log(error.stack ?? error.message);
    end(new FunctionError('Runtime.ExitError', error.message));
  });
  worker.on('exit', () => end(new FunctionError('Runtime.ExitError', `${settings.label} exited before it answered`)));

  async function kill(): Promise<void> {
    alive = false;
    await worker.terminate();
  }

  async function invoke(payload: string, requestId: string): Promise<string> {
    await ready.promise;
    if (!alive) throw new FunctionError('Runtime.ExitError', `${settings.label} exited before it was invoked`);
    const settler = Promise.withResolvers<string>();
    current = settler;
    const milliseconds = settings.timeoutSeconds * 1000;
    const timer = setTimeout(() => {
      settler.reject(
        new FunctionError('Sandbox.Timedout', `${requestId} Task timed out after ${settings.timeoutSeconds.toFixed(2)} seconds`),
      );
      void kill();
    }, milliseconds);
    worker.postMessage({ payload, requestId, deadline: Date.now() + milliseconds } satisfies ToSandbox);
    return settler.promise.finally(() => clearTimeout(timer));
  }

  return { accessKey, isAlive: () => alive, ready: ready.promise, invoke, kill };
}
