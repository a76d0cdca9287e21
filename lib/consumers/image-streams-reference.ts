import { EventBus, type Rule } from 'aws-cdk-lib/aws-events';
import { Construct, type IConstruct } from 'constructs';
import { addTagChangeRule, type OnTagChangeOptions } from './tag-change-pattern.ts';

/** What stacks need to know of a deployment. */
export interface ImageStreamsAttributes {
  /** Address of the API, https, without a path: output `ApiUrl`. */
  readonly apiUrl: string;
  /**
   * Output `ClusterName`.
   * @default 'image-streams'
   */
  readonly clusterName?: string;
  /**
   * Output `EventBusArn`.
   * @default - none: there is no `onTagChange`
   */
  readonly eventBusArn?: string;
  /**
   * ARN of the role that fires triggers: output `TriggerRoleArn`.
   * @default - none: roles of targets cannot be made
   */
  readonly triggerRoleArn?: string;
}

/** A deployment, of this app or of another one. */
export interface IImageStreams extends IConstruct {
  readonly apiUrl: string;
  readonly clusterName: string;
  readonly triggerRoleArn?: string;
  /** A rule on the bus, for events about tags. The bus must be of the rule's account and Region. */
  onTagChange(id: string, options?: OnTagChangeOptions): Rule;
}

/** A deployment of another app, by what its outputs say. */
export class ImportedImageStreams extends Construct implements IImageStreams {
  readonly apiUrl: string;
  readonly clusterName: string;
  readonly triggerRoleArn?: string;
  private readonly eventBusArn?: string;

  constructor(scope: Construct, id: string, attributes: ImageStreamsAttributes) {
    super(scope, id);
    this.apiUrl = attributes.apiUrl;
    this.clusterName = attributes.clusterName ?? 'image-streams';
    this.triggerRoleArn = attributes.triggerRoleArn;
    this.eventBusArn = attributes.eventBusArn;
  }

  onTagChange(id: string, options: OnTagChangeOptions = {}): Rule {
    if (this.eventBusArn === undefined) throw new Error('onTagChange needs the attribute eventBusArn');
    return addTagChangeRule(this, id, EventBus.fromEventBusArn(this, `${id}Bus`, this.eventBusArn), options);
  }
}
