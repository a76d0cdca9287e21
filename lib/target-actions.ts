import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * What acting on resources of a service takes, by the service in their ARNs: least privilege, one entry per service that a kind of target acts
 * on (functions/triggers/kinds). The same for this deployment acting itself and for a role in another account.
 */
export const TARGET_ACTIONS: Readonly<Record<string, (arns: readonly string[]) => readonly PolicyStatement[]>> = {
  codepipeline: (pipelines) => [
    new PolicyStatement({ actions: ['codepipeline:GetPipeline', 'codepipeline:StartPipelineExecution'], resources: [...pipelines] }),
  ],
  events: (buses) => [new PolicyStatement({ actions: ['events:DescribeEventBus', 'events:PutEvents'], resources: [...buses] })],
  sns: (topics) => [new PolicyStatement({ actions: ['sns:GetTopicAttributes', 'sns:Publish'], resources: [...topics] })],
  sqs: (queues) => [new PolicyStatement({ actions: ['sqs:GetQueueUrl', 'sqs:SendMessage'], resources: [...queues] })],
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
