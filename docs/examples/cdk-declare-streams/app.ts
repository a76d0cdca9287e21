/** An image stream, a parameter that holds what one of its tags points to, and a queue that is told when it moves. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  dockerImage,
  ImageStream,
  ImageStreams,
  ImageStreamsClient,
  imageStreamTag,
  ImageStreamTag,
  ImageTrigger,
  ImageTriggerTarget,
} from 'image-streams';

export const app = new App();
const stack = new Stack(app, 'ShopImages');

// What the stack of the deployment has as outputs.
const imageStreams = ImageStreams.fromAttributes(stack, 'ImageStreams', {
  apiUrl: 'https://abc123.execute-api.eu-central-1.amazonaws.com',
  clusterName: 'shop',
  triggerRoleArn: 'arn:aws:iam::111122223333:role/ImageStreams-FireTriggers',
});
// Logs in as this role: an IAMIdentityMapping names it (docs/cdk.md).
const client = new ImageStreamsClient(stack, 'Client', { imageStreams, roleName: 'shop-images' });

const web = new ImageStream(stack, 'Web', {
  client,
  namespace: 'shop',
  name: 'web',
  tags: {
    latest: { from: dockerImage('quay.io/acme/web:latest'), scheduled: true },
    // Moved by people: oc tag web:latest web:live.
    live: { from: imageStreamTag('web:latest') },
  },
  waitForImport: Duration.minutes(2),
});

// /image-streams/shop/web/live, for the stacks that run it.
const live = ImageStreamTag.fromName(stack, 'Live', web.tagName('live'));
new ImageTrigger(stack, 'KeepLive', {
  client,
  namespace: 'shop',
  name: 'parameter-live',
  images: [live],
  target: ImageTriggerTarget.ssmParameter(live),
});

new ImageTrigger(stack, 'TellQueue', {
  client,
  namespace: 'shop',
  name: 'tell-queue',
  images: [web.tagName('latest')],
  target: ImageTriggerTarget.queue(new Queue(stack, 'Moves', { enforceSSL: true })),
  policy: { batch: '30s' },
});
