/** What a role may do that a target is given, written out: as little as docs/targets say. */
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Project } from 'aws-cdk-lib/aws-codebuild';
import { Pipeline } from 'aws-cdk-lib/aws-codepipeline';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { TARGET_KINDS } from '../../../functions/triggers/kinds/registry.ts';
import { ImageStreams, ImageStreamTag, ImageTriggerTarget, TargetRole } from '../../../lib/index.ts';
import { consumerApp } from './consumer-app.ts';

const PLACE = 'eu-central-1:111122223333';
const TASK_ROLES = ['task', 'execution'].map((name) => `arn:aws:iam::111122223333:role/${name}`);

type Make = (stack: Stack) => ImageTriggerTarget;
/** Actions, resources and condition of each statement. */
type Statements = readonly (readonly [string | readonly string[], string | readonly string[], object?])[];

const arn = (rest: string) => `arn:aws:${rest}`;
const CLUSTER = { clusterArn: arn(`eks:${PLACE}:cluster/prod`) };
const object = { kind: 'Deployment', name: 'web', namespace: 'shop' };

const TARGETS: readonly (readonly [string, Make, object, Statements])[] = [
  [
    'sqs',
    (stack) => ImageTriggerTarget.queue(Queue.fromQueueArn(stack, 'X', arn(`sqs:${PLACE}:moves`))),
    { queueArn: arn(`sqs:${PLACE}:moves`) },
    [[['sqs:GetQueueUrl', 'sqs:SendMessage'], arn(`sqs:${PLACE}:moves`)]],
  ],
  [
    'sns',
    (stack) => ImageTriggerTarget.topic(Topic.fromTopicArn(stack, 'X', arn(`sns:${PLACE}:moves`))),
    { topicArn: arn(`sns:${PLACE}:moves`) },
    [[['sns:GetTopicAttributes', 'sns:Publish'], arn(`sns:${PLACE}:moves`)]],
  ],
  [
    'eventBridge',
    (stack) => ImageTriggerTarget.eventBus(EventBus.fromEventBusArn(stack, 'X', arn(`events:${PLACE}:event-bus/team`))),
    { eventBusArn: arn(`events:${PLACE}:event-bus/team`) },
    [[['events:DescribeEventBus', 'events:PutEvents'], arn(`events:${PLACE}:event-bus/team`)]],
  ],
  [
    'stepFunctions',
    (stack) => ImageTriggerTarget.stateMachine(StateMachine.fromStateMachineArn(stack, 'X', arn(`states:${PLACE}:stateMachine:roll`))),
    { stateMachineArn: arn(`states:${PLACE}:stateMachine:roll`) },
    [
      [['states:DescribeStateMachine', 'states:StartExecution'], arn(`states:${PLACE}:stateMachine:roll`)],
      ['states:DescribeExecution', arn(`states:${PLACE}:execution:roll:*`)],
    ],
  ],
  [
    'codepipeline',
    (stack) =>
      ImageTriggerTarget.codePipeline(Pipeline.fromPipelineArn(stack, 'X', arn(`codepipeline:${PLACE}:release`)), {
        variables: [{ name: 'IMAGE' }],
      }),
    { pipelineArn: arn(`codepipeline:${PLACE}:release`), variables: [{ name: 'IMAGE' }] },
    [[['codepipeline:GetPipeline', 'codepipeline:StartPipelineExecution'], arn(`codepipeline:${PLACE}:release`)]],
  ],
  [
    'codebuild',
    (stack) =>
      ImageTriggerTarget.codeBuild(Project.fromProjectArn(stack, 'X', arn(`codebuild:${PLACE}:project/test`)), { imageOverride: true }),
    { projectArn: arn(`codebuild:${PLACE}:project/test`), imageOverride: true },
    [
      [
        ['codebuild:BatchGetBuilds', 'codebuild:BatchGetProjects', 'codebuild:ListBuildsForProject', 'codebuild:StartBuild'],
        arn(`codebuild:${PLACE}:project/test`),
      ],
    ],
  ],
  [
    'lambda',
    (stack) =>
      ImageTriggerTarget.lambdaFunction(Function.fromFunctionArn(stack, 'X', arn(`lambda:${PLACE}:function:web`)), { alias: 'live' }),
    { functionArn: arn(`lambda:${PLACE}:function:web`), alias: 'live' },
    [
      ['lambda:GetFunction', [arn(`lambda:${PLACE}:function:web`), arn(`lambda:${PLACE}:function:web:*`)]],
      [
        ['lambda:GetAlias', 'lambda:PublishVersion', 'lambda:UpdateAlias', 'lambda:UpdateFunctionCode'],
        arn(`lambda:${PLACE}:function:web`),
      ],
    ],
  ],
  [
    'ssm',
    (stack) => ImageTriggerTarget.ssmParameter(ImageStreamTag.fromName(stack, 'X', { namespace: 'shop', stream: 'web', tag: 'live' })),
    { parameterArn: arn(`ssm:${PLACE}:parameter/image-streams/shop/web/live`) },
    [[['ssm:GetParameters', 'ssm:PutParameter'], arn(`ssm:${PLACE}:parameter/image-streams/shop/web/live`)]],
  ],
  [
    'kubernetes',
    () => ImageTriggerTarget.eksCluster(CLUSTER, { object }),
    { eksClusterArn: CLUSTER.clusterArn, object },
    [['eks:DescribeCluster', CLUSTER.clusterArn]],
  ],
  [
    'ecs',
    (stack) => {
      const cluster = Cluster.fromClusterArn(stack, 'C', arn(`ecs:${PLACE}:cluster/prod`));
      const service = FargateService.fromFargateServiceAttributes(stack, 'X', { serviceName: 'web', cluster });
      const passedRoles = TASK_ROLES.map((role, index) => Role.fromRoleArn(stack, `R${index}`, role));
      return ImageTriggerTarget.ecsService(service, { passedRoles });
    },
    { serviceArn: arn(`ecs:${PLACE}:service/prod/web`) },
    [
      [['ecs:DescribeServices', 'ecs:UpdateService'], arn(`ecs:${PLACE}:service/prod/web`)],
      ['ecs:DescribeTaskDefinition', '*'],
      ['ecs:RegisterTaskDefinition', arn(`ecs:${PLACE}:task-definition/*`)],
      ['ecs:TagResource', arn(`ecs:${PLACE}:task-definition/*`), { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } }],
      ['iam:PassRole', TASK_ROLES, { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }],
    ],
  ],
];

