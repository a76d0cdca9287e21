import { Names } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENV } from '../functions/runtime/environment.ts';
import type { NodeFunction } from './node-function.ts';
import type { FunctionEnvironment } from './settings-environment.ts';

export interface ChangeBusProps {
  /**
   * Name of the bus.
   * @default - generated
   */
  readonly eventBusName?: string;
}

/** The bus that carries tag changes: ours for triggers, and anybody's who adds a rule (design.md §4). */
export class ChangeBus extends Construct {
  readonly bus: EventBus;
  readonly environment: FunctionEnvironment;

  constructor(scope: Construct, id: string, props: ChangeBusProps) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', {
      // CloudFormation generates no name for a bus; this one is unique within account and Region because the stack's name is.
      eventBusName: props.eventBusName ?? Names.uniqueResourceName(this, { maxLength: 200, separator: '-' }),
      description: 'Image stream tag changes',
    });
    this.environment = { [ENV.eventBusName]: this.bus.eventBusName };
  }

  grantPublish(to: NodeFunction): void {
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [this.bus.eventBusArn] }));
  }
}
