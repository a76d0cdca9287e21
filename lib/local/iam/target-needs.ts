/** Which permissions the calls of trigger targets need, where this deployment acts itself: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html */
import type { ApiCall } from './api-actions.ts';
import type { Access } from './decide.ts';

type Fields = Readonly<Record<string, unknown>>;
/** ARN of a resource of the deployment's own account and Region. */
type MakeArn = (service: string, resource: string) => string;
type Needs = (operation: string, input: Fields, arn: MakeArn) => readonly Access[] | undefined;

/** One permission of the operation's own name on whatever `member` names by ARN, or `resource` makes of a plain name. */
function onMember(service: string, member: string, resource: (name: string) => string): Needs {
  return (operation, input, arn) => {
    const name = textOf(input[member]);
    return [{ action: `${service}:${operation}`, resource: name.startsWith('arn:') ? name : arn(service, resource(name)) }];
  };
}

const EVENT_BUS = onMember('events', 'Name', (name) => `event-bus/${name}`);

/** By `X-Amz-Target`, or the name a call is signed for. */
const BY_SERVICE: Readonly<Record<string, Needs>> = {
  AmazonEC2ContainerRegistry_V20150921: (operation) => [{ action: `ecr:${operation}`, resource: '*' }],
  AmazonEC2ContainerServiceV20141113: needsOfEcs,
  AmazonSSM: needsOfSsm,
  AWSEvents: (operation, ...call) => (operation === 'DescribeEventBus' ? EVENT_BUS(operation, ...call) : undefined),
  AWSStepFunctions: needsOfStepFunctions,
  CodeBuild_20161006: needsOfCodeBuild,
  CodePipeline_20150709: (operation, input, arn) => [
    { action: `codepipeline:${operation}`, resource: arn('codepipeline', textOf(input['name'])) },
  ],
  eks: onMember('eks', 'name', (name) => `cluster/${name}`),
  lambda: needsOfLambda,
  sns: onMember('sns', 'TopicArn', (name) => name),
  sts: onMember('sts', 'RoleArn', (name) => name),
};

/** undefined for a service no target calls. */
export function targetNeeds({ service, operation, input }: ApiCall, arn: MakeArn): readonly Access[] | undefined {
  const needs = Object.hasOwn(BY_SERVICE, service) ? BY_SERVICE[service] : undefined;
  return operation === '' ? undefined : needs?.(operation, input as Fields, arn);
}

function needsOfEcs(operation: string, input: Fields, arn: MakeArn): readonly Access[] {
  const on = (resource: string) => ({ action: `ecs:${operation}`, resource });
  switch (operation) {
    case 'DescribeServices':
      return listOf(input['services']).map(on);
    case 'UpdateService':
      return [on(textOf(input['service']))];
    case 'RegisterTaskDefinition': {
      const resource = arn('ecs', `task-definition/${textOf(input['family'])}`);
      const roles = new Set([input['taskRoleArn'], input['executionRoleArn']].map(textOf).filter((role) => role !== ''));
      const passed = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };
      const tagged = { action: 'ecs:TagResource', resource, context: { 'ecs:CreateAction': operation } };
      return [
        on(resource),
        ...(input['tags'] === undefined ? [] : [tagged]),
        ...[...roles].map((role) => ({ action: 'iam:PassRole', resource: role, context: passed })),
      ];
    }
    default:
      return [on('*')];
  }
}

function needsOfSsm(operation: string, input: Fields, arn: MakeArn): readonly Access[] {
  const names = [...listOf(input['Names']), textOf(input['Name'])].filter((name) => name !== '');
  const resources = new Set(names.map((name) => arn('ssm', `parameter/${name.replace(/^\//, '')}`)));
  return [...resources].map((resource) => ({ action: `ssm:${operation}`, resource }));
}

/** Builds are named `project:uuid`. */
function needsOfCodeBuild(operation: string, input: Fields, arn: MakeArn): readonly Access[] {
  const ofBuilds = listOf(input['ids']).map((id) => id.split(':')[0] ?? '');
  const projects = [...listOf(input['names']), textOf(input['projectName']), ...ofBuilds].filter((name) => name !== '');
  return [...new Set(projects)].map((name) => ({
    action: `codebuild:${operation}`,
    resource: name.startsWith('arn:') ? name : arn('codebuild', `project/${name}`),
  }));
}

function needsOfLambda(operation: string, input: Fields, arn: MakeArn): readonly Access[] {
  const [name, qualifier] = [input['FunctionName'], input['Qualifier']].map(textOf);
  const resource = name?.startsWith('arn:') ? name : arn('lambda', `function:${name}`);
  return [{ action: `lambda:${operation}`, resource: qualifier === '' ? resource : `${resource}:${qualifier}` }];
}

function needsOfStepFunctions(operation: string, input: Fields): readonly Access[] {
  return [{ action: `states:${operation}`, resource: textOf(input['executionArn'] ?? input['stateMachineArn']) }];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
