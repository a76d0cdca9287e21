import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { FailureQueue } from './failure-queue.ts';
import type { NodeFunction } from './node-function.ts';

export interface MinuteScheduleProps {
  readonly target: NodeFunction;
  /** Anchor in docs/operations.md for runs that did not happen. */
  readonly runbook: string;
  /** What a missing run means. */
  readonly meaning: string;
}

/** Invokes a function every minute. A run that fails is not repeated: the next one is a minute away and sees the same work. */
export class MinuteSchedule extends Construct {
  readonly failures: FailureQueue;

  constructor(scope: Construct, id: string, props: MinuteScheduleProps) {
    super(scope, id);
    this.failures = new FailureQueue(this, 'Failures', props);
    const functionArn = props.target.lambda.functionArn;
    const deadLetterArn = this.failures.queue.queueArn;
    const role = new Role(this, 'Role', {
      // The account: a schedule of somebody else's must not be able to use this role.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: {
        Invoke: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }),
            new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetterArn] }),
          ],
        }),
      },
    });
    new CfnSchedule(this, 'Schedule', {
      description: props.target.lambda.node.path,
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: functionArn,
        roleArn: role.roleArn,
        deadLetterConfig: { arn: deadLetterArn },
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    });
    props.target.onAsyncFailure(this.failures, { retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  }
}
