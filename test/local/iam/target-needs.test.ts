import { describe, expect, it } from 'vitest';
import { targetNeeds } from '../../../lib/local/iam/target-needs.ts';

const ECS = 'AmazonEC2ContainerServiceV20141113';
const SERVICE = 'arn:aws:ecs:r:1:service/c/web';
const ROLE = 'arn:aws:iam::1:role/task';

function needsOf(service: string, operation: string, input: object): readonly string[] | undefined {
  const needs = targetNeeds({ service, operation, input }, (of, resource) => `arn:aws:${of}:r:1:${resource}`);
  return needs?.map(({ action, resource, context }) => [action, resource, ...Object.values(context ?? {})].join(' '));
}

describe('permissions of calls to targets', () => {
  it.each<[string, string, object, string[]]>([
    [ECS, 'DescribeServices', { cluster: 'c', services: [SERVICE] }, [`ecs:DescribeServices ${SERVICE}`]],
    [ECS, 'UpdateService', { service: SERVICE }, [`ecs:UpdateService ${SERVICE}`]],
    [ECS, 'DescribeTaskDefinition', { taskDefinition: 'web:1' }, ['ecs:DescribeTaskDefinition *']],
    [
      ECS,
      'RegisterTaskDefinition',
      { family: 'web', taskRoleArn: ROLE, executionRoleArn: ROLE },
      ['ecs:RegisterTaskDefinition arn:aws:ecs:r:1:task-definition/web', `iam:PassRole ${ROLE} ecs-tasks.amazonaws.com`],
    ],
    [
      ECS,
      'RegisterTaskDefinition',
      { family: 'web', tags: [{ key: 'team', value: 'shop' }] },
      [
        'ecs:RegisterTaskDefinition arn:aws:ecs:r:1:task-definition/web',
        'ecs:TagResource arn:aws:ecs:r:1:task-definition/web RegisterTaskDefinition',
      ],
    ],
    ['lambda', 'GetFunction', { FunctionName: 'web' }, ['lambda:GetFunction arn:aws:lambda:r:1:function:web']],
    ['lambda', 'UpdateAlias', { FunctionName: 'arn:aws:lambda:r:1:function:w' }, ['lambda:UpdateAlias arn:aws:lambda:r:1:function:w']],
    [
      'lambda',
      'GetFunction',
      { FunctionName: 'arn:aws:lambda:r:1:function:w', Qualifier: '2' },
      ['lambda:GetFunction arn:aws:lambda:r:1:function:w:2'],
    ],
    ['AWSStepFunctions', 'DescribeExecution', { executionArn: 'arn:e' }, ['states:DescribeExecution arn:e']],
    ['AmazonSSM', 'PutParameter', { Name: '/a/b' }, ['ssm:PutParameter arn:aws:ssm:r:1:parameter/a/b']],
    [
      'AmazonSSM',
      'GetParameters',
      { Names: ['/w', 'w', '/a/b'] },
      ['w', 'a/b'].map((name) => `ssm:GetParameters arn:aws:ssm:r:1:parameter/${name}`),
    ],
    ['CodeBuild_20161006', 'BatchGetBuilds', { ids: ['p:1', 'p:2'] }, ['codebuild:BatchGetBuilds arn:aws:codebuild:r:1:project/p']],
    ['CodeBuild_20161006', 'StartBuild', { projectName: 'p' }, ['codebuild:StartBuild arn:aws:codebuild:r:1:project/p']],
    ['CodeBuild_20161006', 'BatchGetProjects', { names: ['p'] }, ['codebuild:BatchGetProjects arn:aws:codebuild:r:1:project/p']],
    ['CodePipeline_20150709', 'StartPipelineExecution', { name: 'p' }, ['codepipeline:StartPipelineExecution arn:aws:codepipeline:r:1:p']],
    [
      'AWSStepFunctions',
      'StartExecution',
      { stateMachineArn: 'arn:aws:states:r:1:stateMachine:m' },
      ['states:StartExecution arn:aws:states:r:1:stateMachine:m'],
    ],
    [
      'AWSStepFunctions',
      'DescribeExecution',
      { executionArn: 'arn:aws:states:r:1:execution:m:e' },
      ['states:DescribeExecution arn:aws:states:r:1:execution:m:e'],
    ],
    [
      'AWSEvents',
      'DescribeEventBus',
      { Name: 'arn:aws:events:r:1:event-bus/b' },
      ['events:DescribeEventBus arn:aws:events:r:1:event-bus/b'],
    ],
    ['sns', 'Publish', { TopicArn: 'arn:aws:sns:r:1:t' }, ['sns:Publish arn:aws:sns:r:1:t']],
    ['sts', 'AssumeRole', { RoleArn: ROLE }, [`sts:AssumeRole ${ROLE}`]],
    ['eks', 'DescribeCluster', { name: 'prod' }, ['eks:DescribeCluster arn:aws:eks:r:1:cluster/prod']],
  ])('%s %s', (service, operation, input, expected) => {
    expect(needsOf(service, operation, input)).toEqual(expected);
  });

  it.each([
    ['s3', 'GetObject'],
    ['constructor', 'x'],
    ['lambda', ''],
  ])('of %s %s are not known', (service, operation) => {
    expect(needsOf(service, operation, {})).toBeUndefined();
  });
});
