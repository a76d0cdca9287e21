import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FailureQueue } from './failure-queue.ts';
import type { NodeFunction } from './node-function.ts';
import type { StateTable } from './state-table.ts';

export interface StreamReaderProps {
  readonly stateTable: StateTable;
  readonly reader: NodeFunction;
  /** Patterns of records the function sees, any of them; at most five. */
  readonly filters: readonly object[];
  /** Anchor in docs/operations.md for batches given up. */
  readonly runbook: string;
  /** What it means that a batch was given up. */
  readonly meaning: string;
}

/**
 * Lets a function read the table's changes in order. A DynamoDB stream takes two such readers and no more. Retries and age are bounded: by
 * default one bad record would hold up its shard for a day.
 */
export class StreamReader extends Construct {
  readonly failures: FailureQueue;
  readonly reader: NodeFunction;

  constructor(scope: Construct, id: string, props: StreamReaderProps) {
    super(scope, id);
    this.reader = props.reader;
    this.failures = new FailureQueue(this, 'Failures', props);
    props.stateTable.grantStreamRead(props.reader);
    new EventSourceMapping(this, 'Mapping', {
      target: props.reader.lambda,
      eventSourceArn: props.stateTable.streamArn,
      // LATEST may miss what is written while the mapping is being created.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // More would keep order per item only, and a stream's items belong together (aws-facts.md §2).
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 10,
      maxRecordAge: Duration.hours(6),
      onFailure: this.failures.destination,
      filters: props.filters.map((filter) => FilterCriteria.filter({ ...filter })),
    });
  }
}
