/**
 * From a push to what runs: image pushed → imported → event → the target is called with the new digest. Each function may do what its role in the
 * template says and no more; targets in another account are acted on as a role of their owner.
 */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as codebuild from '@aws-sdk/client-codebuild';
import * as codepipeline from '@aws-sdk/client-codepipeline';
import * as ecs from '@aws-sdk/client-ecs';
import * as eks from '@aws-sdk/client-eks';
import * as events from '@aws-sdk/client-eventbridge';
import * as lambda from '@aws-sdk/client-lambda';
import * as states from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerAsCodeBuild } from '../support/aws/fake-codebuild.ts';
import { createFakeEcs, type FakeEcs } from '../support/aws/fake-ecs.ts';
import { answerAsLambda, type FakeLambda } from '../support/aws/fake-lambda.ts';
import { answerAsSsm, type FakeParameter } from '../support/aws/fake-ssm.ts';
import { answerAsStepFunctions, type FakeStepFunctions } from '../support/aws/fake-step-functions.ts';
import { answerAsSts, sessionKeyOf } from '../support/aws/fake-sts.ts';
import { type DeploymentChain, ECR, own, PATIENCE, PLACE, startDeploymentChain } from '../support/deployment-chain.ts';
import { type KubernetesApi, startKubernetesApi } from '../support/kubernetes-api/server.ts';
import { eventually } from '../support/local-stack.ts';
import { imagesOf, oldWorkload } from '../triggers/targets/kubernetes/kubernetes-target.ts';
import { arnOfSigner } from './eks-signer.ts';

