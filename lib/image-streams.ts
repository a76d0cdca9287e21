import type { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import type { ChangeBus } from './change-bus.ts';
import { Changes } from './changes.ts';
import { type IImageStreams, type ImageStreamsAttributes, ImportedImageStreams } from './consumers/image-streams-reference.ts';
import { addTagChangeRule, type OnTagChangeOptions } from './consumers/tag-change-pattern.ts';
import { HttpFunctions } from './http-functions.ts';
import { ImageApi } from './image-api.ts';
import { Imports } from './imports.ts';
import { SecretsTable } from './secrets-table.ts';
import { type ImageStreamsProps, resolveSettings } from './settings.ts';
import { StateTable } from './state-table.ts';
import { TokenKey } from './token-key.ts';
import { Triggers } from './triggers.ts';

/**
 * Image streams in a stack: the API, its tables, what runs behind them, and the alarms.
 *
 * @example
 * const streams = new ImageStreams(this, 'ImageStreams', { importInterval: '5m', alarmTopic });
 * streams.onTagChange('Deployed', { namespace: 'shop', target: new SqsQueue(queue) });
 */
export class ImageStreams extends Construct implements IImageStreams {
  readonly api: ImageApi;
  readonly stateTable: StateTable;
  readonly secretsTable: SecretsTable;
  readonly changeBus: ChangeBus;
  /** Where accounts of the setting `outcomeAccounts` put how deployments ended; absent without it. */
  readonly outcomeBus?: EventBus;
  /** What clients call it when they log in with AWS credentials. */
  readonly clusterName: string;
  /** Server address, without a path. */
  readonly apiUrl: string;
  /** Of the role that fires triggers: roles of targets in other accounts trust it. */
  readonly triggerRoleArn: string;

  /** A deployment of another app. */
  static fromAttributes(scope: Construct, id: string, attributes: ImageStreamsAttributes): IImageStreams {
    return new ImportedImageStreams(scope, id, attributes);
  }

  constructor(scope: Construct, id: string, props: ImageStreamsProps = {}) {
    super(scope, id);
    const settings = resolveSettings(props);
    const { removalPolicy } = settings;
    const stateTable = new StateTable(this, 'State', { removalPolicy });
    const secretsTable = new SecretsTable(this, 'Secrets', { removalPolicy, sealingKeys: settings.sealingKeys });
    const tokenKey = new TokenKey(this, 'Tokens', { removalPolicy });
    const functions = new HttpFunctions(this, 'Http', { settings, stateTable, secretsTable, tokenKey });
    const api = new ImageApi(this, 'Gateway', { settings, functions });
    const imports = new Imports(this, 'Imports', { settings, stateTable, secretsTable });
    const changes = new Changes(this, 'Changes', { settings, stateTable });
    const triggers = new Triggers(this, 'Triggers', { settings, stateTable, secretsTable, changeBus: changes.changeBus });
    const workQueues = [imports.importQueue, imports.sweepQueue, triggers.triggerQueue];
    const streamReaders = [imports.streamReader, changes.streamReader];
    new Alarms(this, 'Alarms', {
      api,
      functions: [...functions.all, ...imports.all, ...changes.all, ...triggers.all],
      failureQueues: [
        ...workQueues.map((queue) => queue.deadLetters),
        ...streamReaders.map((reader) => reader.failures),
        imports.schedule.failures,
        changes.unpublished,
        triggers.unmatched,
        triggers.outcomes.unsettled,
        triggers.schedule.failures,
      ],
      workQueues,
      streamReaders,
      topic: settings.alarmTopic,
    });
    this.api = api;
    this.stateTable = stateTable;
    this.secretsTable = secretsTable;
    this.changeBus = changes.changeBus;
    if (triggers.outcomes.bus !== undefined) this.outcomeBus = triggers.outcomes.bus;
    this.clusterName = settings.clusterName;
    this.apiUrl = api.url;
    this.triggerRoleArn = triggers.roleArn;
  }

  onTagChange(id: string, options: OnTagChangeOptions = {}): Rule {
    return addTagChangeRule(this, id, this.changeBus.bus, options);
  }
}
