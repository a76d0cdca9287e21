import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * What acting on resources of a service takes, by the service in their ARNs: least privilege, one entry per service that a kind of target acts
 * on (functions/triggers/kinds). The same for this deployment acting itself and for a role in another account.
 */
export const TARGET_ACTIONS: Readonly<Record<string, (arns: readonly string[]) => readonly PolicyStatement[]>> = {
  ecs: (services) => {
    const definitions = [...new Set(services.map((arn) => `${arn.split(':').slice(0, 5).join(':')}:task-definition/*`))];
    return [
      new PolicyStatement({ actions: ['ecs:DescribeServices', 'ecs:UpdateService'], resources: [...services] }),
      // Has no resources that a policy could name.
      new PolicyStatement({ actions: ['ecs:DescribeTaskDefinition'], resources: ['*'] }),
      new PolicyStatement({ actions: ['ecs:RegisterTaskDefinition'], resources: definitions }),
      // A revision keeps the tags of the one it is made from.
      new PolicyStatement({
        actions: ['ecs:TagResource'],
        resources: definitions,
        conditions: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
      }),
    ];
  },
  // Roles of tasks: no targets, but what a revision of a task definition is registered with.
  iam: (roles) => [
    new PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [...roles],
      conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    }),
  ],
  // Secrets that tasks pull with: named in task definitions, never read.
  secretsmanager: () => [],
  codebuild: (projects) => [
    new PolicyStatement({
      actions: ['codebuild:BatchGetBuilds', 'codebuild:BatchGetProjects', 'codebuild:ListBuildsForProject', 'codebuild:StartBuild'],
      resources: [...projects],
    }),
  ],
  // Versions have ARNs of their own; everything else is asked of the function.
  lambda: (functions) => [
    new PolicyStatement({ actions: ['lambda:GetFunction'], resources: functions.flatMap((arn) => [arn, `${arn}:*`]) }),
    new PolicyStatement({
      actions: ['lambda:GetAlias', 'lambda:PublishVersion', 'lambda:UpdateAlias', 'lambda:UpdateFunctionCode'],
      resources: [...functions],
    }),
  ],
  // What else the clusters let the function do is theirs to say: access entries of EKS, and RBAC.
  eks: (clusters) => [new PolicyStatement({ actions: ['eks:DescribeCluster'], resources: [...clusters] })],
  sqs: (queues) => [new PolicyStatement({ actions: ['sqs:GetQueueUrl', 'sqs:SendMessage'], resources: [...queues] })],
  ssm: (parameters) => [new PolicyStatement({ actions: ['ssm:GetParameters', 'ssm:PutParameter'], resources: [...parameters] })],
  codepipeline: (pipelines) => [
    new PolicyStatement({ actions: ['codepipeline:GetPipeline', 'codepipeline:StartPipelineExecution'], resources: [...pipelines] }),
  ],
  events: (buses) => [new PolicyStatement({ actions: ['events:DescribeEventBus', 'events:PutEvents'], resources: [...buses] })],
  sns: (topics) => [new PolicyStatement({ actions: ['sns:GetTopicAttributes', 'sns:Publish'], resources: [...topics] })],
  states: (stateMachines) => [
    new PolicyStatement({ actions: ['states:DescribeStateMachine', 'states:StartExecution'], resources: [...stateMachines] }),
    new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [...new Set(stateMachines.map(executionsOf))] }),
  ],
};

/** ARN of the executions of a state machine, a version or an alias of it. */
function executionsOf(stateMachine: string): string {
  const [arn, partition, service, region, account, , name = '*'] = stateMachine.split(':');
  return [arn, partition, service, region, account, 'execution', name, '*'].join(':');
}
