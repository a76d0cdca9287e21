/** An event source mapping from a DynamoDB stream to a function: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html */
import type { HostedResource } from './cloudformation.ts';
import type { DynamoDbCall } from './dynamodb-api.ts';
import { compilePattern } from './event-pattern.ts';
import { nameFromArn, type Place } from './physical-names.ts';
import { createStreamReader, type ShardPositions, type StreamRecord } from './stream-reader.ts';

interface MappingDeps {
  readonly mapping: HostedResource<'AWS::Lambda::EventSourceMapping'>;
  readonly streamArn: string;
  readonly place: Place;
  readonly call: DynamoDbCall;
  readonly positions: ShardPositions;
  readonly moved: () => void;
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  /** Sends what is given up to the failure destination (a queue's ARN). */
  readonly sendTo: (queueArn: string, body: object) => void;
  readonly aborted: () => boolean;
  /** ms; a seam for tests. */
  readonly backoff: (attempt: number) => Promise<void>;
}

/** Index of the first record that failed, by the function's own report; -1 when all went well, 0 for a report Lambda would not understand. */
function firstFailure(answer: unknown, records: readonly StreamRecord[]): number {
  const failures = (answer as { batchItemFailures?: { itemIdentifier?: string }[] } | null)?.batchItemFailures;
  if (!Array.isArray(failures) || failures.length === 0) return -1;
  const numbers = new Set(failures.map((failure) => failure?.itemIdentifier));
  const known = records.filter(({ dynamodb }) => numbers.has(dynamodb.SequenceNumber)).length === numbers.size;
  return known ? records.findIndex(({ dynamodb }) => numbers.has(dynamodb.SequenceNumber)) : 0;
}

/** Makes one pass of the mapping: reads, filters, invokes in order, retries as the template says. Resolves to whether there was anything new. */
export function createStreamMapping(deps: MappingDeps): () => Promise<boolean> {
  const { mapping, streamArn, place, invoke } = deps;
  const { properties } = mapping;
  const sourceArn = properties.EventSourceArn;
  const filters = (properties.FilterCriteria?.Filters ?? []).map(({ Pattern }) => compilePattern(JSON.parse(Pattern)));
  const maximumAttempts = properties.MaximumRetryAttempts ?? -1;
  const maximumAge = properties.MaximumRecordAgeInSeconds ?? -1;
  const destination = properties.DestinationConfig?.OnFailure.Destination;

  async function attempt(records: readonly StreamRecord[]): Promise<number> {
    try {
      const answer = await invoke(nameFromArn(properties.FunctionName), { Records: records });
      return properties.FunctionResponseTypes ? firstFailure(answer, records) : -1;
    } catch {
      return 0; // the function's log has the reason
    }
  }

  function isSpent(attempts: number, oldest: StreamRecord): boolean {
    const age = Date.now() / 1000 - oldest.dynamodb.ApproximateCreationDateTime;
    return (maximumAttempts >= 0 && attempts > maximumAttempts) || (maximumAge >= 0 && age > maximumAge);
  }

  function giveUp(records: readonly StreamRecord[], shardId: string, attempts: number): void {
    if (!destination) return;
    const time = (record: StreamRecord | undefined) => new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
    const DDBStreamBatchInfo = {
      shardId,
      startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: time(records[0]),
      approximateArrivalOfLastRecord: time(records.at(-1)),
      batchSize: records.length,
      streamArn: sourceArn,
    };
    const requestContext = { functionArn: properties.FunctionName, condition: 'RetryAttemptsExhausted', approximateInvokeCount: attempts };
    deps.sendTo(destination, { requestContext, version: '1.0', timestamp: new Date().toISOString(), DDBStreamBatchInfo });
  }

  async function process(records: readonly StreamRecord[], shardId: string): Promise<void> {
    let rest = records;
    let attempts = 0;
    for (let oldest = rest[0]; oldest; oldest = rest[0]) {
      const failed = await attempt(rest);
      if (failed < 0) return;
      if (deps.aborted()) throw new Error('stopping');
      if (failed > 0) {
        rest = rest.slice(failed);
        attempts = 0;
      } else if (properties.BisectBatchOnFunctionError && rest.length > 1) {
        const half = Math.ceil(rest.length / 2); // splitting spends no attempt
        await process(rest.slice(0, half), shardId);
        rest = rest.slice(half);
      } else if (isSpent(++attempts, oldest)) {
        giveUp(rest, shardId, attempts);
        return;
      } else await deps.backoff(attempts);
    }
  }

  const reader = createStreamReader({
    call: deps.call,
    streamArn,
    positions: deps.positions,
    limit: properties.BatchSize ?? 100,
    moved: deps.moved,
    async deliver(records, shardId) {
      const wanted = filters.length === 0 ? records : records.filter((record) => filters.some((matches) => matches(record)));
      const stamped = wanted.map((record) => ({ ...record, awsRegion: place.region, eventSourceARN: sourceArn }));
      if (stamped.length > 0) await process(stamped, shardId);
    },
  });
  return reader;
}
