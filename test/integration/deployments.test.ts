/**
 * From a push to what runs: image pushed → imported → event → the target in AWS is called with the new digest. Each function may do what its role
 * in the template says and no more; targets in another account are acted on as a role of their owner.
 */
import { createHash } from 'node:crypto';
import * as codebuild from '@aws-sdk/client-codebuild';
import * as codepipeline from '@aws-sdk/client-codepipeline';
import * as ecs from '@aws-sdk/client-ecs';
import * as events from '@aws-sdk/client-eventbridge';
import * as lambda from '@aws-sdk/client-lambda';
import * as sfn from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageTrigger } from '../../functions/triggers/types.ts';
import { type AwsEmulator, startAwsEmulator } from '../support/aws/emulator.ts';
import { answerAsCodeBuild } from '../support/aws/fake-codebuild.ts';
import { createFakeEcs, type FakeEcs } from '../support/aws/fake-ecs.ts';
import { answerAsLambda, type FakeLambda } from '../support/aws/fake-lambda.ts';
import { answerAsSsm, type FakeParameter } from '../support/aws/fake-ssm.ts';
import { answerAsSts, sessionKeyOf } from '../support/aws/fake-sts.ts';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { type RealRegistry, startRealRegistry } from '../support/real-registry.ts';

const ROLE = 'arn:aws:iam::444455556666:role/image-streams-deploy';
const TASK_ROLE = 'arn:aws:iam::000000000000:role/web-task';
/** Of the deployment's own account and Region, as the local runtime has them. */
const PLACE = { account: '000000000000', region: 'us-east-1' };
const own = (service: string, resource: string) => `arn:aws:${service}:${PLACE.region}:${PLACE.account}:${resource}`;
const foreign = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:444455556666:${resource}`;
const SERVICE = own('ecs', 'service/prod/web');
const FUNCTION = own('lambda', 'function:web');
const PARAMETER = own('ssm', 'parameter/images/web');
const PROJECT = own('codebuild', 'project/web');
const PIPELINE = own('codepipeline', 'web');
const MACHINE = own('states', 'stateMachine:deploy');
const TOPIC = own('sns', 'deployments');
const ECR = '444455556666.dkr.ecr.us-east-1.amazonaws.com/shop/web';

/** ms; the first delivery of a kind loads its client. */
const PATIENCE = 30_000;

let stack: LocalStack;
let registry: RealRegistry;
let aws: AwsEmulator;
let services: FakeEcs;
let functions: FakeLambda;
let parameters: ReadonlyMap<string, FakeParameter>;
let pushes = 0;

beforeAll(async () => {
  registry = await startRealRegistry();
  aws = await startAwsEmulator({ codebuild, codepipeline, ecs, events, lambda, sfn, sns, sqs, ssm, sts });
  answerAsSts(aws, { [ROLE]: 'image-streams/default' });
  services = createFakeEcs(aws, PLACE);
  functions = answerAsLambda(aws);
  parameters = answerAsSsm(aws);
  answerAsCodeBuild(aws, ['web']);
  answerAsSmallServices();
  const names = ['codebuild', 'codepipeline', 'ecs', 'events', 'lambda', 'sns', 'sqs', 'ssm', 'states', 'sts'];
  const awsServices = Object.fromEntries(names.map((name) => [name, aws.client.endpoint]));
  const triggerTargets = { default: [SERVICE, TASK_ROLE, FUNCTION, PARAMETER, PROJECT, PIPELINE, MACHINE, TOPIC] };
  stack = await startLocalStack({ triggerRoles: [ROLE], triggerTargets }, { awsServices, schedules: false });
});
afterAll(async () => {
  const { refused } = stack.runtime.permissions();
  await stack.stop();
  await aws.close();
  await registry.close();
  expect(refused).toEqual([]);
  expect(aws.problems).toEqual([]);
});

function answerAsSmallServices(): void {
  const stage = (name: string, action: string, provider: string) => ({
    name,
    actions: [{ name: action, actionTypeId: { category: 'Source' as const, owner: 'AWS' as const, provider, version: '1' } }],
  });
  const pipeline = { name: 'web', roleArn: ROLE, version: 1, pipelineType: 'V2' as const, variables: [{ name: 'IMAGE' }] };
  aws.answer('codepipeline', 'GetPipeline', () => ({ pipeline: { ...pipeline, stages: [stage('Source', 'Web', 'ECR')] } }));
  aws.answer('codepipeline', 'StartPipelineExecution', () => ({ pipelineExecutionId: '12345678-1234-1234-1234-123456789012' }));
  aws.answer('events', 'DescribeEventBus', () => ({ Name: 'deployments' }));
  aws.answer('events', 'PutEvents', () => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] }));
  const machine = { name: 'deploy', status: 'ACTIVE', definition: '{}', roleArn: ROLE, type: 'STANDARD', creationDate: new Date() };
  aws.answer('sfn', 'DescribeStateMachine', () => ({ stateMachineArn: MACHINE, ...machine }));
  aws.answer('sfn', 'StartExecution', ({ name }) => ({
    executionArn: own('states', `execution:deploy:${String(name)}`),
    startDate: new Date(),
  }));
  aws.answer('sns', 'GetTopicAttributes', () => ({}));
  aws.answer('sns', 'Publish', () => ({ MessageId: 'm1' }));
  aws.answer('sqs', 'GetQueueUrl', () => ({ QueueUrl: `${stack.runtime.awsEndpoint}/444455556666/deploy` }));
  aws.answer('sqs', 'SendMessage', ({ MessageBody }) => ({
    MessageId: 'm1',
    MD5OfMessageBody: createHash('md5').update(String(MessageBody)).digest('hex'),
  }));
}

/** Pushes an image that nobody has seen and imports it to `app:<tag>`; answers its digest. */
async function push(tag: string): Promise<string> {
  const Labels = { pushed: `${tag} ${++pushes}` };
  const { manifest } = await registry.pushImage('team/app', tag, { config: { config: { Labels } } });
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

/** An image that a registry in ECR tells of, since Lambda takes no other. */
async function pushToEcr(tag: string): Promise<string> {
  const digest = `sha256:${createHash('sha256').update(`${tag} ${++pushes}`).digest('hex')}`;
  const { code } = await stack.request('POST', `${IMAGE_API}/namespaces/default/imagestreammappings`, {
    kind: 'ImageStreamMapping',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name: 'app' },
    image: { metadata: { name: digest }, dockerImageReference: `${ECR}@${digest}` },
    tag,
  });
  expect(code).toBe(201);
  return digest;
}

const TRIGGERS = '/apis/delivery.image-streams.io/v1/namespaces/default/imagetriggers';
const statusOf = async (name: string) => (await stack.kubectl.json<ImageTrigger>(['get', 'imgtrig', name])).status;
const calls = (service: string, operation: string) => aws.calls.filter((call) => call.service === service && call.operation === operation);
const lastInput = (service: string, operation: string) => calls(service, operation).at(-1)?.input ?? {};

async function follow(tag: string, target: object): Promise<void> {
  await stack.kubectl.run(['create', '-f', '-'], {
    apiVersion: 'delivery.image-streams.io/v1',
    kind: 'ImageTrigger',
    metadata: { name: tag.toLowerCase() },
    spec: { images: [{ from: { kind: 'ImageStreamTag', name: `app:${tag}` } }], target },
  });
}

async function askWhetherItWould(name: string): Promise<void> {
  const body = { kind: 'ImageTriggerRedelivery', apiVersion: 'delivery.image-streams.io/v1', spec: { dryRun: true } };
  expect((await stack.request('POST', `${TRIGGERS}/${name}/redeliver`, body)).code).toBe(201);
  await eventually(
    async () => expect((await statusOf(name)).deliveries).toContainEqual(expect.objectContaining({ dryRun: true, outcome: 'Delivered' })),
    PATIENCE,
  );
}

interface Case {
  readonly kind: string;
  readonly target: object;
  readonly create?: () => void;
  readonly push?: (tag: string) => Promise<string>;
  /** What the service has been told of the image. */
  readonly told: () => string;
  readonly as?: { readonly service: string; readonly operation: string };
}

const CASES: readonly Case[] = [
  {
    kind: 'ecs',
    target: { serviceArn: SERVICE },
    create: () => {
      const containers = [{ name: 'web', image: 'quay.io/shop/web:1' }];
      const tags = [{ key: 'team', value: 'shop' }];
      services.registerTaskDefinition({ family: 'web', containerDefinitions: containers, taskRoleArn: TASK_ROLE, tags });
      services.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web' });
    },
    told: () => JSON.stringify(services.images(SERVICE)),
  },
  {
    kind: 'lambda',
    target: { functionArn: FUNCTION, alias: 'live' },
    create: () => void functions.add(FUNCTION, `${ECR}@sha256:${'0'.repeat(64)}`, ['live']),
    push: pushToEcr,
    told: () => String(lastInput('lambda', 'UpdateFunctionCode')['ImageUri']),
  },
  { kind: 'ssm', target: { parameterArn: PARAMETER }, told: () => parameters.get('/images/web')?.value ?? '' },
  {
    kind: 'codebuild',
    target: { projectArn: PROJECT },
    told: () => JSON.stringify(lastInput('codebuild', 'StartBuild')['environmentVariablesOverride']),
  },
  {
    kind: 'codepipeline',
    target: { pipelineArn: PIPELINE, variables: [{ name: 'IMAGE' }] },
    told: () => JSON.stringify(lastInput('codepipeline', 'StartPipelineExecution')['variables']),
  },
  { kind: 'stepFunctions', target: { stateMachineArn: MACHINE }, told: () => String(lastInput('sfn', 'StartExecution')['input']) },
  { kind: 'sns', target: { topicArn: TOPIC }, told: () => String(lastInput('sns', 'Publish')['Message']) },
  {
    kind: 'sqs',
    target: { queueArn: foreign('sqs', 'deploy'), roleArn: ROLE },
    told: () => String(lastInput('sqs', 'SendMessage')['MessageBody']),
    as: { service: 'sqs', operation: 'SendMessage' },
  },
  {
    kind: 'eventBridge',
    target: { eventBusArn: foreign('events', 'event-bus/deployments'), roleArn: ROLE },
    told: () => JSON.stringify(lastInput('events', 'PutEvents')),
    as: { service: 'events', operation: 'PutEvents' },
  },
];

describe.each(CASES)('a push reaches a target of kind $kind', ({ kind, target, create, push: pushed = push, told, as }) => {
  const name = kind.toLowerCase();

  it('with the digest, each time', async () => {
    create?.();
    await follow(kind, { [kind]: target });
    for (let made = 0; made < 2; made++) {
      const digest = await pushed(kind);
      await eventually(async () => expect(await statusOf(name)).toMatchObject({ images: [{ lastImage: digest }] }), PATIENCE);
      expect(told()).toContain(digest);
    }
    const caller = as === undefined ? undefined : calls(as.service, as.operation).at(-1);
    if (caller !== undefined) expect([caller.accessKeyId, caller.region]).toEqual([sessionKeyOf(ROLE), 'eu-central-1']);
  });

  it('which says whether it would take one', () => askWhetherItWould(name));
});