const KINDS = TARGET_KINDS.filter((kind) => kind.awsResource !== undefined).map(({ name }) => name);

describe.each(KINDS)('a target %s', (kind) => {
  const env = { region: 'eu-central-1', account: '111122223333' };

  it('is what its trigger has, and lets its role do what it takes', () => {
    const stack = new Stack(consumerApp(), 'Shop', { env });
    const imageStreams = ImageStreams.fromAttributes(stack, 'Images', { apiUrl: 'https://api.invalid', triggerRoleArn: TASK_ROLES[0] });
    const found = TARGETS.find(([name]) => name === kind);
    if (found === undefined) throw new Error(`no constructor of ImageTriggerTarget makes one of kind ${kind}`);
    const [, make, spec, statements] = found;
    const target = make(stack);
    new TargetRole(stack, 'Role', { imageStreams, namespace: 'shop', targets: [target] });
    // Partitions are tokens even where accounts and Regions are not.
    const resolved = (value: unknown) => JSON.parse(plain(stack.resolve(value))) as unknown;
    expect(resolved(target.toSpec('role'))).toEqual({ [kind]: { ...spec, roleArn: 'role' } });
    const [role] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    expect(JSON.parse(plain(role?.['Properties'].Policies[0].PolicyDocument.Statement))).toEqual(
      statements.map(([Action, Resource, Condition]) => ({ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) })),
    );
  });
});

/** As JSON, with `aws` for the partition. */
function plain(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) => {
    const { 'Fn::Join': join, Ref: ref } = (entry ?? {}) as { 'Fn::Join'?: [string, unknown[]]; Ref?: string };
    if (join !== undefined)
      return join[1].map((part) => (typeof part === 'string' ? part : (JSON.parse(plain(part)) as string))).join(join[0]);
    return ref === 'AWS::Partition' ? 'aws' : entry;
  });
}

it('a service that the app makes has its task definition’s roles passed, whenever they are made', () => {
  const stack = new Stack(consumerApp(), 'Shop');
  const taskDefinition = new FargateTaskDefinition(stack, 'Task');
  const cluster = new Cluster(stack, 'Cluster', { vpc: new Vpc(stack, 'Vpc') });
  const target = ImageTriggerTarget.ecsService(new FargateService(stack, 'Service', { cluster, taskDefinition }));
  const imageStreams = ImageStreams.fromAttributes(stack, 'Images', { apiUrl: 'https://api.invalid', triggerRoleArn: TASK_ROLES[0] });
  new TargetRole(stack, 'Acts', { imageStreams, namespace: 'shop', targets: [target] });
  taskDefinition.addContainer('web', { image: ContainerImage.fromRegistry('web'), logging: LogDriver.awsLogs({ streamPrefix: 'web' }) });
  const [role] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role', { Properties: { Path: '/image-streams/shop/' } }));
  const statements = role?.['Properties'].Policies[0].PolicyDocument.Statement as unknown[];
  expect(statements.at(-1)).toMatchObject({
    Action: 'iam:PassRole',
    Resource: [
      { 'Fn::GetAtt': [expect.stringMatching(/^TaskTaskRole/), 'Arn'] },
      { 'Fn::GetAtt': [expect.stringMatching(/^TaskExecutionRole/), 'Arn'] },
    ],
  });
});

it('executions of a state machine that the app makes are its own', () => {
  const stack = new Stack(consumerApp(), 'Shop');
  const { stateMachineArn } = new StateMachine(stack, 'Machine', { definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Pass')) });
  expect(stateMachineArn).not.toContain(':states:');
  const [, execution] = ImageTriggerTarget.stateMachine(StateMachine.fromStateMachineArn(stack, 'X', stateMachineArn)).statements;
  const parts = { 'Fn::Split': [':', expect.anything()] };
  const part = (index: number) => ({ 'Fn::Select': [index, parts] });
  expect(stack.resolve(execution?.toStatementJson())).toMatchObject({
    Resource: { 'Fn::Join': ['', ['arn:', part(1), ':states:', part(3), ':', part(4), ':execution:', part(6), ':*']] },
  });
});

it('others need no role', () => {
  const signingSecretRef = { name: 'hook', key: 'secret' };
  const targets = [
    ImageTriggerTarget.webhook('https://hooks.example.com', { signingSecretRef }),
    ImageTriggerTarget.github({ owner: 'acme', repository: 'shop', tokenSecretRef: { name: 'github', key: 'token' } }),
    ImageTriggerTarget.kubernetes({ server: 'https://10.0.0.1', tokenSecretRef: { name: 'cluster', key: 'token' }, object }),
  ];
  expect(targets.map(({ isInAws, statements }) => [isInAws, statements])).toEqual(targets.map(() => [false, []]));
  expect(targets.map((target) => Object.keys(target.toSpec()))).toEqual([['webhook'], ['github'], ['kubernetes']]);
});
