/** Which permissions the calls of trigger targets need, where this deployment acts itself: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html */
import type { ApiCall } from './api-actions.ts';
import type { Access } from './decide.ts';

type Fields = Readonly<Record<string, unknown>>;
type Needs = (operation: string, input: Fields, arn: (service: string, resource: string) => string) => readonly Access[] | undefined;

/** One permission of the operation's own name on whatever `member` names by ARN, or `resource` makes of a plain name. */
function onMember(service: string, member: string, resource: (name: string) => string): Needs {
  return (operation, input, arn) => {
    const name = textOf(input[member]);
    return [{ action: `${service}:${operation}`, resource: name.startsWith('arn:') ? name : arn(service, resource(name)) }];
  };
}

const LAMBDA = onMember('lambda', 'FunctionName', (name) => `function:${name}`);
const SSM = onMember('ssm', 'Name', (name) => `parameter/${name.replace(/^\//, '')}`);
const EVENT_BUS = onMember('events', 'Name', (name) => `event-bus/${name}`);
const STATE_MACHINE = onMember('states', 'stateMachineArn', (name) => `stateMachine:${name}`);
const EXECUTION = onMember('states', 'executionArn', (name) => `execution:${name}`);

/** By `X-Amz-Target`, or the name a call is signed for. */
const BY_SERVICE: Readonly<Record<string, Needs>> = {
  AmazonEC2ContainerRegistry_V20150921: (operation) => [{ action: `ecr:${operation}`, resource: '*' }],
  AmazonEC2ContainerServiceV20141113: needsOfEcs,
  AmazonSSM: SSM,
  AWSEvents: (operation, ...call) => (operation === 'DescribeEventBus' ? EVENT_BUS(operation, ...call) : undefined),
  AWSStepFunctions: (operation, ...call) => (operation === 'DescribeExecution' ? EXECUTION : STATE_MACHINE)(operation, ...call),
  CodeBuild_20161006: needsOfCodeBuild,
  CodePipeline_20150709: (operation, input, arn) => [
    { action: `codepipeline:${operation}`, resource: arn('codepipeline', textOf(input['name'])) },
  ],
  eks: onMember('eks', 'name', (name) => `cluster/${name}`),
  lambda: LAMBDA,
  sns: onMember('sns', 'TopicArn', (name) => name),
  sts: onMember('sts', 'RoleArn', (name) => name),
};

/** `arn`: of a resource of the deployment's own account and Region. undefined for a service no target calls. */
export function targetNeeds(
  { service, operation, input }: ApiCall,
  arn: (service: string, resource: string) => string,
): readonly Access[] | undefined {
  const needs = Object.hasOwn(BY_SERVICE, service) ? BY_SERVICE[service] : undefined;
  return operation === '' ? undefined : needs?.(operation, input as Fields, arn);
}

function needsOfEcs(operation: string, input: Fields): readonly Access[] {
  const on = (resource: string) => ({ action: `ecs:${operation}`, resource });
  switch (operation) {
    case 'DescribeServices':
      return listOf(input['services']).map(on);
    case 'UpdateService':
      return [on(textOf(input['service']))];
    case 'RegisterTaskDefinition': {
      const roles = [input['taskRoleArn'], input['executionRoleArn']].map(textOf).filter((role) => role !== '');
      const passed = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };
      return [on('*'), ...new Set(roles)].map((each) =>
        typeof each === 'string' ? { action: 'iam:PassRole', resource: each, context: passed } : each,
      );
    }
    default:
      return [on('*')];
  }
}

function needsOfCodeBuild(operation: string, input: Fields, arn: (service: string, resource: string) => string): readonly Access[] {
  const projects = [...listOf(input['names']), textOf(input['projectName'])].filter((name) => name !== '');
  return projects.map((name) => ({
    action: `codebuild:${operation}`,
    resource: name.startsWith('arn:') ? name : arn('codebuild', `project/${name}`),
  }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
