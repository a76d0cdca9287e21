/** A service of ECS that runs what a tag points to: when the stack is deployed, and whenever the tag moves. */
import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService, FargateTaskDefinition, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { ImageStreams, ImageStreamsClient, ImageStreamTag, ImageTrigger, ImageTriggerTarget } from 'image-streams';

export const app = new App();
const stack = new Stack(app, 'ShopWeb');

const imageStreams = ImageStreams.fromAttributes(stack, 'ImageStreams', {
  apiUrl: 'https://abc123.execute-api.eu-central-1.amazonaws.com',
  clusterName: 'shop',
  triggerRoleArn: 'arn:aws:iam::111122223333:role/ImageStreams-FireTriggers',
});
const client = new ImageStreamsClient(stack, 'Client', { imageStreams, roleName: 'shop-web' });
const live = ImageStreamTag.fromName(stack, 'Live', { namespace: 'shop', stream: 'web', tag: 'live' });

const taskDefinition = new FargateTaskDefinition(stack, 'Task');
taskDefinition.addContainer('web', {
  image: live.containerImage(),
  portMappings: [{ containerPort: 8080 }],
  logging: LogDriver.awsLogs({ streamPrefix: 'web' }),
});
const service = new FargateService(stack, 'Service', {
  cluster: new Cluster(stack, 'Cluster', { vpc: new Vpc(stack, 'Vpc', { maxAzs: 2 }) }),
  taskDefinition,
  circuitBreaker: { rollback: true },
  minHealthyPercent: 100,
});

new ImageTrigger(stack, 'Deploy', {
  client,
  namespace: 'shop',
  name: 'deploy-web',
  images: [{ stream: 'web', tag: 'live', container: 'web' }],
  target: ImageTriggerTarget.ecsService(service),
  policy: { window: [{ days: ['Mon', 'Tue', 'Wed', 'Thu'], start: '09:00', end: '17:00', timeZone: 'Europe/Berlin' }] },
});