const ROLE = 'arn:aws:iam::444455556666:role/image-streams-deploy';
const TASK_ROLE = 'arn:aws:iam::000000000000:role/web-task';
const foreign = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:444455556666:${resource}`;
const SERVICE = own('ecs', 'service/prod/web');
const FUNCTION = own('lambda', 'function:web');
const PARAMETER = own('ssm', 'parameter/images/web');
const PROJECT = own('codebuild', 'project/web');
const PIPELINE = own('codepipeline', 'web');
const MACHINE = own('states', 'stateMachine:deploy');
const TOPIC = own('sns', 'deployments');
const CLUSTER = own('eks', 'cluster/prod');

let chain: DeploymentChain;
let cluster: KubernetesApi;
let github: Server;
let dispatched: { readonly authorization: string | undefined; readonly body: string }[];
let services: FakeEcs;
let functions: FakeLambda;
let machines: FakeStepFunctions;
let parameters: ReadonlyMap<string, FakeParameter>;

beforeAll(async () => {
  const resources = [SERVICE, TASK_ROLE, FUNCTION, PARAMETER, PROJECT, PIPELINE, MACHINE, TOPIC, CLUSTER];
  chain = await startDeploymentChain(
    { codebuild, codepipeline, ecs, eks, events, lambda, states, sns, sqs, ssm, sts },
    { triggerRoles: [ROLE], triggerTargets: { default: resources } },
  );
  const { aws } = chain;
  answerAsSts(aws, { [ROLE]: 'image-streams/default' });
  services = createFakeEcs(aws, PLACE);
  functions = answerAsLambda(aws);
  parameters = answerAsSsm(aws);
  answerAsCodeBuild(aws, [PROJECT]);
  machines = answerAsStepFunctions(aws, MACHINE);
  answerAsSmallServices();
  cluster = await startKubernetesApi();
  const certificateAuthority = { data: Buffer.from(cluster.ca).toString('base64') };
  aws.answer('eks', 'DescribeCluster', () => ({ cluster: { status: 'ACTIVE', endpoint: cluster.url, certificateAuthority } }));
  dispatched = [];
  github = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (request.method === 'POST') dispatched.push({ authorization: request.headers.authorization, body });
      response.writeHead(request.method === 'POST' ? 204 : 200).end();
    });
  }).listen(0, '127.0.0.1');
  await chain.stack.kubectl.run(['create', 'secret', 'generic', 'bot', '--from-literal=token=github_pat']);
});
afterAll(async () => {
  const problems = await chain.close();
  await cluster.close();
  github.close();
  expect(problems).toEqual([]);
});

function answerAsSmallServices(): void {
  const { aws, stack } = chain;
  const stage = (name: string, action: string, provider: string) => ({
    name,
    actions: [{ name: action, actionTypeId: { category: 'Source' as const, owner: 'AWS' as const, provider, version: '1' } }],
  });
  const pipeline = { name: 'web', roleArn: ROLE, version: 1, pipelineType: 'V2' as const, variables: [{ name: 'IMAGE' }] };
  aws.answer('codepipeline', 'GetPipeline', () => ({ pipeline: { ...pipeline, stages: [stage('Source', 'Web', 'ECR')] } }));
  aws.answer('codepipeline', 'StartPipelineExecution', () => ({ pipelineExecutionId: '12345678-1234-1234-1234-123456789012' }));
  aws.answer('events', 'DescribeEventBus', () => ({ Name: 'deployments' }));
  aws.answer('events', 'PutEvents', () => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] }));
  aws.answer('sns', 'GetTopicAttributes', () => ({}));
  aws.answer('sns', 'Publish', () => ({ MessageId: 'm1' }));
  aws.answer('sqs', 'GetQueueUrl', () => ({ QueueUrl: `${stack.runtime.awsEndpoint}/444455556666/deploy` }));
  aws.answer('sqs', 'SendMessage', ({ MessageBody }) => ({
    MessageId: 'm1',
    MD5OfMessageBody: createHash('md5').update(String(MessageBody)).digest('hex'),
  }));
}

const TRIGGERS = '/apis/delivery.image-streams.io/v1/namespaces/default/imagetriggers';

async function askWhetherItWould(name: string): Promise<void> {
  const body = { kind: 'ImageTriggerRedelivery', apiVersion: 'delivery.image-streams.io/v1', spec: { dryRun: true } };
  expect((await chain.stack.request('POST', `${TRIGGERS}/${name}/redeliver`, body)).code).toBe(201);
  const wouldTake = expect.objectContaining({ dryRun: true, outcome: 'Delivered' }) as unknown;
  await eventually(async () => expect((await chain.statusOf(name)).deliveries).toContainEqual(wouldTake), PATIENCE);
}

const lastInput = (service: string, operation: string) => chain.lastInput(service, operation);
const callerOf = (service: string, operation: string) => chain.calls(service, operation).at(-1);

interface Case {
  readonly kind: string;
  /** Made when everything has started. */
  readonly target: object | (() => object);
  readonly container?: string;
  readonly create?: () => void;
  readonly isInEcr?: true;
  /** What the target has been told of the image. */
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
    isInEcr: true,
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
  { kind: 'stepFunctions', target: { stateMachineArn: MACHINE }, told: () => machines.executions.at(-1)?.input ?? '' },
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
  {
    kind: 'kubernetes',
    target: { eksClusterArn: CLUSTER, object: { kind: 'Deployment', name: 'web', namespace: 'shop' } },
    container: 'web',
    create: () => {
      cluster.accepts = (token) => token.startsWith('k8s-aws-v1.');
      cluster.put(oldWorkload('Deployment'));
    },
    told: () => imagesOf(cluster.read('Deployment', 'web'))['web'] ?? '',
  },
  {
    kind: 'github',
    target: () => {
      const apiUrl = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
      return { owner: 'shop', repository: 'web', apiUrl, tokenSecretRef: { name: 'bot', key: 'token' } };
    },
    told: () => dispatched.at(-1)?.body ?? '',
  },
];

describe.each(CASES)('a push reaches a target of kind $kind', ({ kind, target, container, create, isInEcr, told, as }) => {
  const name = kind.toLowerCase();

  it('with the digest, each time', async () => {
    create?.();
    await chain.follow(kind, name, { [kind]: typeof target === 'function' ? target() : target }, { container });
    for (let made = 0; made < 2; made++) {
      const digest = await (isInEcr ? chain.pushToEcr(kind) : chain.push(kind));
      await eventually(async () => expect(await chain.statusOf(name)).toMatchObject({ images: [{ lastImage: digest }] }), PATIENCE);
      expect(told()).toContain(digest);
    }
    const caller = as === undefined ? undefined : callerOf(as.service, as.operation);
    if (caller !== undefined) expect([caller.accessKeyId, caller.region]).toEqual([sessionKeyOf(ROLE), 'eu-central-1']);
  });

  it('which says whether it would take one', () => askWhetherItWould(name));
});

it('a cluster of EKS is called with a token that fire-triggers signed for it', async () => {
  const { token = '' } = cluster.requests.at(-1) ?? {};
  const { region } = PLACE;
  const accessKeyId = callerOf('eks', 'DescribeCluster')?.accessKeyId ?? '';
  // The local runtime gives all functions one secret, and each an access key of its own.
  const signer = { accessKeyId, secretAccessKey: 'local' };
  expect(await arnOfSigner(token, { cluster: 'prod', region, signer })).toBe(`arn:aws:iam::1:${accessKeyId}`);
  expect(await arnOfSigner(token, { cluster: 'other', region, signer })).toBeNull();
});

it('a repository is told with the token of the secret', () => {
  expect(dispatched.at(-1)?.authorization).toBe('Bearer github_pat');
});

it('an execution whose start was not heard of, and which is over by then, is found again', async () => {
  machines.startAs = 'SUCCEEDED';
  chain.aws.fault({ operation: 'StartExecution', times: 1 }, 'lost');
  const before = machines.executions.length;
  const digest = await chain.push('stepFunctions');
  await eventually(async () => {
    const [delivery] = (await chain.statusOf('stepfunctions')).deliveries ?? [];
    expect(delivery).toMatchObject({ outcome: 'Delivered', details: { executionArn: machines.executions.at(-1)?.executionArn } });
  }, PATIENCE);
  expect(machines.executions.slice(before)).toMatchObject([{ input: expect.stringContaining(digest) as unknown }]);
});
