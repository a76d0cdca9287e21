/**
 * Asynchronous invocations: a queue in front of each function, retried, then given to its failure destination or dead-letter queue
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
 */
import { randomUUID } from 'node:crypto';
import type { Stack } from './cloudformation.ts';
import type { Functions } from './functions.ts';
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
  readonly functions: Functions;
  readonly queues: Queues;
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  readonly stored: QueueSnapshot;
  readonly changed: () => void;
  readonly concurrency: number;
}

// Lambda waits a minute, then two; nobody at a terminal does.
const RETRY_AFTER_MS = 1000;

/** Starts the asynchronous side of every function of the stack. */
export function startAsyncInvocations({ stack, functions, queues, invoke, stored, changed, concurrency }: AsyncDeps): AsyncInvocations {
  const hosted = new Map<string, { queue: Queue; mapping: QueueMapping }>();
  for (const { name, properties } of stack.ofType('AWS::Lambda::Function')) {
    const config = stack
      .ofType('AWS::Lambda::EventInvokeConfig')
      .find((candidate) => candidate.properties.FunctionName === name)?.properties;
    const destination = config?.DestinationConfig?.OnFailure.Destination;
    const deadLetter = properties.DeadLetterConfig?.TargetArn;
    const destinationQueue = destination === undefined ? undefined : queues.require(destination);
    const deadLetterQueue = deadLetter === undefined ? undefined : queues.require(deadLetter);
    const attempts = 1 + (config?.MaximumRetryAttempts ?? 2);
    const { arn } = functions.require(name).settings;

    function giveUp(message: StoredMessage, error: unknown): void {
      deadLetterQueue?.send({ body: message.body });
      const requestContext = {
        requestId: message.id,
        functionArn: arn,
        condition: 'RetriesExhausted',
        approximateInvokeCount: message.receiveCount,
      };
      const responsePayload = { errorMessage: error instanceof Error ? error.message : String(error) };
      const timestamp = new Date().toISOString();
      const body = { version: '1.0', timestamp, requestContext, requestPayload: JSON.parse(message.body) as unknown, responsePayload };
      destinationQueue?.send({ body: JSON.stringify(body) });
    }

    async function run([message]: readonly StoredMessage[]): Promise<void> {
      if (!message) return;
      try {
        await invoke(name, JSON.parse(message.body));
      } catch (error) {
        if (message.receiveCount < attempts) throw error;
        giveUp(message, error);
      }
    }

    const settings = {
      name,
      arn,
      fifo: false,
      contentBasedDeduplication: false,
      deduplicatesPerGroup: false,
      visibilityTimeout: 43_200,
      delaySeconds: 0,
      retentionSeconds: 21_600,
    };
    const queue = createQueue(settings, stored[name], changed);
    const mapping = startQueueMapping(
      queue,
      { batchSize: 1, maximumConcurrency: concurrency, reportsFailures: false, redeliverAfterMs: RETRY_AFTER_MS },
      run,
    );
    hosted.set(name, { queue, mapping });
  }
  return {
    invoke(arn, event) {
      const name = functionFromArn(arn) ?? arn;
      hosted.get(name)?.queue.send({ body: JSON.stringify(event), deduplicationId: randomUUID() });
    },
    snapshot: () => Object.fromEntries([...hosted].map(([name, { queue }]) => [name, queue.snapshot()])),
    isIdle: () => [...hosted.values()].every(({ mapping }) => mapping.isIdle()),
    stop: async () => void (await Promise.all([...hosted.values()].map(({ mapping }) => mapping.stop()))),
  };
}
