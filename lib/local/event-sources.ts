/** Starts the event source mappings of the stack and keeps stream readers going. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostedResource, Stack } from './cloudformation.ts';
import type { DynamoDbCall } from './dynamodb-api.ts';
import { nameFromArn, tableFromStreamArn } from './physical-names.ts';
import { startQueueMapping } from './queue-mapping.ts';
import type { StoredMessage } from './queue.ts';
import type { Queues } from './queues.ts';
import { systemAttributes } from './sqs-api.ts';
import { StartError } from './start-error.ts';
import { createStreamMapping } from './stream-mapping.ts';
import type { ShardPositions } from './stream-reader.ts';
import type { HostedTable } from './tables.ts';

export interface EventSourceDeps {
  readonly stack: Stack;
  readonly tables: readonly HostedTable[];
  readonly queues: Queues;
  readonly call: DynamoDbCall;
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  /** By `<mapping> <ARN of the stream>`: a new stream is read from its start. */
  readonly positions: Record<string, ShardPositions>;
  readonly changed: () => void;
  readonly workersPerFunction: number;
  readonly redeliverAfterMs?: number;
  readonly log: (line: string) => void;
}

export interface EventSources {
  /** Something was written: readers look at once instead of at their next poll. */
  readonly written: () => void;
  isIdle(): boolean;
  stop(): Promise<void>;
}

type Mapping = HostedResource<'AWS::Lambda::EventSourceMapping'>;

// Writes wake readers, so that polling is only for what TTL deletes.
const POLL_MS = [50, 100, 250, 500, 1000] as const;

export function startEventSources(deps: EventSourceDeps): EventSources {
  const { stack, queues, invoke } = deps;
  const stopping = new AbortController();
  let writes = 0;
  let wake = Promise.withResolvers<void>();

  function startStream(mapping: Mapping): { isIdle: () => boolean; stopped: Promise<void> } {
    const tableName = tableFromStreamArn(mapping.properties.EventSourceArn);
    const streamArn = deps.tables.find(({ name }) => name === tableName)?.streamArn;
    if (!streamArn) throw new StartError(`${mapping.logicalId}: ${mapping.properties.EventSourceArn} is not a stream of the stack`);
    const pass = createStreamMapping({
      mapping,
      streamArn,
      place: stack.place,
      call: deps.call,
      positions: (deps.positions[`${mapping.logicalId} ${streamArn}`] ??= {}),
      moved: deps.changed,
      invoke,
      sendTo: (queueArn, body) => queues.require(queueArn).send({ body: JSON.stringify(body) }),
      aborted: () => stopping.signal.aborted,
      backoff: (attempt) => sleep(Math.min(100 * 2 ** attempt, 10_000), undefined, { signal: stopping.signal }),
    });
    let seen = -1;
    async function run(): Promise<void> {
      for (let idle = 0; !stopping.signal.aborted;) {
        const before = writes;
        const waked = wake.promise;
        try {
          if (await pass()) {
            idle = 0;
            continue;
          }
          seen = before;
        } catch (error) {
          if (!stopping.signal.aborted) deps.log(`${mapping.logicalId}: ${(error as Error).message}`);
        }
        if (writes > before) continue;
        const pause = new AbortController();
        await Promise.race([
          waked,
          sleep(POLL_MS[Math.min(idle++, POLL_MS.length - 1)], undefined, { signal: pause.signal }).catch(() => undefined),
        ]);
        pause.abort();
      }
    }
    return { isIdle: () => seen === writes, stopped: run() };
  }

  function startQueue({ properties }: Mapping) {
    const queue = queues.require(properties.EventSourceArn);
    const settings = {
      batchSize: properties.BatchSize ?? 10,
      maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? deps.workersPerFunction,
      reportsFailures: properties.FunctionResponseTypes !== undefined,
      redeliverAfterMs: deps.redeliverAfterMs,
    };
    const toRecord = (message: StoredMessage) => ({
      messageId: message.id,
      receiptHandle: message.receipt,
      body: message.body,
      attributes: systemAttributes(message),
      messageAttributes: message.attributes ?? {},
      eventSource: 'aws:sqs',
      eventSourceARN: queue.settings.arn,
      awsRegion: stack.place.region,
    });
    return startQueueMapping(queue, settings, (messages) =>
      invoke(nameFromArn(properties.FunctionName), { Records: messages.map(toRecord) }),
    );
  }

  const mappings = stack.ofType('AWS::Lambda::EventSourceMapping').filter(({ properties }) => properties.Enabled !== false);
  const isStream = ({ properties }: Mapping) => tableFromStreamArn(properties.EventSourceArn) !== undefined;
  const streams = mappings.filter(isStream).map(startStream);
  const queueMappings = mappings.filter((mapping) => !isStream(mapping)).map(startQueue);
  return {
    written() {
      writes++;
      wake.resolve();
      wake = Promise.withResolvers();
    },
    isIdle: () => streams.every((stream) => stream.isIdle()) && queueMappings.every((mapping) => mapping.isIdle()),
    async stop() {
      stopping.abort();
      wake.resolve();
      await Promise.all([...streams.map(({ stopped }) => stopped), ...queueMappings.map((mapping) => mapping.stop())]);
    },
  };
}
