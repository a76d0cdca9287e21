import { Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { ImageStream, ImageStreams, ImageStreamsClient, ImageTrigger, ImageTriggerTarget } from '../../../lib/index.ts';
import { consumerApp } from './consumer-app.ts';

it('what stacks of consumers get keeps the rules of AwsSolutions', () => {
  const app = consumerApp();
  const stack = new Stack(app, 'Shop');
  const imageStreams = ImageStreams.fromAttributes(stack, 'Images', {
    apiUrl: 'https://api.invalid',
    triggerRoleArn: 'arn:aws:iam::111122223333:role/fire',
  });
  const client = new ImageStreamsClient(stack, 'Client', { imageStreams });
  const of = { client, namespace: 'shop', name: 'web' };
  new ImageStream(stack, 'Web', of);
  const queue = Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:eu-central-1:111122223333:moves');
  new ImageTrigger(stack, 'Tell', { ...of, images: [{ stream: 'web', tag: 'live' }], target: ImageTriggerTarget.queue(queue) });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});
