/** Runs inside a worker thread: loads one function and answers its invocations, one at a time, as Lambda's runtime does. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromSandbox, SandboxData, ToSandbox } from './sandbox.ts';

type Handler = (event: unknown, context: object) => unknown;

const data = workerData as SandboxData;

function post(message: FromSandbox): void {
  parentPort?.postMessage(message);
}

function describe(error: unknown): { errorType: string; errorMessage: string; stack: string } {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), stack: '' };
  return { errorType: error.name, errorMessage: error.message, stack: error.stack ?? '' };
}

async function loadHandler(): Promise<Handler> {
  const module = (await import(pathToFileURL(data.file).href)) as Record<string, unknown> & { default?: Record<string, unknown> };
  const handler = module[data.handler] ?? module.default?.[data.handler];
  if (typeof handler !== 'function') throw new Error(`${data.file} exports no function ${data.handler}`);
  return handler as Handler;
}

function createContext({ requestId, deadline }: ToSandbox): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: String(data.memory),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${data.functionName}`,
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

async function serve(): Promise<void> {
  const handler = await loadHandler();
  parentPort?.on('message', (message: ToSandbox) => {
    void (async () => {
      try {
        const answer = await handler(JSON.parse(message.payload), createContext(message));
        post({ type: 'answer', payload: JSON.stringify(answer) ?? 'null' });
      } catch (error) {
        post({ type: 'failure', ...describe(error) });
      }
    })();
  });
  post({ type: 'ready' });
}

await serve();
