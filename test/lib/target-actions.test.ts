import { describe, expect, it } from 'vitest';
import { TARGET_ACTIONS } from '../../lib/target-actions.ts';

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:111122223333:${resource}`;
const SERVICES = [arn('ecs', 'service/prod/web'), arn('ecs', 'service/prod/api-*')];
const DEFINITIONS = arn('ecs', 'task-definition/*');
const TASK_ROLE = 'arn:aws:iam::111122223333:role/web-task';
const FUNCTION = arn('lambda', 'function:web');
const PARAMETER = arn('ssm', 'parameter/images/*');
const PIPELINE = arn('codepipeline', 'release');
const BUS = arn('events', 'event-bus/deployments');
const TOPIC = arn('sns', 'news*');
const QUEUE = arn('sqs', 'deploy');
const MACHINE = arn('states', 'stateMachine:deploy');
const MACHINES = `${MACHINE}-*`;
const PROJECT = arn('codebuild', 'project/web');

describe('what acting on a resource takes', () => {
  it.each<[string, string[], object[]]>([
    [
      'codebuild',
      [PROJECT],
      [
        {
          Action: ['codebuild:BatchGetBuilds', 'codebuild:BatchGetProjects', 'codebuild:ListBuildsForProject', 'codebuild:StartBuild'],
          Resource: PROJECT,
        },
      ],
    ],
    [
      'ecs',
      SERVICES,
      [
        { Action: ['ecs:DescribeServices', 'ecs:UpdateService'], Resource: SERVICES },
        { Action: 'ecs:DescribeTaskDefinition', Resource: '*' },
        { Action: 'ecs:RegisterTaskDefinition', Resource: DEFINITIONS },
        {
          Action: 'ecs:TagResource',
          Resource: DEFINITIONS,
          Condition: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
        },
      ],
    ],
    [
      'iam',
      [TASK_ROLE],
      [
        {
          Action: 'iam:PassRole',
          Resource: TASK_ROLE,
          Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
        },
      ],
    ],
    [
      'lambda',
      [FUNCTION],
      [
        { Action: 'lambda:GetFunction', Resource: [FUNCTION, `${FUNCTION}:*`] },
        { Action: ['lambda:GetAlias', 'lambda:PublishVersion', 'lambda:UpdateAlias', 'lambda:UpdateFunctionCode'], Resource: FUNCTION },
      ],
    ],
    ['codepipeline', [PIPELINE], [{ Action: ['codepipeline:GetPipeline', 'codepipeline:StartPipelineExecution'], Resource: PIPELINE }]],
    ['secretsmanager', [arn('secretsmanager', 'secret:quay-AbCdEf')], []],
    ['events', [BUS], [{ Action: ['events:DescribeEventBus', 'events:PutEvents'], Resource: BUS }]],
    ['sns', [TOPIC], [{ Action: ['sns:GetTopicAttributes', 'sns:Publish'], Resource: TOPIC }]],
    ['sqs', [QUEUE], [{ Action: ['sqs:GetQueueUrl', 'sqs:SendMessage'], Resource: QUEUE }]],
    ['ssm', [PARAMETER], [{ Action: ['ssm:GetParameters', 'ssm:PutParameter'], Resource: PARAMETER }]],
    [
      'states',
      [MACHINES, `${MACHINE}:live`],
      [
        { Action: ['states:DescribeStateMachine', 'states:StartExecution'], Resource: [MACHINES, `${MACHINE}:live`] },
        { Action: 'states:DescribeExecution', Resource: [arn('states', 'execution:deploy-*:*'), arn('states', 'execution:deploy:*')] },
      ],
    ],
  ])('of %s', (service, arns, expected) => {
    const statements = TARGET_ACTIONS[service]?.(arns).map((statement) => statement.toStatementJson() as object);
    expect(statements).toEqual(expected.map((statement) => ({ Effect: 'Allow', ...statement })));
  });
});
