import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FailureQueue } from './failure-queue.ts';
import type { NodeFunction } from './node-function.ts';

export interface WorkQueueProps {
  /** Timeout of the function that works it off. */
  readonly workTimeout: Duration;
  /** Deliveries before a message becomes a dead letter. */
  readonly maxReceiveCount: number;
  /** Order per message group, groups in parallel. */
  readonly fifo?: boolean;
  /** Anchor in docs/operations.md for the dead letters. */
  readonly runbook: string;
  /** What a dead letter of this queue means. */
  readonly meaning: string;
}

export interface ConsumerProps {
  /** Messages per invocation. */
  readonly batchSize: number;
  /** Invocations at once: what protects the registries, targets and table behind the function. At least 2. */
  readonly maxConcurrency: number;
}

/** A queue of work for one function, with dead letters. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: FailureQueue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.deadLetters = new FailureQueue(this, 'DeadLetters', props);
    this.queue = new Queue(this, 'Queue', {
      ...(props.fifo && {
        fifo: true,
        // High throughput: order and deduplication hold per message group, which is all the senders ask for.
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      // Lambda retries throttled invocations inside this time; AWS asks for six times the timeout.
      visibilityTimeout: Duration.seconds(6 * props.workTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters.queue, maxReceiveCount: props.maxReceiveCount },
    });
  }

  /** Allows adding work. */
  grantSend(to: NodeFunction): void {
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }));
  }

  /** Allows putting off a message that was received, so that a failure is not repeated at once. */
  grantDelay(to: NodeFunction): void {
    to.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:ChangeMessageVisibility'], resources: [this.queue.queueArn] }),
    );
  }

  /** Makes a function work the queue off; messages it reports as failed come back alone. */
  consumeWith(consumer: NodeFunction, props: ConsumerProps): EventSourceMapping {
    consumer.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        resources: [this.queue.queueArn],
      }),
    );
    return new EventSourceMapping(consumer, 'Queue', {
      target: consumer.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: props.batchSize,
      maxConcurrency: props.maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
