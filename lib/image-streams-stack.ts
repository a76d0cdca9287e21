import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ImageStreams } from './image-streams.ts';
import type { ImageStreamsProps } from './settings.ts';

export interface ImageStreamsStackProps extends StackProps, ImageStreamsProps {}

/** The deployment as one stack: the construct and what an operator needs to find. */
export class ImageStreamsStack extends Stack {
  readonly imageStreams: ImageStreams;

  constructor(scope: Construct, id: string, props: ImageStreamsStackProps) {
    super(scope, id, { description: 'Image streams: tags that point to exact images (image.openshift.io/v1)', ...props });
    this.imageStreams = new ImageStreams(this, 'Backend', props);
    const { api, changeBus, clusterName, outcomeBus, stateTable, triggerRoleArn } = this.imageStreams;
    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'Server address for kubeconfig' });
    new CfnOutput(this, 'ClusterName', { value: clusterName, description: 'For aws eks get-token --cluster-name' });
    new CfnOutput(this, 'StateTableName', { value: stateTable.table.tableName, description: 'Table of streams, tags and images' });
    new CfnOutput(this, 'EventBusName', { value: changeBus.bus.eventBusName, description: 'Bus that carries tag changes' });
    new CfnOutput(this, 'EventBusArn', { value: changeBus.bus.eventBusArn, description: 'Bus that carries tag changes' });
    new CfnOutput(this, 'TriggerRoleArn', { value: triggerRoleArn, description: 'Role that fires triggers: roles of targets trust it' });
    if (outcomeBus !== undefined)
      new CfnOutput(this, 'OutcomeBusArn', {
        value: outcomeBus.eventBusArn,
        description: 'Bus for how deployments of other accounts ended',
      });
  }
}
