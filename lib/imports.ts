import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV, INDEX } from '../functions/runtime/environment.ts';
import { ecrEnvironment, grantEcr } from './ecr-access.ts';
import { MinuteSchedule } from './minute-schedule.ts';
import { NodeFunction } from './node-function.ts';
import type { Settings } from './settings.ts';
import {
  allowedRegistriesEnvironment,
  certificatesEnvironment,
  importPolicyEnvironment,
  intervalEnvironment,
  networkEnvironment,
  platformEnvironment,
  registryEnvironment,
} from './settings-environment.ts';
import type { SecretsTable } from './secrets-table.ts';
import type { StateTable } from './state-table.ts';
import { StreamReader } from './stream-reader.ts';
import { WorkQueue } from './work-queue.ts';

export interface ImportsProps {
  readonly settings: Settings;
  readonly stateTable: StateTable;
  readonly secretsTable: SecretsTable;
}

const RUN_TIMEOUT = Duration.minutes(2);
const SWEEP_TIMEOUT = Duration.minutes(2);

/** Imports that nobody waits for (new tags and scheduled ones), and the removal of what deleted streams leave behind. */
export class Imports extends Construct {
  readonly importQueue: WorkQueue;
  readonly sweepQueue: WorkQueue;
  readonly streamReader: StreamReader;
  readonly schedule: MinuteSchedule;
  readonly all: readonly NodeFunction[];

  constructor(scope: Construct, id: string, props: ImportsProps) {
    super(scope, id);
    const { settings, stateTable, secretsTable } = props;
    const { logRetention } = settings;
    this.importQueue = new WorkQueue(this, 'ImportQueue', {
      workTimeout: RUN_TIMEOUT,
      maxReceiveCount: 5,
      runbook: 'imports-given-up',
      meaning: 'Tags or repositories could not be imported although the import was repeated.',
    });
    this.sweepQueue = new WorkQueue(this, 'SweepQueue', {
      workTimeout: SWEEP_TIMEOUT,
      // A sweep that needs more time than one invocation has comes again like one that failed.
      maxReceiveCount: 20,
      runbook: 'sweeps-given-up',
      meaning: 'Items of deleted namespaces, streams or tags were left in the tables.',
    });

    const queueImports = new NodeFunction(this, 'QueueImports', {
      entry: 'queue-imports',
      description: 'Changed tags and new repositories to the import queue, deleted streams and namespaces to the sweep queue',
      environment: {
        [ENV.importQueueUrl]: this.importQueue.queue.queueUrl,
        [ENV.sweepQueueUrl]: this.sweepQueue.queue.queueUrl,
      },
      logRetention,
      timeout: Duration.seconds(30),
    });
    this.importQueue.grantSend(queueImports);
    this.sweepQueue.grantSend(queueImports);
    this.streamReader = new StreamReader(this, 'QueueImportsReader', {
      stateTable,
      reader: queueImports,
      filters: [
        { dynamodb: { NewImage: { entity: { S: ['tag', 'head'] }, importDue: { N: [{ exists: true }] } } } },
        // A base above 0: the events below it belong to a history that was deleted or replaced.
        { dynamodb: { NewImage: { entity: { S: ['tag'] }, base: { N: [{ 'anything-but': ['0'] }] } } } },
        { dynamodb: { NewImage: { entity: { S: ['head'] }, deleted: { BOOL: [true] } } } },
        { dynamodb: { NewImage: { entity: { S: ['namespace'] }, deletionTimestamp: { S: [{ exists: true }] } } } },
      ],
      runbook: 'queue-imports-failures',
      meaning: 'Changes were skipped: new tags are imported by the next sweep, deleted streams keep their items.',
    });

    const scheduleImports = new NodeFunction(this, 'ScheduleImports', {
      entry: 'schedule-imports',
      description: 'Scheduled tags that are due, and images to be looked for, to the import queue',
      environment: {
        ...stateTable.environment,
        ...registryEnvironment(settings),
        [ENV.importQueueUrl]: this.importQueue.queue.queueUrl,
      },
      logRetention,
      timeout: Duration.seconds(55),
    });
    stateTable.grantQuery(scheduleImports, INDEX.scheduled, INDEX.importDue);
    // Its checkpoints, and once a day all tags.
    stateTable.grantRead(scheduleImports, 'dynamodb:Query');
    stateTable.grantWrite(scheduleImports, 'dynamodb:PutItem');
    this.importQueue.grantSend(scheduleImports);
    this.schedule = new MinuteSchedule(this, 'EveryMinute', {
      target: scheduleImports,
      runbook: 'schedule-imports-failures',
      meaning: 'A scheduled pass did not run; the next one makes up for it.',
    });

    const runImports = new NodeFunction(this, 'RunImports', {
      entry: 'run-imports',
      description: 'Compares tags with their registries and imports what moved',
      environment: {
        ...stateTable.environment,
        ...intervalEnvironment(settings),
        ...networkEnvironment(settings),
        ...certificatesEnvironment(settings),
        ...platformEnvironment(settings),
        ...registryEnvironment(settings),
        ...allowedRegistriesEnvironment(settings),
        ...importPolicyEnvironment(settings),
        ...secretsTable.sealingEnvironment,
        ...ecrEnvironment(this, settings),
      },
      logRetention,
      timeout: RUN_TIMEOUT,
      memorySize: 1024,
    });
    stateTable.grantTransactions(runImports);
    secretsTable.grantOpen(runImports);
    grantEcr(runImports, settings);
    this.importQueue.consumeWith(runImports, { batchSize: 10, maxConcurrency: 20 });

    const sweepStreams = new NodeFunction(this, 'SweepStreams', {
      entry: 'sweep-streams',
      description: 'Empties deleted namespaces, removes what a deleted stream or tag leaves behind',
      environment: { ...stateTable.environment, ...secretsTable.environment },
      logRetention,
      timeout: SWEEP_TIMEOUT,
    });
    stateTable.grantRead(sweepStreams, 'dynamodb:GetItem', 'dynamodb:Query');
    stateTable.grantWrite(sweepStreams, 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem');
    secretsTable.grantSweep(sweepStreams);
    this.sweepQueue.consumeWith(sweepStreams, { batchSize: 5, maxConcurrency: 5 });

    this.all = [queueImports, scheduleImports, runImports, sweepStreams];
  }
}
