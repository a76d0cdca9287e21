/** The reader of the table's stream that queues background work: records in, the first one to come again out. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { queueWork, type QueueWorkDependencies } from './queue-work.ts';
import type { ItemChange } from './read-changes.ts';

/** In order, up to the first change whose message did not get through (ReportBatchItemFailures: everything from there on comes again). */
export function createChangeReader(deps: QueueWorkDependencies): (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse> {
  return async ({ Records }) => {
    const failed = await queueWork(deps, Records.map(readRecord));
    if (failed === null) return { batchItemFailures: [] };
    return { batchItemFailures: [{ itemIdentifier: Records[failed]?.dynamodb?.SequenceNumber ?? '' }] };
  };
}

function readRecord({ dynamodb }: DynamoDBRecord): ItemChange {
  return {
    before: readItem(dynamodb?.OldImage),
    after: readItem(dynamodb?.NewImage),
    time: (dynamodb?.ApproximateCreationDateTime ?? 0) * 1000,
  };
}

/** Lambda's own type of an attribute value differs from the SDK's only in how it is declared. */
function readItem(image: unknown): unknown {
  return image === undefined ? undefined : unmarshall(image as Record<string, AttributeValue>);
}
