import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../functions/runtime/environment.ts';
import { ChangeBus } from './change-bus.ts';
import { FailureQueue } from './failure-queue.ts';
import { NodeFunction } from './node-function.ts';
import type { Settings } from './settings.ts';
import { registryEnvironment } from './settings-environment.ts';
import type { StateTable } from './state-table.ts';
import { StreamReader } from './stream-reader.ts';

export interface ChangesProps {
  readonly settings: Settings;
  readonly stateTable: StateTable;
}

/** From a write of a tag to the event on the bus. */
export class Changes extends Construct {
  readonly changeBus: ChangeBus;
  readonly streamReader: StreamReader;
  /** Events the bus did not take, whole. */
  readonly unpublished: FailureQueue;
  readonly all: readonly NodeFunction[];

  constructor(scope: Construct, id: string, props: ChangesProps) {
    super(scope, id);
    const { settings, stateTable } = props;
    this.changeBus = new ChangeBus(this, 'Bus', { eventBusName: settings.eventBusName });
    this.unpublished = new FailureQueue(this, 'Unpublished', {
      runbook: 'unpublished-events',
      meaning: 'Tag changes happened that the bus did not take; subscribers do not know of them.',
    });
    const publishChanges = new NodeFunction(this, 'PublishChanges', {
      entry: 'publish-changes',
      description: 'Publishes changes of tags and triggers, in order per item',
      environment: {
        ...stateTable.environment,
        ...this.changeBus.environment,
        ...registryEnvironment(settings),
        [ENV.publishFailureQueueUrl]: this.unpublished.queue.queueUrl,
      },
      logRetention: settings.logRetention,
      timeout: Duration.minutes(1),
    });
    this.changeBus.grantPublish(publishChanges);
    this.unpublished.grantSend(publishChanges);
    // Heads of streams that say themselves where their tags are pulled from.
    stateTable.grantRead(publishChanges, 'dynamodb:GetItem');
    this.streamReader = new StreamReader(this, 'PublishChangesReader', {
      stateTable,
      reader: publishChanges,
      filters: [
        { dynamodb: { NewImage: { entity: { S: ['tag', 'trigger'] } } } },
        // Tags of a deleted stream go without having been tombstones of their own.
        { eventName: ['REMOVE'], dynamodb: { OldImage: { entity: { S: ['tag'] } } } },
      ],
      runbook: 'publish-changes-failures',
      meaning: 'Tag changes were skipped; subscribers do not know of them.',
    });
    this.all = [publishChanges];
  }
}
