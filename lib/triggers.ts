import { Duration, Validations } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { DETAIL_TYPE, EVENT_SOURCE } from '../functions/changes/tag-change-event.ts';
import { TRIGGER_DETAIL_TYPE } from '../functions/changes/trigger-change-event.ts';
import { ENV, INDEX } from '../functions/runtime/environment.ts';
import type { ChangeBus } from './change-bus.ts';
import { FailureQueue } from './failure-queue.ts';
import { MinuteSchedule } from './minute-schedule.ts';
import { NodeFunction } from './node-function.ts';
import { Outcomes } from './outcomes.ts';
import type { SecretsTable } from './secrets-table.ts';
import type { Settings } from './settings.ts';
import { networkEnvironment, registryEnvironment, triggerTargetsEnvironment } from './settings-environment.ts';
import type { StateTable } from './state-table.ts';
import { triggerStatements } from './trigger-permissions.ts';
import { WorkQueue } from './work-queue.ts';

export interface TriggersProps {
  readonly settings: Settings;
  readonly stateTable: StateTable;
  readonly secretsTable: SecretsTable;
  readonly changeBus: ChangeBus;
}

const FIRE_TIMEOUT = Duration.minutes(2);

/** From a tag change to the targets that follow the tag, one after the other per target. */
export class Triggers extends Construct {
  readonly triggerQueue: WorkQueue;
  /** Changes that were not matched with triggers. */
  readonly unmatched: FailureQueue;
  readonly schedule: MinuteSchedule;
  readonly outcomes: Outcomes;
  /** Of the role that fires triggers. */
  readonly roleArn: string;
  readonly all: readonly NodeFunction[];

  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    const { settings, stateTable, secretsTable, changeBus } = props;
    const { logRetention } = settings;
    this.triggerQueue = new WorkQueue(this, 'TriggerQueue', {
      fifo: true,
      workTimeout: FIRE_TIMEOUT,
      // With the function's growing delays this gives a target about an hour to come back.
      maxReceiveCount: 12,
      runbook: 'triggers-given-up',
      meaning: 'Targets do not run the image their tag points to.',
    });
    const matchTriggers = new NodeFunction(this, 'MatchTriggers', {
      entry: 'match-triggers',
      description: 'Finds the triggers that follow a changed tag',
      environment: {
        ...stateTable.environment,
        ...registryEnvironment(settings),
        [ENV.triggerQueueUrl]: this.triggerQueue.queue.queueUrl,
      },
      logRetention,
      timeout: Duration.minutes(1),
    });
    stateTable.grantQuery(matchTriggers, INDEX.triggersByTag);
    stateTable.grantRead(matchTriggers, 'dynamodb:BatchGetItem');
    this.triggerQueue.grantSend(matchTriggers);
    this.unmatched = new FailureQueue(this, 'Unmatched', {
      runbook: 'match-triggers-failures',
      meaning: 'Tag changes were not matched with triggers; their targets stay behind.',
    });
    // Two ways to fail: the bus cannot invoke the function (the target's dead letters), or the function fails once invoked.
    new Rule(this, 'Changed', {
      description: 'Changes of tags and triggers to match-triggers',
      eventBus: changeBus.bus,
      eventPattern: { source: [EVENT_SOURCE], detailType: [DETAIL_TYPE.changed, TRIGGER_DETAIL_TYPE] },
      targets: [
        new LambdaFunction(matchTriggers.lambda, {
          deadLetterQueue: this.unmatched.queue,
          retryAttempts: 30,
          maxEventAge: Duration.hours(6),
        }),
      ],
    });
    matchTriggers.onAsyncFailure(this.unmatched, { retryAttempts: 2, maxEventAge: Duration.hours(6) });

    const fireTriggers = new NodeFunction(this, 'FireTriggers', {
      entry: 'fire-triggers',
      description: 'Brings a target to the newest image of its tags',
      environment: {
        ...stateTable.environment,
        ...secretsTable.sealingEnvironment,
        ...networkEnvironment(settings),
        ...triggerTargetsEnvironment(settings),
        ...registryEnvironment(settings),
        [ENV.triggerQueueUrl]: this.triggerQueue.queue.queueUrl,
      },
      logRetention,
      timeout: FIRE_TIMEOUT,
    });
    stateTable.grantRead(fireTriggers, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query');
    // The status of a trigger, and its history.
    stateTable.grantWrite(fireTriggers, 'dynamodb:PutItem');
    secretsTable.grantSign(fireTriggers);
    secretsTable.grantOpenNamed(fireTriggers);
    grantTargets(fireTriggers, settings);
    this.triggerQueue.consumeWith(fireTriggers, { batchSize: 5, maxConcurrency: 20 });
    this.triggerQueue.grantDelay(fireTriggers);

    const sweepTriggers = new NodeFunction(this, 'SweepTriggers', {
      entry: 'sweep-triggers',
      description: 'Wakes triggers whose time has come, and those that are behind their tags',
      environment: {
        ...stateTable.environment,
        ...registryEnvironment(settings),
        [ENV.triggerQueueUrl]: this.triggerQueue.queue.queueUrl,
      },
      logRetention,
      timeout: Duration.seconds(55),
    });
    stateTable.grantQuery(sweepTriggers, INDEX.importDue);
    stateTable.grantRead(sweepTriggers, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query');
    // Its progress.
    stateTable.grantWrite(sweepTriggers, 'dynamodb:PutItem');
    this.triggerQueue.grantSend(sweepTriggers);
    this.schedule = new MinuteSchedule(this, 'EveryMinute', {
      target: sweepTriggers,
      runbook: 'sweep-triggers-failures',
      meaning: 'A pass over the triggers did not run; the next one makes up for it.',
    });
    this.outcomes = new Outcomes(this, 'Outcomes', { settings, stateTable });
    this.all = [matchTriggers, fireTriggers, sweepTriggers, this.outcomes.settleDeliveries];
    this.roleArn = fireTriggers.roleArn;
  }
}

/** What the settings let targets do; `*` in it is what whoever deploys has written. */
function grantTargets(to: NodeFunction, settings: Settings): void {
  for (const statement of triggerStatements(settings)) {
    to.grantPrincipal.addToPrincipalPolicy(statement);
    for (const arn of statement.resources.filter((resource) => resource.includes('*')))
      Validations.of(to).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${arn}]`,
        reason: 'A setting of the deployment names these targets.',
      });
  }
}
