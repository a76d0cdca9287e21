/** A function of Lambda whose code is what a tag points to. */
import { App, Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Alias, DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import { ImageStreams, ImageStreamsClient, ImageStreamTag, ImageTrigger, ImageTriggerTarget } from 'image-streams';

export const app = new App();
const stack = new Stack(app, 'ShopResize');

const imageStreams = ImageStreams.fromAttributes(stack, 'ImageStreams', {
  apiUrl: 'https://abc123.execute-api.eu-central-1.amazonaws.com',
  clusterName: 'shop',
  triggerRoleArn: 'arn:aws:iam::111122223333:role/ImageStreams-FireTriggers',
});
const client = new ImageStreamsClient(stack, 'Client', { imageStreams, roleName: 'shop-resize' });

// Lambda runs images of ECR in its own Region: the tag follows this repository.
const repository = Repository.fromRepositoryName(stack, 'Repository', 'shop/resize');
const live = ImageStreamTag.fromName(stack, 'Live', { namespace: 'shop', stream: 'resize', tag: 'live' });

const resize = new DockerImageFunction(stack, 'Resize', { code: live.lambdaCode(repository) });
const alias = new Alias(stack, 'LiveAlias', { aliasName: 'live', version: resize.currentVersion });

new ImageTrigger(stack, 'Deploy', {
  client,
  namespace: 'shop',
  name: 'deploy-resize',
  images: [live],
  target: ImageTriggerTarget.lambdaFunction(resize, { alias: alias.aliasName }),
});
