/**
 * Asynchronous invocations: a queue in front of each function, retried, then given to its failure destination
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
 */
import type { Stack } from './cloudformation.ts';
import { functionFromArn } from './physical-names.ts';
import { createQueue, type Queue, type StoredMessage } from './queue.ts';
import { type QueueMapping, startQueueMapping } from './queue-mapping.ts';
import type { Queues, QueueSnapshot } from './queues.ts';

export interface AsyncInvocations extends QueueMapping {
  /** Accepts an event for the function of `arn`. */
  invoke(arn: string, event: unknown): void;
  snapshot(): QueueSnapshot;
}

interface AsyncDeps {
  readonly stack: Stack;
  readonly queues: Queues;
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  readonly stored: QueueSnapshot;
  readonly changed: () => void;
  readonly concurrency: number;
}

// Lambda waits a minute, then two; nobody at a terminal does.
const SETTINGS = { batchSize: 1, reportsFailures: false, redeliverAfterMs: 1000 };
const DAY_SECONDS = 86_400;

/** Starts the asynchronous side of every function of the stack. */
export function startAsyncInvocations({ stack, queues, invoke, stored, changed, concurrency }: AsyncDeps): AsyncInvocations {
  const hosted = new Map<string, { queue: Queue; mapping: QueueMapping }>();
  for (const { name } of stack.ofType('AWS::Lambda::Function')) {
    const config = stack.ofType('AWS::Lambda::EventInvokeConfig').find(({ properties }) => properties.FunctionName === name)?.properties;
    const destination = config?.DestinationConfig && queues.require(config.DestinationConfig.OnFailure.Destination);
    const attempts = 1 + (config?.MaximumRetryAttempts ?? 2);

    async function run([message]: readonly StoredMessage[]): Promise<void> {
      if (!message) return;
      const requestPayload = JSON.parse(message.body) as unknown;
      try {
        await invoke(name, requestPayload);
      } catch (error) {
        if (message.receiveCount < attempts) throw error;
        const requestContext = {
          requestId: message.id,
          functionArn: name,
          condition: 'RetriesExhausted',
          approximateInvokeCount: attempts,
        };
        const responsePayload = { errorMessage: (error as Error).message };
        const timestamp = new Date().toISOString();
        destination?.send({ body: JSON.stringify({ version: '1.0', timestamp, requestContext, requestPayload, responsePayload }) });
      }
    }

    const queue = createQueue({ name, arn: name, visibilityTimeout: DAY_SECONDS, retentionSeconds: DAY_SECONDS }, stored[name], changed);
    hosted.set(name, { queue, mapping: startQueueMapping(queue, { ...SETTINGS, maximumConcurrency: concurrency }, run) });
  }
  return {
    invoke: (arn, event) => void hosted.get(functionFromArn(arn) ?? '')?.queue.send({ body: JSON.stringify(event) }),
    snapshot: () => Object.fromEntries([...hosted].map(([name, { queue }]) => [name, queue.snapshot()])),
    isIdle: () => [...hosted.values()].every(({ mapping }) => mapping.isIdle()),
    stop: async () => void (await Promise.all([...hosted.values()].map(({ mapping }) => mapping.stop()))),
  };
}
