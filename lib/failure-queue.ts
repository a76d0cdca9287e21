import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IDestination, IEventSourceDlq, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { NodeFunction } from './node-function.ts';

export interface FailureQueueProps {
  /** Whether it takes the dead letters of a FIFO queue, which must be FIFO itself. */
  readonly fifo?: boolean;
  /** Heading of docs/operations.md, as an anchor, that says what to do with what lies here. */
  readonly runbook: string;
  /** What it means when something lies here; becomes the alarm's description. */
  readonly meaning: string;
}

/** A queue that nobody consumes: what could not be done waits here, for as long as SQS keeps anything, until a person decides. */
export class FailureQueue extends Construct {
  readonly queue: Queue;
  readonly runbook: string;
  readonly meaning: string;

  constructor(scope: Construct, id: string, props: FailureQueueProps) {
    super(scope, id);
    this.runbook = props.runbook;
    this.meaning = props.meaning;
    this.queue = new Queue(this, 'Queue', {
      ...(props.fifo && { fifo: true }),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is where dead letters go; it has an alarm instead.' });
  }

  /** As a destination of what Lambda gives up; the CDK's own would allow more than sending. */
  get destination(): IEventSourceDlq & IDestination {
    const bind = (_: unknown, lambda: IFunction) => {
      lambda.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }));
      return { destination: this.queue.queueArn };
    };
    return { bind };
  }

  grantSend(to: NodeFunction): void {
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }));
  }
}
