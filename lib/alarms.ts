import { Duration, Names } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { FailureQueue } from './failure-queue.ts';
import type { ImageApi } from './image-api.ts';
import type { NodeFunction } from './node-function.ts';
import type { StreamReader } from './stream-reader.ts';
import type { WorkQueue } from './work-queue.ts';

export interface AlarmsProps {
  readonly api: ImageApi;
  readonly functions: readonly NodeFunction[];
  readonly failureQueues: readonly FailureQueue[];
  readonly workQueues: readonly WorkQueue[];
  readonly streamReaders: readonly StreamReader[];
  /**
   * Where alarms go, and their end.
   * @default - nowhere
   */
  readonly topic?: ITopic;
}

interface AlarmProps {
  readonly metric: IMetric;
  readonly threshold: number;
  /** Periods in a row. */
  readonly periods: number;
  readonly meaning: string;
  /** Anchor in docs/operations.md. */
  readonly runbook: string;
}

const FIVE_MINUTES = Duration.minutes(5);
const LATE = Duration.minutes(15);

/** Every alarm of the deployment; each says what it means and where the runbook tells what to do. */
export class Alarms extends Construct {
  private readonly topic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = props.topic;
    for (const { queue, meaning, runbook, node } of props.failureQueues) {
      const metric = queue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES, statistic: 'Maximum' });
      this.add(`${this.nameOf(node.path)} has messages`, { metric, threshold: 1, periods: 1, meaning, runbook });
    }
    for (const { queue, node } of props.workQueues) {
      this.add(`${this.nameOf(node.path)} is late`, {
        metric: queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES, statistic: 'Maximum' }),
        threshold: LATE.toSeconds(),
        periods: 2,
        meaning: 'Work waits longer than it should.',
        runbook: 'late-work',
      });
    }
    for (const { reader } of props.streamReaders) {
      this.add(`${reader.entry} is behind`, {
        metric: reader.lambda.metric('IteratorAge', { period: Duration.minutes(1), statistic: 'Maximum' }),
        threshold: FIVE_MINUTES.toMilliseconds(),
        periods: 5,
        meaning: 'Changes of the table are read late.',
        runbook: 'stream-reader-behind',
      });
    }
    for (const { lambda, entry } of props.functions) {
      this.add(`${entry} fails`, {
        metric: lambda.metricErrors({ period: FIVE_MINUTES }),
        threshold: 1,
        periods: 1,
        meaning: 'The function ended with an error or ran out of time or memory.',
        runbook: 'function-errors',
      });
    }
    this.add('api answers 5xx', {
      metric: props.api.api.metricServerError({ period: FIVE_MINUTES }),
      threshold: 5,
      periods: 1,
      meaning: 'Requests are answered with 5xx.',
      runbook: 'function-errors',
    });
  }

  private add(title: string, props: AlarmProps): void {
    const id = title.replace(/[^A-Za-z0-9]+/g, '-');
    const alarm = new Alarm(this, id, {
      // Unique in account and Region: the stack's name is part of it.
      alarmName: `${Names.uniqueResourceName(this, { maxLength: 100, separator: '-' })}-${id}`,
      alarmDescription: `${props.meaning} What to do: docs/operations.md#${props.runbook}`,
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: props.periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (!this.topic) return;
    const action = new SnsAction(this.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }

  /** Path of a queue's construct below the backend, such as `ImportQueue/DeadLetters`. */
  private nameOf(path: string): string {
    const root = this.node.scope?.node.path ?? '';
    return path.slice(root.length + 1);
  }
}
