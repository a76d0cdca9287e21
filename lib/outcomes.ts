import { Duration, Names } from 'aws-cdk-lib';
import { CfnEventBusPolicy, EventBus, type EventPattern, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { INDEX } from '../functions/runtime/environment.ts';
import type { OutcomeReader } from '../functions/triggers/outcomes/late-outcome.ts';
import { OUTCOME_READERS } from '../functions/triggers/outcomes/registry.ts';
import { FailureQueue } from './failure-queue.ts';
import { NodeFunction } from './node-function.ts';
import type { Settings } from './settings.ts';
import { allowedRegistriesEnvironment, intervalEnvironment, registryEnvironment } from './settings-environment.ts';
import type { StateTable } from './state-table.ts';

export interface OutcomesProps {
  readonly settings: Settings;
  readonly stateTable: StateTable;
}

/** From what services tell on the account's bus of how deployments ended, to the triggers whose deliveries began them. */
export class Outcomes extends Construct {
  readonly settleDeliveries: NodeFunction;
  /** Events that were not heard. */
  readonly unsettled: FailureQueue;
  /** Where other accounts and Regions put their events; absent where there are none. */
  readonly bus?: EventBus;

  constructor(scope: Construct, id: string, { settings, stateTable }: OutcomesProps) {
    super(scope, id);
    const { logRetention, outcomeAccounts = [] } = settings;
    this.settleDeliveries = new NodeFunction(this, 'SettleDeliveries', {
      entry: 'settle-deliveries',
      description: 'Hears how deployments ended, and holds or puts back tags whose image failed',
      environment: {
        ...stateTable.environment,
        ...intervalEnvironment(settings),
        ...registryEnvironment(settings),
        ...allowedRegistriesEnvironment(settings),
      },
      logRetention,
      timeout: Duration.minutes(1),
    });
    stateTable.grantQuery(this.settleDeliveries, INDEX.triggersByTag);
    stateTable.grantRead(this.settleDeliveries, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query');
    // Triggers, their history, and tags that are held or put back.
    stateTable.grantWrite(this.settleDeliveries, 'dynamodb:PutItem');
    this.unsettled = new FailureQueue(this, 'Unsettled', {
      runbook: 'settle-deliveries-failures',
      meaning: 'It was not recorded how deployments ended; tags whose image failed were not held or put back.',
    });
    this.settleDeliveries.onAsyncFailure(this.unsettled, { retryAttempts: 2, maxEventAge: Duration.hours(6) });
    this.hear('Own', EventBus.fromEventBusName(this, 'Default', 'default'));
    if (outcomeAccounts.length === 0) return;
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: Names.uniqueResourceName(this, { maxLength: 200, separator: '-' }),
      description: 'How deployments of other accounts and Regions ended',
    });
    new CfnEventBusPolicy(this, 'Accounts', {
      eventBusName: this.bus.eventBusName,
      statementId: 'OutcomeAccounts',
      statement: {
        Effect: 'Allow',
        Principal: { AWS: [...outcomeAccounts] },
        Action: 'events:PutEvents',
        Resource: this.bus.eventBusArn,
      },
    });
    this.hear('Foreign', this.bus);
  }

  /** A rule per kind of event: each has conditions of its own on its detail. */
  private hear(from: string, eventBus: IEventBus): void {
    for (const reader of OUTCOME_READERS)
      new Rule(this, `${from} ${reader.detailType}`.replaceAll(' ', ''), {
        description: `${reader.detailType} to settle-deliveries`,
        eventBus,
        eventPattern: patternOf(reader),
        targets: [
          new LambdaFunction(this.settleDeliveries.lambda, {
            deadLetterQueue: this.unsettled.queue,
            retryAttempts: 30,
            maxEventAge: Duration.hours(6),
          }),
        ],
      });
  }
}

function patternOf({ source, detailType, detail }: OutcomeReader): EventPattern {
  return { source: [source], detailType: [detailType], ...(detail === undefined ? {} : { detail: { ...detail } }) };
}
