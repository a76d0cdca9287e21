/** From a push to what runs: image pushed → imported → event → the target in AWS is called with the new digest, as the role of its owner. */
import { createHash } from 'node:crypto';
import * as sqs from '@aws-sdk/client-sqs';
import * as sts from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageTrigger } from '../../functions/triggers/types.ts';
import { type AwsEmulator, startAwsEmulator } from '../support/aws/emulator.ts';
import { answerAsSts, sessionKeyOf } from '../support/aws/fake-sts.ts';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { type RealRegistry, startRealRegistry } from '../support/real-registry.ts';

const ROLE = 'arn:aws:iam::444455556666:role/image-streams-deploy';
const QUEUE = 'arn:aws:sqs:eu-central-1:444455556666:deploy';

let stack: LocalStack;
let registry: RealRegistry;
let aws: AwsEmulator;

beforeAll(async () => {
  registry = await startRealRegistry();
  aws = await startAwsEmulator({ sqs, sts });
  answerAsSts(aws, { [ROLE]: 'image-streams/default' });
  const { endpoint } = aws.client;
  stack = await startLocalStack({ triggerRoles: [ROLE] }, { awsServices: { sqs: endpoint, sts: endpoint }, schedules: false });
});
afterAll(async () => {
  await stack.stop();
  await aws.close();
  await registry.close();
});

/** Pushes an image that nobody has seen and imports it to `app:<tag>`; answers its digest. */
async function push(tag: string): Promise<string> {
  const { manifest } = await registry.pushImage('team/app', tag, { config: { config: { Labels: { pushed: `${tag} ${Date.now()}` } } } });
  const from = { kind: 'DockerImage', name: `${registry.host}/team/app:${tag}` };
  const { code } = await stack.request('POST', `${IMAGE_API}/namespaces/default/imagestreamimports`, {
    kind: 'ImageStreamImport',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name: 'app' },
    spec: { import: true, images: [{ from, to: { name: tag }, importPolicy: { insecure: true } }] },
  });
  expect(code).toBe(201);
  return manifest.digest;
}

async function follow(tag: string, target: object): Promise<void> {
  await stack.kubectl.run(['create', '-f', '-'], {
    apiVersion: 'delivery.image-streams.io/v1',
    kind: 'ImageTrigger',
    metadata: { name: tag },
    spec: { images: [{ from: { kind: 'ImageStreamTag', name: `app:${tag}` } }], target },
  });
}

const statusOf = async (name: string) => (await stack.kubectl.json<ImageTrigger>(['get', 'imgtrig', name])).status;
const calls = (service: string, operation: string) => aws.calls.filter((call) => call.service === service && call.operation === operation);

describe('a push reaches', () => {
  it('a queue of another account', async () => {
    aws.answer('sqs', 'GetQueueUrl', () => ({ QueueUrl: `${stack.runtime.awsEndpoint}/444455556666/deploy` }));
    aws.answer('sqs', 'SendMessage', ({ MessageBody }) => ({
      MessageId: 'm1',
      MD5OfMessageBody: createHash('md5').update(String(MessageBody)).digest('hex'),
    }));
    await follow('queue', { sqs: { queueArn: QUEUE, roleArn: ROLE } });
    for (const _ of ['first', 'second']) {
      const digest = await push('queue');
      await eventually(async () => expect(await statusOf('queue')).toMatchObject({ images: [{ lastImage: digest }] }));
      const { input, accessKeyId, region } = calls('sqs', 'SendMessage').at(-1) ?? {};
      expect(JSON.parse(String(input?.['MessageBody']))).toMatchObject({ data: { images: [{ image: digest, changed: true }] } });
      expect([accessKeyId, region]).toEqual([sessionKeyOf(ROLE), 'eu-central-1']);
    }
    expect(calls('sqs', 'SendMessage')).toHaveLength(2);
  });
});

it('asked AWS nothing that it would not have understood', () => {
  expect(aws.problems).toEqual([]);
});
